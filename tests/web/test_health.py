"""Health: alive whatever happens, ready only with a database, degraded without Redis."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import exc

from kanban.support.bus import bus
from kanban.support.db import db


def test_it_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "database": "ok", "redis": "ok"})


def test_without_redis_it_serves_with_less_comfort(client: FlaskClient, valkey: str) -> None:
    bus.connect("unix:///nowhere/valkey.sock")
    try:
        answer = client.get("/readyz")
    finally:
        bus.connect(valkey)
    assert answer.status_code == 200
    assert answer.json == {"status": "degraded", "database": "ok", "redis": "away"}


def test_without_a_database_it_is_alive_but_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise exc.OperationalError("SELECT 1", {}, OSError("refused"))

    monkeypatch.setattr(db.engine.dialect, "do_execute", refuse)
    monkeypatch.setattr(db.engine.dialect, "do_execute_no_params", refuse)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["status"], ready.json["database"]) == (503, "unavailable", "away")
    assert client.get("/healthz").status_code == 200
