"""Accounts by the API: register, verify, reset, who one is, signing out."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kanban.actions.tokens import create_token
from kanban.api.errors import sentence_of
from kanban.models import Actor, Board, Mail, Setting, User
from kanban.support.db import db, transaction
from tests.api.conftest import Program
from tests.world import PASSWORD, one

ALAN = {"name": "Alan Turing", "email": "alan@example.org", "password": "a long tape of paper"}


def secret_of(template: str) -> str:
    """The last part of the link in the only mail of a kind."""
    path: str = one(Mail, template=template).context["url_path"]
    return path.rpartition("/")[2]


def ask(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    answer: TestResponse = client.post(f"/api/v1/auth{path}", json=fields)
    return answer


def test_an_account_is_made_proved_and_signed_in(app: Flask, world: None) -> None:
    client = app.test_client()
    answer = ask(client, "/register", **ALAN, time_zone="Europe/Paris")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (202, "no-store")
    program = Program(client)
    refused = program.sign_in(ALAN["email"], ALAN["password"])
    assert refused.json["error"] == "invalid_grant", "Not before the address is proved."
    # The sign-in has sent the link anew, and only the newest is good.
    link = db.session.query(Mail).filter_by(template="verify").order_by(Mail.id.desc()).first()
    secret = link.context["url_path"].rpartition("/")[2]  # type: ignore[union-attr]
    known = {"secret": secret, "password": ALAN["password"]}
    assert ask(client, "/verify", **known).status_code == 204
    assert ask(client, "/verify", **known).status_code == 404, "Once."
    assert program.sign_in(ALAN["email"], ALAN["password"]).status_code == 200
    me = program.send("GET", "/auth/me").json
    assert (me["name"], me["email"], me["time_zone"]) == ("Alan Turing", "alan@example.org", "Europe/Paris")


@pytest.mark.parametrize("more", [{}, {"password": ""}, {"password": "another engine of brass"}])
def test_the_mailbox_alone_makes_no_password_good(client: FlaskClient, world: None, more: dict[str, str]) -> None:
    ask(client, "/register", **ALAN)
    secret = secret_of("verify")
    answer = ask(client, "/verify", secret=secret, **more)
    assert (answer.status_code, answer.json["field"]) == (422, "password")
    assert one(User, email=ALAN["email"]).verified_at is None
    assert ask(client, "/verify", secret=secret, password=ALAN["password"]).status_code == 204, "The link stays good."


def test_guessing_with_a_link_is_braked(client: FlaskClient, world: None) -> None:
    ask(client, "/register", **ALAN)
    secret = secret_of("verify")
    answers = [ask(client, "/verify", secret=secret, password="guess") for _time in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


def test_an_unknown_time_zone_is_none(client: FlaskClient, world: None) -> None:
    assert ask(client, "/register", **ALAN, time_zone="Mars/Base").status_code == 202
    assert one(User, email=ALAN["email"]).time_zone == "UTC"


def test_an_address_that_is_taken_is_answered_alike(client: FlaskClient, world: None) -> None:
    fresh = ask(client, "/register", **ALAN)
    taken = ask(client, "/register", **{**ALAN, "email": "ada@example.org"})
    assert (fresh.status_code, fresh.json) == (taken.status_code, taken.json)
    assert one(Mail, template="account_exists").to == "ada@example.org"


@pytest.mark.parametrize("rule", ["invited", "closed"])
def test_a_closed_door_is_closed_here_too(client: FlaskClient, world: None, rule: str) -> None:
    """SignupBleed: registration that is off in the form, and on by the API."""
    with transaction() as session:
        session.merge(Setting(name="registration", value=rule))
    answer = ask(client, "/register", **ALAN)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert not db.session.query(User).filter_by(email=ALAN["email"]).count()


def test_the_link_is_sent_again_and_nobody_learns_to_whom(client: FlaskClient, world: None) -> None:
    ask(client, "/register", **ALAN)
    answers = [ask(client, "/verify/mail", email=email) for email in (ALAN["email"], "nobody@example.org")]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json == answers[1].json
    assert db.session.query(Mail).filter_by(template="verify").count() == 2


def test_a_password_is_set_anew_and_everything_else_ends(adas: Program, client: FlaskClient, ada: Actor) -> None:
    personal = create_token(ada, "Mine")[1]
    answers = [ask(client, "/reset/mail", email=email) for email in ("ada@example.org", "nobody@example.org")]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json == answers[1].json
    secret = secret_of("reset")
    short = ask(client, "/reset", secret=secret, password="short")
    assert (short.status_code, short.json["field"]) == (422, "password")
    assert ask(client, "/reset", secret=secret, password="a wholly other engine").status_code == 204
    assert ask(client, "/reset", secret=secret, password="a wholly other engine").status_code == 404
    assert not adas.is_in()
    assert not adas.is_in(personal)
    assert adas.refresh().json["error"] == "invalid_grant"
    assert adas.sign_in().json["error"] == "invalid_grant"
    assert adas.sign_in(password="a wholly other engine").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"json": {}}, 422, "invalid"),
        ({"json": {**ALAN, "is_admin": "true"}}, 422, "invalid"),
        ({"json": {**ALAN, "name": 7}}, 422, "invalid"),
        ({"json": {**ALAN, "name": ["x"]}}, 422, "invalid"),
        ({"json": {**ALAN, "name": None}}, 422, "invalid"),
        ({"json": {**ALAN, "name": ""}}, 422, "invalid"),
        ({"json": {**ALAN, "email": "none"}}, 422, "invalid"),
        ({"json": {**ALAN, "password": "short"}}, 422, "invalid"),
        ({"json": [ALAN]}, 400, "unreadable"),
        ({"data": "null", "content_type": "application/json"}, 400, "unreadable"),
        ({"data": "{", "content_type": "application/json"}, 400, "unreadable"),
        ({"data": "[" * 50_000, "content_type": "application/json"}, 400, "unreadable"),
        ({"json": {**ALAN, "name": "x" * 70_000}}, 400, "unreadable"),
        ({"data": ALAN}, 415, "unsupported_media_type"),
        ({"data": "{}", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ({}, 415, "unsupported_media_type"),
    ],
)
def test_what_is_wrong_is_said_as_a_problem(
    client: FlaskClient, world: None, sent: dict[str, object], status: int, code: str
) -> None:
    answer = client.post("/api/v1/auth/register", **sent)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"type", "title", "status", "detail", "request_id"} <= set(answer.json)
    assert answer.json["status"] == status
    assert not db.session.query(User).filter_by(email=ALAN["email"]).count()


def test_who_one_is_and_by_what(adas: Program, ada: Actor, launch: Board) -> None:
    me = adas.send("GET", "/auth/me")
    assert me.headers["Cache-Control"] == "no-store"
    assert set(me.json) == {
        "id", "name", "email", "is_admin", "time_zone", "locale", "via", "scope", "board_id", "expires_at",
    }  # fmt: skip
    assert (me.json["via"], me.json["scope"], me.json["board_id"]) == ("password", "read write", None)
    token, secret = create_token(ada, "Here", level="read", board=launch, days=0)
    mine = adas.send("GET", "/auth/me", secret).json
    assert (mine["via"], mine["scope"], mine["board_id"]) == ("personal_token", "read", launch.id)
    assert mine["expires_at"] is None
    assert token.hint == secret[-4:]


def test_signing_out_ends_this_program_alone(adas: Program, app: Flask) -> None:
    other = Program(app.test_client())
    other.sign_in()
    out = adas.send("POST", "/auth/logout")
    assert (out.status_code, out.text) == (204, "")
    assert not adas.is_in()
    assert adas.refresh().json["error"] == "invalid_grant"
    assert adas.send("POST", "/auth/logout").status_code == 401
    assert other.is_in()


def test_a_failure_says_nothing_of_itself(adas: Program, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    from kanban.api import me

    def fail(error: Exception) -> None:
        def failing(*_sent: object) -> None:
            raise error

        monkeypatch.setattr(me.oauth, "answer", failing)

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    fail(RuntimeError("a secret of the machine"))
    answer = adas.send("GET", "/auth/me")
    assert (answer.status_code, answer.json["code"]) == (500, "failed")
    assert "secret" not in answer.text
    fail(OperationalError("SELECT 1", None, Exception("away")))
    answer = adas.send("GET", "/auth/me")
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "database_away", "2")
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", True)
    fail(RuntimeError("seen by tests"))
    with pytest.raises(RuntimeError, match="seen by tests"):
        adas.send("GET", "/auth/me")


def test_an_address_can_register_only_so_often(client: FlaskClient, world: None) -> None:
    statuses = [ask(client, "/register", **{**ALAN, "name": ""}).status_code for _each in range(11)]
    assert statuses == [422] * 10 + [429]
    answer = ask(client, "/register", **ALAN)
    assert answer.json["code"] == "too_many"
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_the_password_is_in_no_answer(client: FlaskClient, world: None) -> None:
    for sent in ({**ALAN, "name": ""}, {**ALAN, "password": PASSWORD[:5]}):
        assert sent["password"] not in ask(client, "/register", **sent).text


@pytest.mark.parametrize(
    ("status", "words"), [(400, "could not be understood"), (404, "nothing here"), (405, "method"), (413, "larger")]
)
def test_every_status_has_words(app: Flask, status: int, words: str) -> None:
    with app.test_request_context("/api/v1/x"):
        assert words in sentence_of(status)


@pytest.mark.parametrize("path", ["/verify/mail", "/reset/mail"])
def test_whoever_asks_for_mails_again_and_again_waits(client: FlaskClient, world: None, path: str) -> None:
    answers = [ask(client, path, email="ada@example.org") for _time in range(4)]
    assert [answer.status_code for answer in answers] == [202] * 3 + [429]
    assert answers[-1].json["code"] == "too_many"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 2
    assert ask(client, path, email="grace@example.org").status_code == 202
