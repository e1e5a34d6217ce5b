"""Limits: they hold across processes, and go on holding without Redis."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from werkzeug.exceptions import TooManyRequests

from kanban.models import Actor, Session
from kanban.queries.sessions import Entrance
from kanban.support import limits
from kanban.support.limits import hold, make_limiter, person
from kanban.web.guards import SignedIn


def site(storage: str) -> FlaskClient:
    """A site with one page, that may be seen three times a minute."""
    app = Flask("limited")
    app.config["RATELIMIT_STORAGE_URI"] = storage
    limiter = make_limiter()
    limiter.init_app(app)
    app.add_url_rule("/door", "door", limiter.limit("3 per minute")(lambda: "open"))
    return app.test_client()


def knock(client: FlaskClient, times: int) -> list[int]:
    return [client.get("/door").status_code for _each in range(times)]


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[str]:
    """A Redis that takes connections and never says a word."""
    path = f"{tmp_path}/hang.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(8)
        yield f"redis+unix://{path}"


def test_two_processes_count_together(valkey: str) -> None:
    redis.Redis.from_url(valkey).flushall()
    storage = f"redis+{valkey}"
    assert knock(site(storage), 2) + knock(site(storage), 2) == [200, 200, 200, 429]


def test_without_redis_each_process_counts_by_itself() -> None:
    assert knock(site("redis+unix:///nowhere/valkey.sock"), 5) == [200, 200, 200, 429, 429]


def test_whoever_must_wait_is_told_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    client = site("memory://")
    told: list[int] = []

    def shut(_error: Exception) -> tuple[str, int]:
        told.append(limits.wait())
        return "shut", 429

    client.application.register_error_handler(429, shut)
    monkeypatch.setattr(limits, "limiter", client.application.extensions["limiter"].copy().pop())
    began = time.time()
    assert knock(client, 4) == [200, 200, 200, 429]
    lapsed = time.time() - began
    assert 60 - lapsed <= told[0] <= 60


def test_whoever_met_no_limit_waits_a_second() -> None:
    with Flask("unlimited").test_request_context():
        assert limits.wait() == 1


def test_a_redis_that_hangs_holds_nobody_up(hanging: str) -> None:
    client = site(hanging)
    started = time.monotonic()
    assert knock(client, 4) == [200, 200, 200, 429]
    assert time.monotonic() - started < 1


def test_behind_the_door_a_person_is_counted_and_a_token(app: Flask, ada: Actor, grace: Actor) -> None:
    for actor in (ada, grace):
        with app.app_context(), app.test_request_context("/", environ_base={"REMOTE_ADDR": "198.51.100.7"}):
            assert person() == "198.51.100.7"
            login_user(SignedIn(Entrance(Session(), actor.user, False, ""), "secret"))
            assert person() == f"person {actor.id}"
    for holder in ("token 1", "token 2"):
        assert [_passes(app, holder, f"198.51.100.{number}") for number in range(5)] == [True] * 3 + [False] * 2


def _passes(app: Flask, holder: str, address: str) -> bool:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        try:
            hold("3 per minute", holder)
        except TooManyRequests:
            return False
        return True
