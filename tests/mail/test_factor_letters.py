"""What people read when their second factors change, or somebody guesses: in HTML and as text."""

from collections.abc import Callable

import pytest
from flask import Flask

from kanban.actions.factors import check_factor, reset_factors
from kanban.actions.passkeys import remove_passkey
from kanban.actions.recovery_codes import make_recovery_codes
from kanban.actions.sessions import Place
from kanban.actions.totps import add_totp, new_key, remove_totp
from kanban.models import Actor
from tests.keys import SoftKey, code_now, give_totp
from tests.mail.postbox import Letter

HERE = Place("Firefox on a ship", "198.51.100.7")
Post = Callable[[], list[Letter]]


def set_up_totp(actor: Actor) -> None:
    key = new_key(actor, "Kanban")
    add_totp(actor, key.sealed, code_now(key.secret), session_id=None)


def take_off_passkey(actor: Actor) -> None:
    remove_passkey(actor, SoftKey().give(actor.user, name="<b>Blue</b>").id, usable=(), session_id=None)


def take_off_totp(actor: Actor) -> None:
    give_totp(actor.user)
    remove_totp(actor, session_id=None)


def make_codes_anew(actor: Actor) -> None:
    make_recovery_codes(actor)
    make_recovery_codes(actor)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (set_up_totp, "An authenticator app was set up"),
        (take_off_totp, "The authenticator app was removed"),
        (take_off_passkey, "The passkey “<b>Blue</b>” was removed"),
        (make_codes_anew, "New recovery codes were made"),
        (lambda actor: reset_factors(actor, actor.user), "An admin has taken all second factors off"),
    ],
)
def test_a_changed_factor(app: Flask, ada: Actor, post: Post, act: Callable[[Actor], None], said: str) -> None:
    act(ada)
    (letter,) = post()
    assert letter.subject == "Your second factor has changed"
    assert letter.recipients == ["ada@example.org"]
    assert said in letter.text
    assert said.replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;") in letter.html
    assert "<b>Blue" not in letter.html
    for part in (letter.text, letter.html):
        assert f"{app.config['BASE_URL']}/account/factors" in part


def test_a_used_recovery_code(ada: Actor, post: Post) -> None:
    give_totp(ada.user)
    codes = make_recovery_codes(ada)
    for code in codes[:9]:
        assert check_factor(ada.user, code, HERE)
    letters = post()
    assert letters[0].subject == "A recovery code was used"
    assert "9 are left" in letters[0].text
    assert "1 is left" in letters[8].html
    assert "198.51.100.7" in letters[0].text
    assert all(code not in letter.text + letter.html for letter in letters for code in codes)


def test_somebody_who_guesses(app: Flask, ada: Actor, post: Post) -> None:
    give_totp(ada.user)
    for _number in range(7):
        assert not check_factor(ada.user, "000000", HERE)
    (letter,) = post()
    assert letter.subject == "Somebody tries to guess your code"
    assert "five wrong codes" in letter.text
    assert f"{app.config['BASE_URL']}/session/new" in letter.html
