"""What people read: each mail of an account, as a real server has received it, in HTML and as text."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.accounts import register
from kanban.actions.addresses import ask_address, confirm_change
from kanban.actions.credentials import change_password
from kanban.actions.recovery import ask_reset
from kanban.actions.sessions import Place, begin_session
from kanban.models import Actor, Mail
from kanban.support import mailer
from kanban.support.clock import travel
from kanban.support.db import db
from tests.actions.test_recovery import change
from tests.mail.postbox import Letter, Postbox
from tests.world import PASSWORD

HERE = Place("Firefox on a ship", "198.51.100.7")
NEW = "another engine of brass"
Post = Callable[[], list[Letter]]
_LINK = re.compile(r"https?://\S+")


def path_in(letter: Letter, base: str) -> str:
    """The address that the letter asks to be opened: the same in its text and behind its button."""
    links = _LINK.findall(letter.text)
    assert len(links) == 1
    assert set(letter.links) == set(links)
    assert links[0].startswith(f"{base}/")
    return links[0].removeprefix(base)


def test_verify(app: Flask, client: FlaskClient, post: Post) -> None:
    client.post("/accounts", data={"name": "Alan Turing", "email": "alan@example.org", "password": PASSWORD})
    (letter,) = post()
    assert letter.recipients == ["alan@example.org"]
    assert letter.subject == "Confirm your address for Kanban"
    assert "It works for a day" in letter.text
    assert "It works for a day" in letter.html
    path = path_in(letter, app.config["BASE_URL"])
    assert client.put(path).location == "/"
    assert "Your first board, Alan" in client.get("/").text


def test_you_already_have_an_account(app: Flask, grace: Actor, post: Post) -> None:
    register("Mallory", "grace@example.org", PASSWORD)
    (letter,) = post()
    assert letter.subject == "You already have an account"
    assert "Hello Grace Hopper," in letter.text
    assert "Mallory" not in letter.text + letter.html
    assert path_in(letter, app.config["BASE_URL"]) == "/session/new"


def test_reset(app: Flask, client: FlaskClient, grace: Actor, post: Post) -> None:
    ask_reset("grace@example.org", HERE)
    (letter,) = post()
    assert letter.subject == "Choose a new password for Kanban"
    for part in (letter.text, letter.html):
        assert "It works for an hour, and once" in part
        assert "198.51.100.7" in part
    path = path_in(letter, app.config["BASE_URL"])
    assert client.put(path, data={"password": NEW}).location == "/session/new"
    (told,) = post()
    assert told.subject == "Your password was changed"


def test_changed_password(app: Flask, grace: Actor, post: Post) -> None:
    change(grace.user, time_zone="Asia/Tokyo")
    db.session.refresh(grace.user)
    change_password(Actor(grace.user, address="198.51.100.7"), PASSWORD, NEW)
    (letter,) = post()
    assert letter.recipients == ["grace@example.org"]
    for part in (letter.text, letter.html):
        assert "198.51.100.7" in part
        assert "(Asia/Tokyo)" in part
    assert path_in(letter, app.config["BASE_URL"]) == "/resets/new"


def test_changed_address(app: Flask, grace: Actor, post: Post) -> None:
    ask_address(grace, "moved@example.org")
    leave, take = post()
    assert (leave.recipients, take.recipients) == (["grace@example.org"], ["moved@example.org"])
    assert "moved@example.org" in leave.text
    assert "Grace" not in take.text + take.html, "Whoever is there need not know her."
    for letter in (leave, take):
        confirm_change(path_in(letter, app.config["BASE_URL"]).rpartition("/")[2], HERE)
    told = post()
    assert sorted(letter.recipients[0] for letter in told) == ["grace@example.org", "moved@example.org"]
    for letter in told:
        assert letter.subject == "The address of your account was changed"
        assert "moved to the address moved@example.org" in letter.text


def test_new_device(grace: Actor, post: Post) -> None:
    begin_session(grace.user, "password", Place("The usual one", "192.0.2.1"), is_remembered=True)
    assert post() == [], "The first browser is new to nobody."
    begin_session(grace.user, "password", HERE, is_remembered=True)
    (letter,) = post()
    assert letter.recipients == ["grace@example.org"]
    for part in (letter.text, letter.html):
        assert "Firefox on a ship" in part
        assert "198.51.100.7" in part
    begin_session(grace.user, "password", HERE, is_remembered=True)
    assert post() == []


def test_an_account_without_a_password(app: Flask, grace: Actor, post: Post) -> None:
    change(grace.user, password_hash=None)
    ask_reset("grace@example.org", HERE)
    (letter,) = post()
    assert letter.subject == "Your account has no password"
    assert path_in(letter, app.config["BASE_URL"]) == "/session/new"


def test_each_says_that_no_answer_is_read_and_keeps_its_id(grace: Actor, box: Postbox, post: Post) -> None:
    ask_reset("grace@example.org", HERE)
    box.answers = ["451 later"]
    assert post() == []
    with travel(timedelta(minutes=2)):
        (letter,) = post()
    mail = db.session.scalars(sa.select(Mail)).one()
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["Message-ID"] == f"<mail-{mail.id}.{mail.created_at:%Y%m%d%H%M%S}@kanban.example.org>"
    assert letter.message["From"].startswith("Kanban <")
    assert '<html lang="en">' in letter.html


HOSTILE = 'Eve <a href="https://evil.example/pay">click</a><img src=x onerror=alert(1)>'


def test_cve_2026_35600_a_name_is_only_a_name(app: Flask, grace: Actor, post: Post) -> None:
    change(grace.user, name=HOSTILE)
    db.session.refresh(grace.user)
    ask_reset("grace@example.org", Place("x", HOSTILE[-45:]))
    change_password(grace, PASSWORD, NEW)
    begin_session(grace.user, "password", Place("The usual one"), is_remembered=True)
    begin_session(grace.user, "password", Place(HOSTILE, HOSTILE[-45:]), is_remembered=True)
    letters = post()
    assert len(letters) == 3
    for letter in letters:
        assert "<img" not in letter.html
        assert "&lt;img" in letter.html
        assert all(link.startswith(app.config["BASE_URL"]) for link in letter.links)
        assert HOSTILE in letter.text, "As it is: nothing is pressed in a text."


def test_an_unproved_mailbox_is_sent_nothing_that_its_sender_could_choose(app: Flask, grace: Actor, post: Post) -> None:
    """Else anybody could have us mail their words to anybody."""
    register(HOSTILE, "victim@example.org", PASSWORD)
    change(grace.user, name="evil.example")
    db.session.refresh(grace.user)
    ask_address(grace, "other-victim@example.org")
    for letter in post():
        if "victim" in letter.recipients[0]:
            assert "evil.example" not in letter.text + letter.html + letter.subject


@pytest.mark.parametrize(
    "name", ["Eve\r\nBcc: all@example.org", "Eve\nSubject: Pay\n\nNow", "Eve\x0bBcc: x", "Eve\u2028Bcc: x"]
)
def test_asvs_1_3_3_a_line_break_in_a_name_adds_no_header(box: Postbox, post: Post, app: Flask, name: str) -> None:
    register(name, "eve@example.org", PASSWORD)
    register("Another", "eve@example.org", PASSWORD)
    for letter in post():
        assert letter.recipients == ["eve@example.org"]
        assert letter.message["Bcc"] is None
        assert letter.message.get_all("Subject") == [letter.subject]


@pytest.mark.parametrize("field", ["subject", "to"])
def test_asvs_1_3_3_none_gets_past_the_last_place_either(box: Postbox, app: Flask, field: str) -> None:
    given: dict[str, Any] = {"subject": "Hello", "to": "eve@example.org"}
    given[field] += "\r\nBcc: all@example.org"
    try:
        mailer.send(given["to"], given["subject"], "text", "<p>text</p>", message_id="<1@localhost>")
    except Exception:
        assert field == "to"
    for letter in box.letters:
        assert letter.message["Bcc"] is None
        assert letter.recipients == ["eve@example.org"]


def test_host_header_1_2_46_letters_lead_to_the_address_that_is_set(app: Flask, grace: Actor, post: Post) -> None:
    for name in ("Host", "X-Forwarded-Host"):
        app.test_client().post("/resets", data={"email": "grace@example.org"}, headers={name: "evil.example"})
    letters = post()
    assert letters
    for letter in letters:
        assert "evil" not in str(letter.message)
        assert path_in(letter, app.config["BASE_URL"]).startswith("/resets/")


TEMPLATES = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "templates/mail").glob("[a-z]*.txt"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_mail_has_both_forms_and_one_line_of_subject(app: Flask, template: str) -> None:
    folder = Path(__file__).resolve().parents[2] / "templates/mail"
    assert (folder / f"{template}.html").is_file()
    assert (folder / f"{template}.txt").read_text().splitlines()[1] == ""
