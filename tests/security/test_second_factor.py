"""The second factor: no code is good twice, none can be guessed, and no way in goes round it.

ASVS 6.5.1 to 6.5.5, 6.6.2, 6.6.3. CVE-2026-34727 and CVE-2026-33315 (a way in that forgets the second factor),
CVE-2026-33473 (a code that is good twice), CVE-2026-35597 (a count of wrong codes that goes back with the request).
"""

import ast
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kanban.actions.accounts import make_link
from kanban.actions.factors import check_factor, reset_factors
from kanban.actions.passkeys import FACTOR, SIGN_IN, Party, ask_passkey, check_passkey
from kanban.actions.pending_sign_ins import MAX_TRIES, SignInOver, begin_pending, count_try, finish_pending
from kanban.actions.recovery_codes import make_recovery_codes
from kanban.actions.sessions import Place, begin_session
from kanban.models import (
    Actor,
    AuditEntry,
    Challenge,
    Mail,
    Passkey,
    PendingSignIn,
    PersonalToken,
    RecoveryCode,
    Session,
    Totp,
    User,
)
from kanban.support import clock, tokens
from kanban.support.db import db, transaction
from kanban.support.errors import Invalid
from tests.keys import ORIGIN, SoftKey, code_now, give_totp, tampered
from tests.security.scene import everything
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

HERE = Place("a browser", "192.0.2.1")
SITE = Party("localhost", ORIGIN)
AT_ONCE = 8
KANBAN = Path(__file__).resolve().parents[2] / "kanban"


@pytest.fixture
def guarded(ada: Actor) -> Actor:
    """Ada, with an authenticator."""
    give_totp(ada.user)
    return ada


def sign_in(client: FlaskClient, *, address: str = "192.0.2.1") -> TestResponse:
    answer: TestResponse = client.post(
        "/session",
        data={"email": "ada@example.org", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": address},
    )
    return answer


def send(client: FlaskClient, code: str, *, address: str = "192.0.2.1") -> TestResponse:
    answer: TestResponse = client.post("/session/factor", data={"code": code}, environ_base={"REMOTE_ADDR": address})
    return answer


def is_in(client: FlaskClient) -> bool:
    return client.get("/").status_code == 200


def at_once(app: Flask, does: Callable[[], Any]) -> list[Any]:
    """What came of a thing that several threads do in the same moment."""
    together = threading.Barrier(AT_ONCE)

    def alone(_number: int) -> Any:
        with app.app_context():
            together.wait()
            return does()

    db.session.rollback()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(alone, range(AT_ONCE)))


class TestV651:
    """Codes are good once, also in parallel (CVE-2026-33473)."""

    def test_a_code_of_an_authenticator(self, guarded: Actor) -> None:
        code = code_now()
        assert check_factor(guarded.user, code, HERE)
        assert not check_factor(guarded.user, code, HERE)

    def test_nor_is_one_from_before_it(self, guarded: Actor) -> None:
        earlier, current = code_now(steps=-1), code_now()
        assert check_factor(guarded.user, current, HERE)
        assert not check_factor(guarded.user, earlier, HERE)

    def test_nor_after_the_clock_was_put_back(self, guarded: Actor) -> None:
        code = code_now()
        assert check_factor(guarded.user, code, HERE)
        with clock.travel(timedelta(seconds=-20)):
            assert not check_factor(guarded.user, code, HERE)

    def test_a_recovery_code(self, guarded: Actor) -> None:
        code = make_recovery_codes(guarded)[0]
        assert check_factor(guarded.user, code, HERE)
        assert not check_factor(guarded.user, code, HERE)

    def test_of_several_at_once_one_gets_in(self, app: Flask, guarded: Actor) -> None:
        codes = [code_now(), make_recovery_codes(guarded)[0]]
        user_id = guarded.id
        for code in codes:
            tried = at_once(app, lambda code=code: check_factor(db.session.get_one(User, user_id), code, HERE))
            assert sorted(tried) == [False] * (AT_ONCE - 1) + [True], code

    def test_of_one_sign_in_at_once_there_is_one_session(self, app: Flask, guarded: Actor) -> None:
        secret = begin_pending(guarded.user, "password", is_remembered=False)
        pending, _user = count_try(secret)

        def finish() -> bool:
            try:
                finish_pending(pending)
            except SignInOver:
                return False
            return True

        assert sorted(at_once(app, finish)) == [False] * (AT_ONCE - 1) + [True]

    def test_one_person_has_nothing_of_anothers(self, guarded: Actor, eve: Actor) -> None:
        codes = make_recovery_codes(guarded)
        give_totp(eve.user, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        assert not check_factor(eve.user, codes[0], HERE)
        assert not check_factor(eve.user, code_now(), HERE)


class TestV652:
    """Recovery codes are kept as hashes; the key of an authenticator is sealed."""

    def test_the_database_holds_none(self, guarded: Actor) -> None:
        codes = make_recovery_codes(guarded)
        kept = str(everything())
        for code in codes:
            assert code not in kept
            assert code.replace("-", "") not in kept

    def test_a_code_is_too_long_to_be_tried(self, guarded: Actor) -> None:
        """112 bits at least, or the hash would have to be a slow one."""
        for code in make_recovery_codes(guarded):
            assert len(code.replace("-", "")) * 5 >= 112

    def test_with_another_secret_key_no_code_is_right_but_a_recovery_code(
        self, app: Flask, guarded: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        codes = make_recovery_codes(guarded)
        before = tokens._key
        monkeypatch.setitem(app.config, "SECRET_KEY", "another key of the site, made anew today")
        tokens.init_app(app)
        try:
            assert not check_factor(guarded.user, code_now(), HERE)
            assert check_factor(guarded.user, codes[0], HERE)
        finally:
            tokens._key = before


def test_v6_5_3_codes_come_from_the_systems_randomness(guarded: Actor) -> None:
    codes = [code for _turn in range(20) for code in make_recovery_codes(guarded)]
    assert len(set(codes)) == 200
    letters = "".join(codes).replace("-", "")
    assert set(letters) == set("0123456789abcdefghjkmnpqrstvwxyz")
    source = (KANBAN / "actions" / "recovery_codes.py").read_text()
    assert "secrets.choice" in source
    assert "import random" not in source


def test_v6_5_4_there_are_at_least_20_bits_in_a_code(guarded: Actor) -> None:
    for code in make_recovery_codes(guarded):
        assert re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}", code)


@pytest.mark.parametrize("typed", ["1l0O", "iI00", "L1oo", " 11 00 "])
def test_letters_that_look_alike_are_read_as_one(guarded: Actor, typed: str) -> None:
    with transaction() as session:
        session.add(RecoveryCode(user_id=guarded.id, code_hash=tokens.digest("1100" * 6)))
    assert check_factor(guarded.user, typed * 6, HERE)


@pytest.mark.parametrize("code", ["", "00000", "0000000", "١٢٣٤٥٦", "x" * 100_000, "\ud800" * 24, "\x00" * 6])
def test_what_is_no_code_is_refused(guarded: Actor, code: str) -> None:
    assert not check_factor(guarded.user, code, HERE)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_v6_5_5_a_code_is_good_for_its_half_minute_and_one_beside(guarded: Actor, steps: int, good: bool) -> None:
    assert check_factor(guarded.user, code_now(steps=steps), HERE) is good


class TestV662:
    """What proves one attempt proves no other."""

    def test_a_code_goes_with_the_one_who_typed_the_password(self, app: Flask, guarded: Actor, eve: Actor) -> None:
        give_totp(eve.user, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        client = app.test_client()
        client.post("/session", data={"email": "eve@example.org", "password": PASSWORD})
        assert send(client, code_now()).status_code == 422
        assert not is_in(client)

    def test_the_question_of_one_purpose_is_none_of_another(self, ada: Actor) -> None:
        key = SoftKey()
        key.give(ada.user)
        asked = ask_passkey(FACTOR, SITE, ada.user)
        with pytest.raises(Invalid):
            check_passkey(SIGN_IN, key.answer(asked.options), asked.secret, SITE, HERE)

    def test_the_question_to_one_person_is_none_to_another(self, ada: Actor, eve: Actor) -> None:
        key = SoftKey()
        key.give(ada.user)
        asked = ask_passkey(FACTOR, SITE, eve.user)
        with pytest.raises(Invalid):
            check_passkey(FACTOR, key.answer(asked.options), asked.secret, SITE, HERE, user=ada.user)

    def test_another_browsers_question_is_not_answered(self, app: Flask, ada: Actor) -> None:
        key = SoftKey()
        key.give(ada.user)
        options = app.test_client().post("/session/challenge", data={"purpose": "sign_in"}).json
        other = app.test_client()
        assert other.post("/session/passkey", data={"credential": key.answer(options)}).status_code == 422
        assert not is_in(other)


class TestV663:
    """Five tries an attempt, and a count that no failure gives back (CVE-2026-35597)."""

    def test_ten_wrong_codes_lock_the_attempt(self, client: FlaskClient, guarded: Actor) -> None:
        sign_in(client)
        answers = [send(client, "000000", address=f"198.51.100.{number}") for number in range(10)]
        assert [answer.status_code for answer in answers] == [422] * 4 + [303] * 6
        assert {answer.location for answer in answers[4:]} == {"/session/new"}
        assert send(client, code_now(), address="198.51.100.99").location == "/session/new"
        assert not is_in(client)
        assert one(AuditEntry, action="sign_in.stopped").detail == {"tries": MAX_TRIES}

    def test_the_right_one_is_too_late_as_the_sixth(self, guarded: Actor) -> None:
        secret = begin_pending(guarded.user, "password", is_remembered=False)
        for _number in range(MAX_TRIES):
            count_try(secret)
        with pytest.raises(SignInOver):
            count_try(secret)

    def test_at_once_there_are_no_more(self, app: Flask, guarded: Actor) -> None:
        secret = begin_pending(guarded.user, "password", is_remembered=False)

        def once_more() -> bool:
            try:
                count_try(secret)
            except SignInOver:
                return False
            return True

        assert sum(at_once(app, once_more)) == MAX_TRIES
        assert one(PendingSignIn).tries == MAX_TRIES

    def test_new_attempts_do_not_start_the_count_anew(self, app: Flask, guarded: Actor) -> None:
        """From ever other addresses, by somebody who knows the password."""
        for number in range(10):
            client = app.test_client()
            sign_in(client, address=f"198.51.100.{number}")
            assert send(client, "000000", address=f"198.51.100.{number}").status_code == 422
        assert one(Totp).wrong == 10
        client = app.test_client()
        sign_in(client)
        refused = send(client, code_now())
        assert (refused.status_code, "Too many wrong codes" in refused.text) == (422, True)
        assert one(Mail, template="factor_guessed").user_id == guarded.id
        with clock.travel(timedelta(seconds=31)):
            assert send(client, code_now()).status_code == 303
            assert is_in(client)
        assert one(Totp).wrong == 0

    def test_the_wait_grows_and_does_not_for_ever(self, guarded: Actor) -> None:
        with transaction() as session:
            session.execute(sa.update(Totp).values(wrong=10_000, wrong_at=clock.now()))
        with clock.travel(timedelta(minutes=14)):
            assert not check_factor(guarded.user, code_now(), HERE)
        with clock.travel(timedelta(minutes=15)):
            assert check_factor(guarded.user, code_now(), HERE)

    def test_it_locks_nobody_out(self, client: FlaskClient, guarded: Actor) -> None:
        codes = make_recovery_codes(guarded)
        with transaction() as session:
            session.execute(sa.update(Totp).values(wrong=10_000, wrong_at=clock.now()))
        sign_in(client)
        assert send(client, codes[0]).status_code == 303
        assert is_in(client)


class TestEveryWayIn:
    """CVE-2026-34727, CVE-2026-33315: each of them asks for the second factor where there is one."""

    def test_sessions_begin_at_one_gate(self) -> None:
        """Whoever begins one elsewhere goes round it."""
        calls = []
        for path in sorted(KANBAN.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "begin_session":
                    calls.append(path.relative_to(KANBAN).as_posix())
        assert calls == ["web/guards.py"]

    def test_who_says_that_the_factor_was_proved(self) -> None:
        """A passkey that has asked who holds it, the second step itself, and a provider that vouches for it."""
        says = {path.name for path in (KANBAN / "web").rglob("*.py") if "has_proved_factor=" in path.read_text()} - {
            "guards.py"
        }
        assert says <= {"session_passkeys.py", "session_factors.py", "oidc.py"}

    def test_the_form(self, client: FlaskClient, guarded: Actor) -> None:
        assert sign_in(client).location == "/session/factor/new"
        assert not is_in(client)

    @pytest.mark.parametrize("path", ["/verifications", "/resets"])
    def test_the_links_of_mails(self, client: FlaskClient, guarded: Actor, path: str) -> None:
        purpose = {"/verifications": "verify", "/resets": "reset"}[path]
        with transaction():
            secret = make_link(guarded.user, purpose, "ada@example.org", timedelta(hours=1))
        with client.session_transaction() as session:
            # As in the browser in which the account was made, which the link would sign in.
            session["registered"] = tokens.digest(guarded.user.password_hash)
        answer = client.put(f"{path}/{secret}", data={"password": "another engine of brass"})
        assert answer.status_code == 303
        assert not is_in(client)
        assert db.session.scalar(sa.select(Totp.user_id)) == guarded.id, "the second factor stays"

    def test_a_password_in_a_header_opens_nothing(self, client: FlaskClient, guarded: Actor) -> None:
        for path in ("/", "/boards/1"):
            assert client.get(path, auth=("ada@example.org", PASSWORD)).status_code == 303

    def test_a_passkey_that_did_not_ask_who_holds_it_is_no_sign_in(self, client: FlaskClient, ada: Actor) -> None:
        key = SoftKey()
        key.give(ada.user)
        options = client.post("/session/challenge", data={"purpose": "sign_in"}).json
        answer = client.post("/session/passkey", data={"credential": key.answer(options, is_verified=False)})
        assert answer.status_code == 422
        assert not is_in(client)


class TestPasskeys:
    """What an answer must hold to be taken."""

    @pytest.fixture
    def key(self, ada: Actor) -> SoftKey:
        made = SoftKey()
        made.give(ada.user)
        return made

    def test_it_is_good_once(self, ada: Actor, key: SoftKey) -> None:
        asked = ask_passkey(SIGN_IN, SITE)
        answer = key.answer(asked.options)
        assert check_passkey(SIGN_IN, answer, asked.secret, SITE, HERE) == ada.user
        with pytest.raises(Invalid):
            check_passkey(SIGN_IN, answer, asked.secret, SITE, HERE)

    def test_it_lasts_five_minutes(self, key: SoftKey) -> None:
        asked = ask_passkey(SIGN_IN, SITE)
        with clock.travel(timedelta(minutes=5)), pytest.raises(Invalid):
            check_passkey(SIGN_IN, key.answer(asked.options), asked.secret, SITE, HERE)

    @pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON"])
    def test_a_changed_byte_spoils_it(self, key: SoftKey, part: str) -> None:
        asked = ask_passkey(SIGN_IN, SITE)
        with pytest.raises(Invalid):
            check_passkey(SIGN_IN, tampered(key.answer(asked.options), part), asked.secret, SITE, HERE)
        assert one(AuditEntry, action="passkey.refused").subject_id

    @pytest.mark.parametrize("handle", ["", "AAAA", None])
    def test_it_says_whose_it_is(self, key: SoftKey, handle: Any) -> None:
        asked = ask_passkey(SIGN_IN, SITE)
        with pytest.raises(Invalid):
            check_passkey(SIGN_IN, key.answer(asked.options, userHandle=handle), asked.secret, SITE, HERE)

    def test_another_site_gets_nothing(self, key: SoftKey) -> None:
        asked = ask_passkey(SIGN_IN, SITE)
        with pytest.raises(Invalid):
            check_passkey(SIGN_IN, key.answer(asked.options, origin="https://evil.example"), asked.secret, SITE, HERE)

    def test_a_copied_key_is_noticed(self, key: SoftKey) -> None:
        for count, is_good in ((5, True), (4, False), (6, False), (7, True)):
            asked = ask_passkey(SIGN_IN, SITE)
            key.count = count
            if is_good:
                assert check_passkey(SIGN_IN, key.answer(asked.options), asked.secret, SITE, HERE)
                assert one(Passkey).sign_count == count + 1
            else:
                key.count = count - 2
                with pytest.raises(Invalid):
                    check_passkey(SIGN_IN, key.answer(asked.options), asked.secret, SITE, HERE)

    @pytest.mark.parametrize("column", ["disabled_at", "verified_at"])
    def test_a_closed_account_stays_closed(self, ada: Actor, key: SoftKey, column: str) -> None:
        """CVE-2026-33668."""
        table = User.__table__
        value = clock.now() if column == "disabled_at" else None
        with transaction() as session:
            session.execute(sa.update(table).where(table.c.id == ada.id).values({column: value}))
        asked = ask_passkey(SIGN_IN, SITE)
        with pytest.raises(Invalid):
            check_passkey(SIGN_IN, key.answer(asked.options), asked.secret, SITE, HERE)

    def test_an_unknown_key_is_refused_alike(self, ada: Actor) -> None:
        asked = ask_passkey(SIGN_IN, SITE)
        with pytest.raises(Invalid, match="was not accepted"):
            check_passkey(SIGN_IN, SoftKey(b"unknown").answer(asked.options), asked.secret, SITE, HERE)

    def test_questions_that_nobody_answers_do_not_pile_up(self, ada: Actor) -> None:
        ask_passkey(SIGN_IN, SITE)
        with clock.travel(timedelta(minutes=6)):
            ask_passkey(SIGN_IN, SITE)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Challenge)) == 1


def test_an_admin_takes_all_factors_off_in_the_open(ada: Actor, guarded: Actor, grace: Actor) -> None:
    """ASVS 6.4.4: whoever has lost them needs a recovery code, or an act of an admin that is written down."""
    SoftKey().give(guarded.user)
    make_recovery_codes(guarded)
    begin_session(guarded.user, "password", HERE, is_remembered=False)
    begin_pending(guarded.user, "password", is_remembered=False)
    with transaction() as session:
        session.add(PersonalToken(user_id=guarded.id, name="a script", secret_hash="x" * 64, hint="xxxx", scope="read"))
    reset_factors(grace, guarded.user)
    for model in (Totp, Passkey, RecoveryCode, Session, PendingSignIn, PersonalToken):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0, model
    entry = one(AuditEntry, action="factor.reset")
    assert (entry.actor_id, entry.subject_id) == (grace.id, guarded.id)
    assert one(Mail, template="factor_changed").to == "ada@example.org"


def test_no_page_tells_the_key_again(as_ada: Browser, guarded: Actor) -> None:
    for path in ("/account/factors", "/account/totp/edit", "/account/totp/new"):
        assert "JBSWY3DPEHPK3PXP" not in as_ada.get(path).text.replace(" ", "")
