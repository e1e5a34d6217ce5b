"""POST /api/v1/auth/token: the shapes, errors and headers of RFC 6749."""

import base64
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.models import Actor, AuditEntry, Mail, RefreshToken, Setting, TokenFamily, User
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from tests.api.conftest import Program
from tests.world import PASSWORD, one, session_of

ADA = {"grant_type": "password", "username": "ada@example.org", "password": PASSWORD}


def post(client: FlaskClient, data: object, **more: object) -> tuple[int, str]:
    """The status and the error of what was sent."""
    answer = client.post("/api/v1/auth/token", data=data, **more)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "application/json"
    description = answer.json.get("error_description", "")
    assert all(" " <= char <= "~" and char not in '"\\' for char in description), "RFC 6749, 5.2"
    return answer.status_code, answer.json.get("error", "")


def switch_off(name: str = "password_grant") -> None:
    with transaction() as session:
        session.merge(Setting(name=name, value="0"))


def test_a_password_gets_a_pair_of_tokens(program: Program) -> None:
    answer = program.sign_in()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    assert answer.content_type == "application/json"
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 900
    assert answer.json["scope"] == "read write"
    assert answer.json["refresh_token"].startswith("kbr_")
    assert "Set-Cookie" not in answer.headers
    assert program.is_in()


def test_a_refresh_token_gets_the_next_pair(adas: Program) -> None:
    before = adas.access, adas.refresh_token
    answer = adas.refresh()
    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert adas.access != before[0]
    assert adas.refresh_token != before[1]
    assert adas.is_in()
    assert adas.is_in(before[0]), "The one before is good to its end."


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "invalid_request"),
        ({**ADA, "password": ""}, "invalid_request"),
        ({**ADA, "password": ["a", "b"]}, "invalid_request"),
        ({**ADA, "password": "x" * 5_000}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({**ADA, "grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({**ADA, "grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({**ADA, "password": "wrong"}, "invalid_grant"),
        ({**ADA, "username": "nobody@example.org"}, "invalid_grant"),
        ({**ADA, "username": "no address"}, "invalid_grant"),
        ({**ADA, "scope": "write everything"}, "invalid_scope"),
        ({**ADA, "scope": " read"}, "invalid_scope"),
        ({"grant_type": "refresh_token", "refresh_token": "kbr_" + "x" * 43}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "\x00é"}, "invalid_grant"),
    ],
)
def test_what_is_wrong_has_its_name(client: FlaskClient, world: None, sent: dict[str, str], error: str) -> None:
    assert post(client, sent) == (400, error)


def test_only_a_form_is_read(client: FlaskClient, world: None) -> None:
    for more in ({"json": ADA}, {"data": "grant_type=password", "content_type": "text/plain"}):
        answer = client.post("/api/v1/auth/token", **more)
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
    answer = client.post("/api/v1/auth/token", query_string=ADA)
    assert answer.json["error"] == "invalid_request", "A password in an address stands in logs."


def test_another_method_is_refused_in_its_own_shape(client: FlaskClient, world: None) -> None:
    answer = client.get("/api/v1/auth/token")
    assert answer.status_code == 405
    assert answer.content_type == "application/problem+json"
    assert "POST" in answer.headers["Allow"]


def test_too_large_a_form_is_refused(client: FlaskClient, world: None) -> None:
    answer = client.post("/api/v1/auth/token", data={**ADA, "padding": "x" * 3_000_000})
    assert (answer.status_code, answer.json["error"]) == (413, "invalid_request")


def test_a_scope_is_what_was_asked_for(program: Program) -> None:
    assert program.sign_in(scope="read").json["scope"] == "read"
    assert program.sign_in(scope="admin read").json["scope"] == "admin read"
    assert program.send("GET", "/auth/me").json["scope"] == "admin read"


def test_a_scope_can_be_narrowed_and_never_widened(program: Program) -> None:
    program.sign_in(scope="write")
    assert program.refresh(scope="read").json["scope"] == "read"
    assert program.refresh(scope="admin").json["error"] == "invalid_scope"
    assert program.refresh(scope="nothing").json["error"] == "invalid_scope"
    assert program.refresh().json["scope"] == "write", "A refusal has not used it up, and narrowing was for once."


def test_the_program_is_known_by_the_name_it_gives_itself(client: FlaskClient, world: None) -> None:
    basic = base64.b64encode(b"time sheet:no secret").decode()
    for headers, fields in (
        ({"Authorization": f"Basic {basic}"}, {}),
        ({}, {"client_id": "time \n sheet", "client_secret": "any"}),
    ):
        assert post(client, {**ADA, **fields}, headers=headers) == (200, "")
    assert post(client, ADA, headers={"User-Agent": "curl/8.5"}) == (200, "")
    assert [each.device for each in db.session.scalars(sa.select(TokenFamily).order_by(TokenFamily.id))] == [
        "time sheet",
        "time sheet",
        "curl/8.5",
    ]


def test_a_sign_in_is_written_down_without_its_secrets(program: Program) -> None:
    program.sign_in(password="not this one")
    program.sign_in()
    query = sa.select(AuditEntry).where(AuditEntry.action.like("session.%")).order_by(AuditEntry.id)
    lines = db.session.scalars(query).all()
    assert [line.action for line in lines] == ["session.refused", "session.begun"]
    assert lines[-1].detail["method"] == "api"
    said = repr([(line.detail, line.subject_name) for line in lines])
    assert all(secret not in said for secret in ("not this one", PASSWORD, program.access, program.refresh_token))


def test_a_program_unlike_those_before_is_mailed_about(program: Program, ada: Actor) -> None:
    def mails() -> int:
        return len(db.session.scalars(sa.select(Mail).where(Mail.template == "new_device")).all())

    program.sign_in(client_id="first")
    assert mails() == 0, "There is nothing that it could be unlike."
    program.sign_in(client_id="first")
    assert mails() == 0
    program.sign_in(client_id="second")
    assert mails() == 1
    assert one(Mail, template="new_device").context["device"] == "second"


def test_switched_off_a_password_gets_nothing_and_nothing_is_refreshed(adas: Program) -> None:
    """Kanboard 1.2.52: what a switch had let in lives on after it."""
    switch_off()
    assert adas.sign_in().json["error"] == "unsupported_grant_type"
    assert adas.refresh().json["error"] == "invalid_grant"


def test_a_refresh_token_ends_when_it_is_not_used(adas: Program) -> None:
    with travel(timedelta(hours=167)):
        assert adas.refresh().status_code == 200
    with travel(timedelta(hours=167 + 169)):
        assert adas.refresh().json["error"] == "invalid_grant"


def test_who_must_wait_is_told_so(client: FlaskClient, world: None) -> None:
    """The form and this endpoint count together: a wrong password here is one there."""
    wrong = {"email": "ada@example.org", "password": "wrong"}
    for _try in range(3):
        assert client.post("/session", data=wrong).status_code == 422
        assert post(client, {**ADA, "password": "wrong"})[0] in {400, 429}
    answer = client.post("/api/v1/auth/token", data=ADA)
    assert answer.status_code == 429
    assert answer.json["error"] == "temporarily_unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/session", data={**wrong, "password": PASSWORD}).status_code == 429


def test_an_address_can_ask_only_so_often(client: FlaskClient, world: None) -> None:
    statuses = [
        client.post("/api/v1/auth/token", data={**ADA, "username": f"u{n}@example.org"}).status_code for n in range(32)
    ]
    assert statuses == [400] * 30 + [429] * 2
    answer = client.post("/api/v1/auth/token", data=ADA)
    assert answer.json["error"] == "temporarily_unavailable"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    refresh = {"grant_type": "refresh_token", "refresh_token": "x"}
    assert client.post("/api/v1/auth/token", data=refresh).status_code == 400, "Programs behind one address go on."


def test_only_the_hash_of_a_secret_is_kept(adas: Program) -> None:
    row = one(RefreshToken)
    assert adas.refresh_token not in repr(vars(row))
    assert len(row.secret_hash) == 64


def test_what_is_out_gets_nothing(program: Program, ada: Actor, app: Flask) -> None:
    table = User.__table__
    for change in ({"disabled_at": now()}, {"verified_at": None, "disabled_at": None}):
        program.sign_in()
        assert program.refresh_token
        with transaction() as session:
            session.execute(sa.update(table).where(table.c.id == ada.id).values(**change))
        assert program.refresh().json["error"] == "invalid_grant"
        assert program.sign_in().json["error"] == "invalid_grant"
        assert not program.is_in()
        with transaction() as session:
            session.execute(sa.update(table).where(table.c.id == ada.id).values(disabled_at=None, verified_at=now()))


def test_a_session_of_a_browser_gets_nothing_here(app: Flask, client: FlaskClient, ada: Actor) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = session_of(ada.user)
    assert client.get("/").status_code == 200
    answer = client.get("/api/v1/auth/me")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Kanban"'
    assert "Set-Cookie" not in answer.headers
