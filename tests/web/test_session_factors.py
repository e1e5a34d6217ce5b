"""The second step of signing in, and what it opens before it is done: nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kanban.actions.recovery_codes import make_recovery_codes
from kanban.models import Actor, AuditEntry, Mail, Passkey, PendingSignIn, RecoveryCode, Session, Totp, User
from kanban.support import clock
from kanban.support.db import db, transaction
from tests.keys import SoftKey, code_now, give_totp
from tests.world import PASSWORD, one

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def guarded(ada: Actor) -> Actor:
    """Ada, with an authenticator."""
    give_totp(ada.user)
    return ada


def first_step(client: FlaskClient, **more: str) -> TestResponse:
    answer: TestResponse = client.post("/session", data={"email": "ada@example.org", "password": PASSWORD, **more})
    return answer


def second_step(client: FlaskClient, code: str, **more: str) -> TestResponse:
    answer: TestResponse = client.post("/session/factor", data={"code": code, **more})
    return answer


def is_in(client: FlaskClient) -> bool:
    return client.get("/").status_code == 200


def sessions_of_ada() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Session)) or 0


def test_the_password_alone_opens_nothing(client: FlaskClient, guarded: Actor) -> None:
    answer = first_step(client, next="/boards/1")
    assert answer.location == "/session/factor/new?next=/boards/1"
    assert not is_in(client)
    assert client.get("/boards/1").location.startswith("/session/new")
    assert client.get("/session/new?next=/boards/1").location == "/session/factor/new?next=/boards/1"
    assert sessions_of_ada() == 0
    page = client.get("/session/factor/new?next=/boards/1").text
    assert "One more step" in page
    assert 'value="/boards/1"' in page
    assert second_step(client, code_now(), next="/boards/1").location == "/boards/1"
    assert is_in(client)
    assert one(Session).method == "password"
    assert db.session.scalar(sa.select(PendingSignIn.id)) is None


def test_it_remembers_who_wants_to_stay(client: FlaskClient, guarded: Actor) -> None:
    first_step(client, remember="1")
    answer = second_step(client, code_now())
    assert one(Session).is_remembered
    assert "Expires=" in answer.headers["Set-Cookie"]


def test_the_second_step_is_for_this_site_alone(client: FlaskClient, guarded: Actor) -> None:
    first_step(client)
    assert second_step(client, code_now(), next="//evil.example").location == "/"


def test_a_code_is_taken_as_apps_show_it(client: FlaskClient, guarded: Actor) -> None:
    first_step(client)
    code = code_now()
    assert second_step(client, f" {code[:3]} {code[3:]} ").status_code == 303
    assert is_in(client)


def test_a_recovery_code_lets_in_once(client: FlaskClient, app: Flask, guarded: Actor) -> None:
    code = make_recovery_codes(guarded)[3]
    first_step(client)
    assert second_step(client, code.upper().replace("-", " ")).status_code == 303
    assert is_in(client)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 9
    assert one(Mail, template="recovery_code_used").context["left"] == 9
    other = app.test_client()
    first_step(other)
    refused = second_step(other, code)
    assert refused.status_code == 422
    assert "was used before" in refused.text
    assert not is_in(other)


def test_without_a_first_step_there_is_no_second(client: FlaskClient, guarded: Actor) -> None:
    assert client.get("/session/factor/new").location == "/session/new"
    answer = second_step(client, code_now())
    assert answer.location == "/session/new"
    assert not is_in(client)


def test_it_lasts_five_minutes(client: FlaskClient, guarded: Actor) -> None:
    first_step(client)
    with clock.travel(timedelta(minutes=5, seconds=1)):
        answer = client.post("/session/factor", data={"code": code_now()}, follow_redirects=True)
        assert "took too long" in answer.text
        assert not is_in(client)


@pytest.mark.parametrize("state", ["disabled_at", "verified_at"])
def test_an_account_that_was_closed_meanwhile_stays_closed(client: FlaskClient, guarded: Actor, state: str) -> None:
    first_step(client)
    table = User.__table__
    with transaction() as session:
        session.execute(
            sa.update(table).where(table.c.id == guarded.id).values({state: clock.now() if state[0] == "d" else None})
        )
    assert second_step(client, code_now()).location == "/session/new"
    assert sessions_of_ada() == 0


def test_the_cookie_of_one_step_is_no_session(client: FlaskClient, app: Flask, guarded: Actor) -> None:
    first_step(client)
    with client.session_transaction() as cookie:
        secret = cookie["pending_sign_in"]
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie["_user_id"] = secret
    assert not is_in(other)


def test_one_can_sign_in_as_somebody_else_instead(client: FlaskClient, guarded: Actor) -> None:
    first_step(client)
    client.post("/session?_method=delete")
    assert client.get("/session/new").status_code == 200
    client.post("/session", data={"email": "grace@example.org", "password": PASSWORD})
    assert is_in(client)


class TestPasskeys:
    """A passkey as the second factor, and in place of the password."""

    @pytest.fixture
    def key(self, ada: Actor) -> SoftKey:
        made = SoftKey()
        made.give(ada.user)
        return made

    def test_it_is_a_second_factor(self, client: FlaskClient, key: SoftKey) -> None:
        first_step(client)
        page = client.get("/session/factor/new").text
        assert 'data-passkey="factor"' in page
        assert 'name="code"' not in page
        options = client.post("/session/challenge", data={"purpose": "factor"}).json
        assert len(options["allowCredentials"]) == 1
        answer = client.post("/session/factor", data={"credential": key.answer(options, is_verified=False)})
        assert answer.location == "/"
        assert is_in(client)
        found = one(Passkey)
        assert found.sign_count == 1
        assert found.used_at is not None

    def test_it_signs_in_by_itself(self, client: FlaskClient, key: SoftKey) -> None:
        options = client.post("/session/challenge", data={"purpose": "sign_in"}).json
        assert options["allowCredentials"] == []
        assert options["userVerification"] == "required"
        answer = client.post(
            "/session/passkey", data={"credential": key.answer(options), "remember": "1", "next": "/help"}
        )
        assert answer.location == "/help"
        assert is_in(client)
        assert one(Session).method == "passkey"
        assert one(Session).is_remembered

    def test_a_question_for_the_factor_needs_a_first_step(self, client: FlaskClient, key: SoftKey) -> None:
        assert client.post("/session/challenge", data={"purpose": "factor"}).status_code == 404

    def test_nobody_else_is_proved_by_it(self, client: FlaskClient, key: SoftKey, eve: Actor) -> None:
        give_totp(eve.user)
        client.post("/session", data={"email": "eve@example.org", "password": PASSWORD})
        options = client.post("/session/challenge", data={"purpose": "factor"}).json
        assert client.post("/session/factor", data={"credential": key.answer(options)}).status_code == 422
        assert not is_in(client)


@pytest.mark.parametrize("way", ["totp", "passkey"])
def test_what_happened_is_in_the_audit_log(client: FlaskClient, guarded: Actor, way: str) -> None:
    first_step(client)
    if way == "totp":
        second_step(client, "000000")
        assert one(AuditEntry, action="factor.refused").subject_id == guarded.id
    else:
        client.post("/session/factor", data={"credential": "{}"})
        assert db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.action == "session.begun")) is None
    assert one(Totp).wrong == (1 if way == "totp" else 0)


def test_a_script_gets_its_refusal_as_json(client: FlaskClient, guarded: Actor) -> None:
    first_step(client)
    answer = client.post("/session/factor", data={"code": "000000"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.json["field"] == "code"
