"""Sessions as ASVS 5.0 V7 has them: how long they last, what ends them, and that what is ended is over everywhere.

The cookie itself is tested in test_sessions.py, the page that lists them in tests/web/test_account_sessions.py.
CVE-2024-55603 (expired sessions are accepted), CVE-2026-33668, CVE-2026-33316 (a disabled account is in by a token).
"""

import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.factors import reset_factors
from kanban.actions.sessions import Place, begin_session, end_sessions
from kanban.actions.tokens import create_token
from kanban.models import Actor, Session, Setting, TokenFamily, User
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from tests.api.conftest import Program, adas, program
from tests.world import PASSWORD, one

__all__ = ["adas", "program"]
ADA = {"email": "ada@example.org", "password": PASSWORD}


class Ways(NamedTuple):
    """All by which Ada is in: two browsers, a program by password, and one by a token."""

    browsers: list[FlaskClient]
    program: Program
    personal: str

    def open(self) -> set[str]:
        found = {f"browser {n}" for n, client in enumerate(self.browsers) if client.get("/").status_code == 200}
        found |= {"access"} if self.program.is_in() else set()
        return found | ({"personal"} if self.program.is_in(self.personal) else set())


EVERY = {"browser 0", "browser 1", "access", "personal"}


@pytest.fixture
def ways(app: Flask, adas: Program, ada: Actor) -> Ways:
    browsers = [app.test_client() for _each in range(2)]
    for client in browsers:
        assert client.post("/session", data={**ADA, "remember": "1"}).status_code == 303
    made = Ways(browsers, adas, create_token(ada, "Mine")[1])
    assert made.open() == EVERY
    return made


def set_user(ada: Actor, **values: object) -> None:
    table = User.__table__
    with transaction() as session:
        session.execute(sa.update(table).where(table.c.id == ada.id).values(**values))


def test_v7_4_1_signing_out_ends_that_browser_alone(ways: Ways) -> None:
    ways.browsers[0].delete("/session")
    assert ways.open() == EVERY - {"browser 0"}


def test_v7_4_2_disabling_an_account_ends_everything(ways: Ways, ada: Actor) -> None:
    set_user(ada, disabled_at=now())
    assert ways.open() == set()
    assert ways.program.refresh().json["error"] == "invalid_grant"


def test_v7_4_2_so_does_taking_its_proof_of_an_address(ways: Ways, ada: Actor) -> None:
    set_user(ada, verified_at=None)
    assert ways.open() == set()


def test_v7_4_2_deleting_an_account_ends_everything(ways: Ways, ada: Actor) -> None:
    end_sessions(ada.user)
    set_user(ada, disabled_at=now(), email=None, password_hash=None, kind="placeholder")
    assert ways.open() == set()


def test_v7_4_3_a_new_password_ends_all_but_the_session_that_set_it(ways: Ways) -> None:
    sent = {"old_password": PASSWORD, "password": "a wholly other engine"}
    assert ways.browsers[0].put("/account/password", data=sent).status_code == 303
    assert ways.open() == {"browser 0"}
    assert ways.program.refresh().json["error"] == "invalid_grant"


def test_v7_4_3_so_does_a_change_of_the_second_factor(ways: Ways, ada: Actor, grace: Actor) -> None:
    reset_factors(grace, ada.user)
    assert ways.open() == set()


def test_v7_4_5_all_of_anyone_can_be_ended(ways: Ways, ada: Actor) -> None:
    end_sessions(ada.user, tokens=False)
    assert ways.open() == {"access", "personal"}
    end_sessions(ada.user)
    assert ways.open() == set()


def test_v7_4_1_what_is_ended_is_over_in_every_process(app: Flask, ada: Actor, live_server: str) -> None:
    """Each request reads the row: nothing is kept in a process that would have to be told."""

    def status(path: str, **headers: str) -> int:
        request = urllib.request.Request(f"{live_server}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    secret = create_token(ada, "Mine")[1]
    bearer = {"Authorization": f"Bearer {secret}"}
    # Two processes answer: each has seen it often enough.
    assert {status("/api/v1/auth/me", **bearer) for _each in range(20)} == {200}
    end_sessions(ada.user)
    assert {status("/api/v1/auth/me", **bearer) for _each in range(20)} == {401}


@pytest.mark.parametrize(
    ("is_remembered", "hours", "good"), [(False, 11, True), (False, 13, False), (True, 167, True), (True, 169, False)]
)
def test_v7_3_1_a_session_that_is_left_alone_ends(
    app: Flask, ada: Actor, is_remembered: bool, hours: int, good: bool
) -> None:
    client = app.test_client()
    client.post("/session", data={**ADA, "remember": "1"} if is_remembered else ADA)
    with travel(timedelta(hours=hours)):
        assert (client.get("/").status_code == 200) == good


def test_v7_3_1_looking_at_it_late_does_not_bring_it_back(app: Flask, ada: Actor) -> None:
    client = app.test_client()
    client.post("/session", data=ADA)
    with travel(timedelta(hours=13)):
        assert client.get("/").status_code == 303
    with travel(timedelta(hours=26)):
        assert client.get("/").status_code == 303


def test_v7_3_1_an_admin_can_shorten_it(app: Flask, ada: Actor) -> None:
    with transaction() as session:
        session.merge(Setting(name="session_idle_hours", value="2"))
        session.merge(Setting(name="session_days", value="1"))
    client = app.test_client()
    client.post("/session", data={**ADA, "remember": "1"})
    for hours in range(1, 24, 1):
        with travel(timedelta(hours=hours)):
            assert client.get("/").status_code == 200
    with travel(timedelta(hours=24, minutes=1)):
        assert client.get("/").status_code == 303
    again = app.test_client()
    again.post("/session", data={**ADA, "remember": "1"})
    with travel(timedelta(hours=2, minutes=1)):
        assert again.get("/").status_code == 303


def test_v7_3_2_a_session_ends_however_much_it_is_used(app: Flask, ada: Actor) -> None:
    client = app.test_client()
    client.post("/session", data={**ADA, "remember": "1"})
    days = app.config["SESSION_DAYS"]
    for day in range(5, days, 5):
        with travel(timedelta(days=day)):
            assert client.get("/").status_code == 200
    with travel(timedelta(days=days, minutes=1)):
        assert client.get("/").status_code == 303


def test_v7_2_1_a_secret_has_256_bits_and_only_its_hash_is_kept(ada: Actor) -> None:
    row, secret = begin_session(ada.user, "password", Place(), is_remembered=False)
    assert len(secret) == 43
    assert secret not in repr(vars(row))
    other = begin_session(ada.user, "password", Place(), is_remembered=False)[1]
    assert other != secret


def test_v7_2_4_each_sign_in_has_a_secret_of_its_own(app: Flask, ada: Actor) -> None:
    client = app.test_client()
    kept = []
    for _each in range(2):
        client.post("/session", data=ADA)
        with client.session_transaction() as session:
            kept.append(session["_user_id"])
    assert kept[0] != kept[1]
    assert len(db.session.scalars(sa.select(Session).where(Session.user_id == ada.id)).all()) == 1, "The first ended."


def test_v7_4_4_every_page_of_ones_own_shows_how_to_sign_out(app: Flask, ada: Actor) -> None:
    client = app.test_client()
    client.post("/session", data=ADA)
    for path in ("/", "/account/sessions", "/account/tokens"):
        assert 'action="/session?_method=delete"' in client.get(path).text


def test_v7_5_2_whoever_changes_the_list_needs_its_token(
    app: Flask, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = app.test_client()
    secret = begin_session(ada.user, "password", Place(), is_remembered=False)[1]
    with client.session_transaction() as session:
        session["_user_id"] = secret
    id_ = one(Session).id
    for path in (f"/account/sessions/{id_}", "/account/sessions/others", "/account/tokens/1", "/account/programs/1"):
        assert client.delete(path).status_code == 400
    assert one(Session).id == id_


def test_v7_1_1_use_is_noted_every_few_minutes(app: Flask, ada: Actor, adas: Program) -> None:
    """A page that is read must not cost a write, and the list is right to five minutes."""

    def seen() -> datetime:
        found: datetime = one(TokenFamily).seen_at
        return found

    first = seen()
    for minutes, moved in ((2, False), (4, False), (6, True)):
        with travel(timedelta(minutes=minutes)):
            adas.send("GET", "/auth/me")
            assert (seen() != first) == moved
