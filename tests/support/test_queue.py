"""The queue: jobs arrive, run in the application's context, and carry the request's id."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from flask import Flask, current_app

from kanban import jobs
from kanban.support import observe, tether
from kanban.support.bus import bus
from kanban.support.db import db
from kanban.support.queue import queue

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def worker(app: Flask, environment: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    """The worker of bin/run, on this test's database and Valkey; where its output goes."""
    log, parent = tmp_path / "worker.log", os.getpid()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "bin/worker.py"],
            cwd=ROOT,
            env={**os.environ, **environment, "LOG_LEVEL": "INFO"},
            stdout=output,
            stderr=output,
            preexec_fn=lambda: tether.hold(parent),
        )
    yield log
    process.terminate()
    assert process.wait(timeout=10) == 0, log.read_text()


def in_time(question: Any, *, patience: float = 15) -> bool:
    """Whether something becomes true soon enough."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.02)
    return False


def test_a_job_runs_in_a_context_of_its_own(app: Flask) -> None:
    seen: dict[str, Any] = {}

    @queue.task(name="tests.look")  # type: ignore[untyped-decorator]
    def look(number: int) -> None:
        seen.update(
            number=number,
            app=current_app._get_current_object(),  # type: ignore[attr-defined]
            request_id=observe.request_id(),
            session=db.session(),
        )
        db.session.execute(sa.select(1))

    try:
        look(7)
    finally:
        del queue.tasks["tests.look"]
    assert (seen["number"], seen["app"]) == (7, app)
    assert seen["request_id"]
    # The job's session is not the test's, and holds no connection any more.
    assert seen["session"] is not db.session()
    assert not seen["session"].in_transaction()


def test_a_message_carries_the_id_of_the_request(app: Flask, valkey: str) -> None:
    observe.begin("request-4711")
    jobs.wake()
    (message,) = redis.Redis.from_url(valkey).lrange("celery", 0, -1)
    assert b'"request_id": "request-4711"' in message
    assert b"application/json" in message


def test_a_commit_wakes_the_worker_once(app: Flask, valkey: str) -> None:
    client = redis.Redis.from_url(valkey)
    bus.announce([])
    client.persist("kanban:outbox-woken")
    bus.announce([])
    assert client.llen("celery") == 1


def test_every_job_of_the_schedule_exists(app: Flask) -> None:
    queue.loader.import_default_modules()
    assert {each["task"] for each in jobs.SCHEDULE.values()} <= set(queue.tasks)


def test_messages_are_json_and_are_acknowledged_when_done(app: Flask) -> None:
    assert queue.conf.accept_content == ["json"]
    assert queue.conf.task_serializer == "json"
    assert queue.conf.task_acks_late
    assert queue.conf.task_ignore_result


@pytest.mark.slow
def test_the_worker_works_and_stops_when_told(worker: Path, app: Flask, valkey: str) -> None:
    client = redis.Redis.from_url(valkey)
    jobs.wake()
    assert in_time(lambda: "ready" in worker.read_text()), worker.read_text()
    # What was sent has been fetched, done and acknowledged.
    assert in_time(lambda: client.llen("celery") == 0 and client.hlen("unacked") == 0)
    assert "rror" not in worker.read_text()
