"""Refusals and failures as pages and as problems: what happened, what is safe, what to do."""

import contextvars
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import exc
from werkzeug.exceptions import TooManyRequests

from kanban.models import List
from kanban.support.db import db
from tests.web.conftest import Browser

HTMX = {"HX-Request": "true"}


def test_an_address_of_nothing(client: FlaskClient, as_ada: Browser) -> None:
    for browser in (client, as_ada):
        answer = browser.get("/nowhere")
        assert answer.status_code == 404
        assert "There is nothing here for you" in answer.text
    problem = client.get("/nowhere", headers=HTMX)
    assert (problem.status_code, problem.content_type) == (404, "application/problem+json")
    assert problem.json["request_id"]


def test_a_method_that_is_not_taken(as_ada: Browser) -> None:
    answer = as_ada.plain("POST", "/help")
    assert answer.status_code == 405
    assert "This address does not take that." in answer.text
    assert as_ada.htmx("DELETE", "/help").json["status"] == 405


def test_a_method_is_turned_only_on_a_post(as_ada: Browser, todo: List) -> None:
    assert as_ada.get(f"/lists/{todo.id}?_method=delete").status_code == 200
    assert as_ada.client.post(f"/lists/{todo.id}?_method=trace").status_code == 405
    assert as_ada.get(f"/lists/{todo.id}").status_code == 200


def test_more_text_than_a_form_may_hold(as_ada: Browser, todo: List) -> None:
    sent = {"titles": "x" * 2_100_000}
    answer = as_ada.plain("POST", f"/lists/{todo.id}/cards", **sent)
    assert answer.status_code == 413
    assert "This is larger than the limit." in answer.text
    assert as_ada.htmx("POST", f"/lists/{todo.id}/cards", **sent).json["code"] == "too_large"


def test_more_fields_than_a_form_may_hold(as_ada: Browser, todo: List) -> None:
    body = "\r\n".join(f'--x\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1' for n in range(1_100))
    answer = as_ada.client.post(
        f"/lists/{todo.id}/cards", data=f"{body}\r\n--x--\r\n", content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413


def test_trying_too_often_keeps_the_text(as_ada: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_often(**_ids: Any) -> None:
        raise TooManyRequests(retry_after=30)

    monkeypatch.setitem(app.view_functions, "workspaces.create", too_often)
    answer = as_ada.plain("POST", "/workspaces", name="Kept words")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "Kept words" in answer.text
    assert as_ada.htmx("POST", "/workspaces", name="Kept words").json["code"] == "too_many"


def test_a_mistake_of_ours_says_so_and_keeps_the_text(
    as_ada: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_ids: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "workspaces.create", broken)
    answer = as_ada.plain("POST", "/workspaces", name="Kept words")
    assert answer.status_code == 500
    for words in ("Something went wrong here", "Kept words", answer.headers["X-Request-Id"]):
        assert words in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert as_ada.htmx("POST", "/workspaces", name="x").json["code"] == "failed"
    assert "ZeroDivisionError" in caplog.text


@pytest.fixture
def database_away(app: Flask, as_ada: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise exc.OperationalError("SELECT 1", {}, OSError("refused"))

    as_ada.get("/")
    db.session.remove()

    # The client of the tests looks into the database after each answer.
    def ask(*arguments: Any, **more: Any) -> Any:
        return contextvars.Context().run(FlaskClient.open, as_ada.client, *arguments, **more)

    monkeypatch.setattr(as_ada.client, "open", ask)
    monkeypatch.setattr(db.engine.dialect, "do_execute", refuse)
    monkeypatch.setattr(db.engine.dialect, "do_execute_no_params", refuse)


@pytest.mark.usefixtures("database_away")
def test_without_a_database_the_text_is_kept(as_ada: Browser) -> None:
    answer = as_ada.plain("POST", "/workspaces", name="Kept words")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "The database cannot be reached." in answer.text
    assert "Kept words" in answer.text
    assert as_ada.get("/").status_code == 503
    problem = as_ada.htmx("POST", "/workspaces", name="Kept words")
    assert (problem.status_code, problem.json["code"]) == (503, "database_away")


def test_what_was_typed_is_kept_without_what_is_secret(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_ids: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "sessions.create", broken)
    answer = client.post("/session", data={"email": "ada@example.org", "password": "hunter2hunter2"})
    assert "ada@example.org" in answer.text
    assert "hunter2hunter2" not in answer.text


def test_every_answer_says_what_may_run(client: FlaskClient, as_ada: Browser) -> None:
    for answer in (client.get("/session/new"), client.get("/nowhere"), as_ada.get("/"), client.get("/healthz")):
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "X-Request-Id" in answer.headers
