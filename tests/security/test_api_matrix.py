"""Every route of the API × whoever may ask × what they were given (WSTG-ATHZ-02, WSTG-ATHZ-04).

CVE-2026-33312, CVE-2026-40103: a scope that reads allows DELETE at the same address.
CVE-2026-33668, CVE-2026-33316: a disabled account is in by a token.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from kanban.actions.accounts import make_link
from kanban.actions.tokens import create_token
from kanban.models import Actor, User
from kanban.support.clock import travel
from kanban.support.db import db, transaction
from tests.api.conftest import Program, program, run
from tests.security.scene import VERA, Scene, everything
from tests.web.conftest import Browser
from tests.world import PASSWORD, one, session_of

__all__ = ["program", "run"]

ANYBODY, SOMEBODY = "anybody", "somebody"
# Ada has a second factor here.
EVE = "eve@example.org"


class Row(NamedTuple):
    """A request, whom it asks for, and the least scope; `any` is none at all."""

    method: str
    path: str
    who: str
    scope: str = "read"
    form: dict[str, str] | None = None
    json: dict[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def send(self, app: Flask, token: str | None = None, cookie: str | None = None) -> TestResponse:
        client = app.test_client()
        if cookie is not None:
            with client.session_transaction() as session:
                session["_user_id"] = cookie
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        sent: dict[str, Any] = {"json": self.json} if self.json is not None else {"data": self.form}
        answer: TestResponse = client.open(f"/api/v1{self.path}", method=self.method, headers=headers, **sent)
        return answer


_NEW = {"name": "New Comer", "email": "new@example.org", "password": "a long tape of paper"}
ROWS = (
    Row("POST", "/auth/token", ANYBODY, form={"grant_type": "refresh_token", "refresh_token": "{refresh}"}),
    Row("POST", "/auth/revoke", ANYBODY, form={"token": "{refresh}"}),
    Row("POST", "/auth/register", ANYBODY, json=_NEW),
    Row("POST", "/auth/verify/mail", ANYBODY, json={"email": VERA}),
    Row("POST", "/auth/verify", ANYBODY, json={"secret": "{verify}", "password": PASSWORD}),
    Row("POST", "/auth/reset/mail", ANYBODY, json={"email": "ada@example.org"}),
    Row("POST", "/auth/reset", ANYBODY, json={"secret": "{reset}", "password": "a wholly other engine"}),
    Row("GET", "/auth/me", SOMEBODY),
    Row("POST", "/auth/logout", SOMEBODY, scope="any"),
)


def test_v8_2_1_no_route_is_missing_from_the_matrix(app: Flask) -> None:
    listed = {(f"/api/v1{row.path}", row.method) for row in ROWS}
    there = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == listed


@pytest.fixture
def tokens(scene: Scene, run: Callable[[], Program]) -> dict[str, str]:
    """Tokens that are good for nothing, by what is wrong with them."""
    ada, dora, vera = (Actor(one(User, email=f"{name}@example.org")) for name in ("ada", "dora", "vera"))
    mine = run()
    mine.sign_in(EVE)
    with travel(timedelta(days=-8)):
        expired = create_token(ada, "Old", days=7)[1]
    gone = run()
    gone.sign_in(EVE)
    gone.send("POST", "/auth/logout")
    return {
        "none": "",
        "of a closed account": create_token(dora, "Before")[1],
        "of an unverified account": create_token(vera, "Before")[1],
        "over": expired,
        "ended": gone.access,
        "a refresh token": mine.refresh_token,
        "of a session": session_of(ada.user),
        "a number": str(ada.id),
        "nothing like one": "x" * 43,
        "a personal one that is not there": "kbn_" + "x" * 43,
        "too long": "x" * 100_000,
        "a cut one": mine.access[:-1],
    }


def test_nobody_is_in_by_what_is_no_good_token(app: Flask, scene: Scene, tokens: dict[str, str]) -> None:
    before = everything()
    for row in ROWS:
        if row.who == SOMEBODY:
            for name, token in tokens.items():
                answer = row.send(app, token)
                assert answer.status_code == 401, f"{row} by a token {name}"
                assert answer.content_type == "application/problem+json"
                assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="Kanban"')
                assert len(token) < 20 or token[:40] not in answer.text
    assert everything() == before


def test_nobody_is_in_by_a_cookie(app: Flask, scene: Scene) -> None:
    """Nor does a token of theirs in an address or a form count (RFC 6750, 2.2 and 2.3)."""
    ada = one(User, email="ada@example.org")
    secret = create_token(Actor(ada), "Mine", level="admin")[1]
    before = everything()
    for row in ROWS:
        if row.who == SOMEBODY:
            assert row.send(app, cookie=session_of(ada)).status_code == 401, str(row)
            client = app.test_client()
            for sent in ({"query_string": {"access_token": secret}}, {"data": {"access_token": secret}}):
                assert client.open(f"/api/v1{row.path}", method=row.method, **sent).status_code == 401, str(row)
    assert everything() == before


def test_scope_by_method(app: Flask, scene: Scene) -> None:
    """Each route with each scope, and with none."""
    ada = Actor(one(User, email="ada@example.org"))
    order = ("any", "read", "write", "admin")
    for row in ROWS:
        if row.who == SOMEBODY:
            for level in ("read", "write", "admin"):
                status = row.send(app, create_token(ada, level, level=level)[1]).status_code
                enough = order.index(level) >= order.index(row.scope)
                assert (status < 400) == enough, f"{row} with {level}"
                assert enough or status == 403


def test_each_row_is_a_request_that_does_something(app: Flask, scene: Scene, run: Callable[[], Program]) -> None:
    for row in ROWS:
        scene.lay_out()
        mine = run()
        mine.sign_in(EVE)
        ada, vera = one(User, email="ada@example.org"), one(User, email=VERA)
        with transaction():
            words = {
                "refresh": mine.refresh_token,
                "verify": make_link(vera, "verify", VERA, timedelta(days=1)),
                "reset": make_link(ada, "reset", "ada@example.org", timedelta(hours=1)),
            }
        full = row._replace(
            **{
                kind: {name: value.format(**words) for name, value in sent.items()}
                for kind, sent in (("form", row.form), ("json", row.json))
                if sent is not None
            }
        )
        before = everything()
        answer = full.send(app, mine.access if row.who == SOMEBODY else None)
        assert answer.status_code in {200, 202, 204}, f"{row}: {answer.text}"
        assert (everything() != before) == (row.method != "GET"), str(row)
        db.session.rollback()


def test_no_input_breaks_anything(app: Flask, scene: Scene) -> None:
    secret = create_token(Actor(one(User, email="ada@example.org")), "Mine", level="admin")[1]
    odd: list[dict[str, Any]] = [
        {},
        {"data": b"\xff\xfe\x00", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"[1, 2", "content_type": "application/json"},
        {"data": b"[" * 60_000, "content_type": "application/json"},
        {"data": b'{"email": 1e999, "email": NaN}', "content_type": "application/json"},
        {"data": b'{"__proto__": {"email": "x"}}', "content_type": "application/json"},
        {"data": b'{"email": "\\ud800", "secret": "\\u0000", "password": "\\ud800", "name": "\\ud800"}',
         "content_type": "application/json"},
        {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"},
        {"data": {"token": "\ud7ff\x00", "grant_type": "\x00"}},
        {"data": {"grant_type": "password", "username": "\x00@\x00", "password": "\x00", "otp": "\x00"}},
        {"data": {"grant_type": "refresh_token", "refresh_token": "\x00"}},
    ]  # fmt: skip
    for row in ROWS:
        for sent in odd:
            headers = {"Authorization": f"Bearer {secret}"} if row.path != "/auth/logout" else {}
            answer = app.test_client().open(f"/api/v1{row.path}", method=row.method, headers=headers, **sent)
            assert answer.status_code < 500, f"{row} with {sent}"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "bearer  ", "Basic YTpi", "Bearer a b", "Token x", "Bearer é", "\x01"]
)
def test_no_header_breaks_anything(app: Flask, scene: Scene, header: str) -> None:
    assert app.test_client().get("/api/v1/auth/me", headers={"Authorization": header}).status_code == 401


def test_what_is_not_there_says_so_as_a_problem(app: Flask, scene: Scene, people: Callable[[str], Browser]) -> None:
    for client in (app.test_client(), people("ada").client):
        for path in ("/api/v1/nowhere", "/api/nowhere", "/api/v1/", "/api/v1/auth/token/"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert answer.content_type == "application/problem+json"
            assert answer.json["title"] == "Not Found"
            assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert "text/html" in app.test_client().get("/nowhere").content_type


def test_a_link_of_a_mail_is_not_good_for_another_purpose(app: Flask, scene: Scene) -> None:
    """ASVS 9.2.4: none of our secrets does what another is for."""
    ada, vera = one(User, email="ada@example.org"), one(User, email=VERA)
    with transaction():
        reset = make_link(ada, "reset", "ada@example.org", timedelta(hours=1))
        verify = make_link(vera, "verify", VERA, timedelta(days=1))
    client = app.test_client()
    assert client.post("/api/v1/auth/verify", json={"secret": reset, "password": PASSWORD}).status_code == 404
    sent = {"secret": verify, "password": "a wholly other engine"}
    assert client.post("/api/v1/auth/reset", json=sent).status_code == 404
    for secret in (reset, verify):
        assert client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
        data = {"grant_type": "refresh_token", "refresh_token": secret}
        assert client.post("/api/v1/auth/token", data=data).json["error"] == "invalid_grant"
    table = User.__table__
    assert db.session.scalar(sa.select(table.c.verified_at).where(table.c.email == VERA)) is None
    assert client.post("/session", data={"email": "ada@example.org", "password": PASSWORD}).status_code == 303
