"""/account/sessions: where one is signed in."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.grants import grant_by_password
from kanban.actions.sessions import Place, begin_session
from kanban.actions.tokens import create_token
from kanban.models import Actor, AuditEntry, Session, TokenFamily
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 "
    "Mobile/15E148 Safari/604.1"
)


def enter(app: Flask, agent: str = FIREFOX) -> FlaskClient:
    """Another browser, in which Ada has signed in."""
    client = app.test_client()
    sent = {"email": "ada@example.org", "password": PASSWORD}
    assert client.post("/session", data=sent, headers={"User-Agent": agent}).status_code == 303
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/").status_code == 200


def id_of(agent: str) -> int:
    found: int = one(Session, device=agent).id
    return found


def test_it_names_devices_addresses_and_which_is_this_one(app: Flask, as_ada: Browser) -> None:
    enter(app)
    enter(app, PHONE)
    page = as_ada.get("/account/sessions").text
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "127.0.0.1" in page
    assert page.count('class="pill">this one') == 1
    assert "#smartphone" in page
    assert page.count("last used") == 3


def test_one_is_ended_at_once(app: Flask, as_ada: Browser) -> None:
    other, third = enter(app), enter(app, PHONE)
    answer = as_ada.plain("DELETE", f"/account/sessions/{id_of(FIREFOX)}")
    assert (answer.status_code, answer.location) == (303, "/account/sessions")
    assert "That browser is signed out" in as_ada.get("/account/sessions").text
    assert not is_in(other)
    assert is_in(third)
    assert is_in(as_ada.client)


def test_ending_this_one_is_signing_out(app: Flask, as_ada: Browser, ada: Actor) -> None:
    other = enter(app)
    answer = as_ada.plain("DELETE", f"/account/sessions/{id_of('')}")
    assert (answer.status_code, answer.location) == (303, "/session/new")
    assert not is_in(as_ada.client)
    assert is_in(other)


def test_all_others_are_ended_and_programs_with_them(app: Flask, as_ada: Browser, ada: Actor) -> None:
    others = [enter(app), enter(app, PHONE)]
    pair = grant_by_password("ada@example.org", PASSWORD, "", Place("time sheet"))
    _token, secret = create_token(ada, "Mine")
    assert "End all but this one" in as_ada.get("/account/sessions").text
    assert as_ada.plain("DELETE", "/account/sessions/others").status_code == 303
    page = as_ada.get("/account/sessions").text
    assert "signed out everywhere but here" in page
    assert "End all but this one" not in page
    assert not any(is_in(other) for other in others)
    asked = {
        token: app.test_client().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code
        for token in (pair.access, secret)
    }
    assert asked == {pair.access: 401, secret: 200}, "A personal token is taken back by itself."


def test_a_program_is_listed_and_ended(app: Flask, as_ada: Browser) -> None:
    pair = grant_by_password("ada@example.org", PASSWORD, "", Place("time sheet", "203.0.113.7"))
    page = as_ada.get("/account/sessions").text
    assert "Programs signed in by your password" in page
    assert "time sheet" in page
    assert "203.0.113.7" in page
    assert as_ada.plain("DELETE", f"/account/programs/{one(TokenFamily).id}").status_code == 303
    me = app.test_client().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {pair.access}"})
    assert me.status_code == 401
    assert "time sheet" not in as_ada.get("/account/sessions").text


def test_those_of_others_are_not_there(app: Flask, as_ada: Browser, as_eve: Browser) -> None:
    """Kanboard 1.2.53: ending somebody else's session by its id."""
    other = enter(app)
    grant_by_password("ada@example.org", PASSWORD, "", Place("time sheet"))
    for path in (f"/account/sessions/{id_of(FIREFOX)}", f"/account/programs/{one(TokenFamily).id}"):
        there = as_eve.plain("DELETE", path)
        nowhere = as_eve.plain("DELETE", path.rpartition("/")[0] + "/999999")
        assert there.status_code == nowhere.status_code == 404
    assert is_in(other)
    assert "Firefox" not in as_eve.get("/account/sessions").text
    assert "time sheet" not in as_eve.get("/account/sessions").text
    assert as_eve.plain("DELETE", "/account/sessions/others").status_code == 303
    assert is_in(other)


def test_what_a_browser_calls_itself_is_only_text(as_ada: Browser, ada: Actor) -> None:
    begin_session(ada.user, "password", Place("<img src=x onerror=alert(1)>"), is_remembered=False)
    page = as_ada.get("/account/sessions").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_each_end_is_written_down(app: Flask, as_ada: Browser, browse: Callable[[Actor], Browser]) -> None:
    enter(app)
    as_ada.plain("DELETE", f"/account/sessions/{id_of(FIREFOX)}")
    as_ada.plain("DELETE", "/account/sessions/others")
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert [action for action in actions if "ended" in action] == ["session.ended", "session.others_ended"]


def test_nothing_of_a_secret_stands_in_the_page(as_ada: Browser) -> None:
    page = as_ada.get("/account/sessions").text
    for row in db.session.scalars(sa.select(Session)):
        assert row.secret_hash not in page
