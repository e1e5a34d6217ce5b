"""What is not for somebody answers, on every route, exactly as what does not exist."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.models import Event, User, Workspace
from kanban.support.clock import now
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.web.routes import addresses, furnished, routes
from tests.world import Events

__all__ = ["furnished"]

# Each answer has its own: they say nothing of what was asked for.
_VARIES = re.compile(
    r'(?:nonce="|csrf-token" content="|csrf_token" value="|inlineScriptNonce": "|request_id":"|"once" value=")[\w.~-]+'
)


def _said(text: str) -> str:
    return _VARIES.sub("", text)


@pytest.mark.usefixtures("furnished")
def test_an_outsider_cannot_tell_what_is_there_from_what_is_not(app: Flask, as_eve: Browser, events: Events) -> None:
    # The first page of a session sets its cookie.
    assert as_eve.get("/").status_code == 200
    asked = 0
    for route in routes(app):
        if not route.rule.arguments:
            continue
        there, nowhere = addresses(app, route, real=True), addresses(app, route, real=False)
        for real, random in zip(there, nowhere, strict=True):
            for htmx in (False, True):
                headers = {"HX-Request": "true"} if htmx else {}
                answers = [as_eve.client.open(path, method=route.method, headers=headers) for path in (real, random)]
                assert [answer.status_code for answer in answers] == [404, 404], f"{route} at {real}"
                assert _said(answers[0].text) == _said(answers[1].text), f"{route} at {real}"
                names = [{name for name, _value in answer.headers} for answer in answers]
                assert names[0] == names[1], f"{route} at {real}"
                asked += 1
    assert asked > 100
    assert not events


def test_a_stranger_is_led_to_the_door(app: Flask, client: FlaskClient, world: None) -> None:
    for route in routes(app):
        for path in addresses(app, route, real=True):
            plain = client.open(path, method=route.method)
            assert plain.status_code == 303, f"{route} at {path}"
            assert plain.location.startswith("/session/new"), f"{route} at {path}"
            script = client.open(path, method=route.method, headers={"HX-Request": "true"})
            assert (script.status_code, script.text) == (401, ""), f"{route} at {path}"


def test_a_disabled_account_is_led_to_the_door(app: Flask, as_ada: Browser, world: None) -> None:
    table = User.__table__
    with db.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.name == "Ada Lovelace").values(disabled_at=now()))
    assert as_ada.get("/").location == "/session/new"


@pytest.mark.usefixtures("furnished")
def test_looking_changes_nothing(app: Flask, as_ada: Browser) -> None:
    before = _everything()
    for route in routes(app, public=True):
        if route.method != "GET" or route.rule.endpoint == "static":
            continue
        for path in addresses(app, route, real=True):
            answer = as_ada.get(path)
            assert answer.status_code < 500, path
            answer.close()
    after = _everything()
    # What is noted: when a board was last seen, and in the audit log that somebody saw it as another does.
    old = before["audit_entries"]
    assert {row[4] for row in after["audit_entries"] if row not in old} == {"board.viewed_as"}
    for all_ in (before, after):
        all_.pop("visits")
        all_.pop("audit_entries")
        all_["settings"] = [row for row in all_["settings"] if row[0] != "audit_head"]
    assert before == after


def _everything() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with db.engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            rows = connection.execute(sa.text(f'SELECT * FROM "{table}"')).all()
            found[table] = sorted((tuple(row) for row in rows), key=repr)
    return found


@pytest.mark.usefixtures("furnished")
def test_nothing_is_changed_without_the_token(app: Flask, as_ada: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    before = _everything()
    for route in routes(app, public=True):
        if route.method == "GET" or route.rule.endpoint in {"static"}:
            continue
        for path in addresses(app, route, real=True):
            sent = {"title": "Forged", "name": "Forged", "titles": "Forged"}
            plain = as_ada.client.open(path, method=route.method, data=sent)
            assert plain.status_code in {400, 404}, f"{route} at {path}"
            script = as_ada.client.open(path, method=route.method, data=sent, headers={"HX-Request": "true"})
            assert script.status_code in {400, 404}, f"{route} at {path}"
    assert _everything() == before


@pytest.mark.usefixtures("furnished")
def test_a_form_too_old_is_drawn_again_with_what_was_typed(
    app: Flask, as_ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = as_ada.plain("POST", "/lists/1/cards", titles="Kept words", csrf_token="old")
    assert answer.status_code == 400
    assert "Kept words" in answer.text
    assert "Your text is kept" in answer.text
    token = re.search(r'csrf-token" content="([^"]+)', as_ada.get("/").text)
    assert token is not None
    assert as_ada.plain("POST", "/lists/1/cards", titles="Kept words", csrf_token=token[1]).status_code == 303
    headers = {"HX-Request": "true", "X-CSRFToken": token[1]}
    assert as_ada.client.post("/lists/1/cards", data={"titles": "More"}, headers=headers).status_code == 200


_ODD: list[dict[str, object]] = [
    {},
    {"data": b"\xff\xfe\x00", "content_type": "application/x-www-form-urlencoded"},
    {"data": b"[1, 2", "content_type": "application/json"},
    {"data": b"[[[]]]", "content_type": "application/json"},
    {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"},
    {"data": {"list_id": "9" * 40, "before_id": "-1", "after_id": "x", "name": "\x00", "title": "\ud7ff" * 3}},
    {
        "data": {
            "due": "\x00",
            "due_time": "::",
            "color": "\n",
            "texts": "\r\r",
            "once": "\x00" * 70,
            "next": "http://x",
        }
    },
    {"data": {"before_id": ["1", "2"], "label_ids": ["", "1e3"], "wip_limit": "0x10", "body": "\u0000"}},
]


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("odd", _ODD)
def test_no_input_breaks_anything(app: Flask, as_ada: Browser, odd: dict[str, object]) -> None:
    for route in routes(app):
        if route.method == "GET":
            continue
        for path in addresses(app, route, real=True):
            for headers in ({}, {"HX-Request": "true"}):
                answer = as_ada.client.open(path, method=route.method, headers=headers, **dict(odd))
                assert answer.status_code < 500, f"{route} at {path}"


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(
    "query",
    ["after=1", "after=%00", "after[]=1", "before=-1", "before=1e9", "board=9999999999", "card=x", "checklist=0"],
)
def test_no_address_breaks_anything(app: Flask, as_ada: Browser, query: str) -> None:
    for route in routes(app):
        if route.method == "GET":
            for path in addresses(app, route, real=True):
                assert as_ada.get(f"{path}?{query}").status_code < 500, f"{path}?{query}"


def test_ids_beyond_any_table_are_not_there(app: Flask, as_ada: Browser) -> None:
    for path in (
        "/cards/0",
        "/cards/99999999999999999999",
        "/boards/2147483648",
        "/lists/-1",
        "/cards/1.5",
        "/cards/x",
    ):
        assert as_ada.get(path).status_code == 404, path


@pytest.mark.usefixtures("furnished")
def test_whoever_may_only_look_changes_nothing(app: Flask, as_edgar: Browser) -> None:
    """Watching, starring and one's own preferences, account and workspaces apart."""
    own = {"watch", "star", "preferences", "previews", "workspaces", "session", "account", "imports"}
    before = db.session.scalar(sa.select(sa.func.max(Event.id)))
    workspaces = db.session.scalar(sa.select(sa.func.count(Workspace.id)))
    for route in routes(app):
        if route.method == "GET" or own & set(route.rule.rule.split("/")):
            continue
        for path in addresses(app, route, real=True):
            sent = {"titles": "x", "names": "x", "name": "x", "title": "x", "body": "x", "text": "x", "texts": "x"}
            more = {
                "url": "https://example.org",
                "color": "pink",
                "due": "2027-01-01",
                "list_id": "1",
                "checklist_id": "1",
            }
            answer = as_edgar.client.open(path, method=route.method, data=sent | more)
            assert answer.status_code in {403, 404}, f"{route} at {path}"
    assert db.session.scalar(sa.select(sa.func.max(Event.id))) == before
    assert db.session.scalar(sa.select(sa.func.count(Workspace.id))) == workspaces
