"""The bus: heard by who listens, one wake for many, and harmless when Redis is away."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from kanban.support import embedded
from kanban.support.bus import Breaker, Bus


class Wakes(list[None]):
    """Counts how often the queue was woken."""

    def __call__(self) -> None:
        self.append(None)


@pytest.fixture
def wakes() -> Wakes:
    return Wakes()


@pytest.fixture
def bus(valkey: str, wakes: Wakes) -> Bus:
    redis.Redis.from_url(valkey).flushall()
    made = Bus()
    made.connect(valkey, wakes)
    return made


@pytest.fixture
def listener(valkey: str) -> Iterator[Any]:
    """Somebody who listens to `board:7`."""
    with redis.Redis.from_url(valkey).pubsub() as heard:
        heard.subscribe("board:7")
        heard.get_message(timeout=2)
        yield heard


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[str]:
    """A Redis that takes connections and never says a word."""
    path = f"{tmp_path}/hang.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(8)
        yield f"unix://{path}"


def test_who_listens_hears(bus: Bus, listener: Any) -> None:
    assert bus.publish("board:7", {"seq": 41})
    assert bus.publish("board:8", {"seq": 1})
    assert json.loads(listener.get_message(timeout=2)["data"]) == {"seq": 41}
    assert listener.get_message(timeout=0.05) is None


def test_publishing_wakes_nobody(bus: Bus, wakes: Wakes) -> None:
    bus.publish("board:7", {"seq": 41})
    assert not wakes


def test_what_is_announced_is_heard_and_wakes_the_queue(bus: Bus, listener: Any, wakes: Wakes) -> None:
    assert bus.announce([("board:7", {"seq": 41}), ("board:7", {"seq": 42})])
    assert [json.loads(listener.get_message(timeout=2)["data"])["seq"] for _ in range(2)] == [41, 42]
    assert len(wakes) == 1


def test_many_announcements_wake_once(bus: Bus, wakes: Wakes, valkey: str) -> None:
    bus.announce([])
    # On a slow machine the wake would be forgotten before the last one.
    redis.Redis.from_url(valkey).persist("kanban:outbox-woken")
    for seq in range(50):
        bus.announce([("board:7", {"seq": seq})])
    assert len(wakes) == 1


def test_what_is_announced_after_a_look_at_the_outbox_wakes_again(bus: Bus, wakes: Wakes) -> None:
    bus.announce([])
    bus.heed()
    bus.announce([])
    assert len(wakes) == 2


def test_an_announcement_is_one_round_trip(bus: Bus, valkey: str) -> None:
    bus.announce([])
    client = redis.Redis.from_url(valkey)
    reads = "total_reads_processed"
    before = client.info("stats")[reads]
    bus.announce([("board:7", {"seq": 1}), ("board:8", {"seq": 1})])
    # One for the announcement, one for the question itself.
    assert client.info("stats")[reads] - before == 2


def test_without_redis_a_writer_loses_next_to_nothing() -> None:
    bus = Bus()
    bus.connect("unix:///nowhere/valkey.sock")
    started = time.monotonic()
    assert not any(bus.announce([("board:7", {})]) for _ in range(100))
    assert time.monotonic() - started < 0.2
    assert bus.breaker.is_open


def test_a_redis_that_hangs_is_waited_for_once(hanging: str) -> None:
    bus = Bus()
    bus.connect(hanging)
    started = time.monotonic()
    assert not any(bus.announce([("board:7", {})]) for _ in range(100))
    assert time.monotonic() - started < 0.5


def test_looking_at_the_outbox_does_without_redis(hanging: str) -> None:
    bus = Bus()
    bus.heed()
    bus.connect(hanging)
    bus.heed()
    assert bus.breaker.is_open
    bus.heed()


def test_a_queue_that_cannot_be_woken_harms_no_writer(bus: Bus, valkey: str) -> None:
    def fail() -> None:
        raise RuntimeError("The broker is away.")

    bus.connect(valkey, fail)
    assert not bus.announce([("board:7", {})])
    assert bus.breaker.is_open


def test_nothing_is_said_before_there_is_an_address() -> None:
    bus = Bus()
    assert not bus.publish("board:7", {})
    assert not bus.ping()


def test_it_speaks_again_when_redis_is_back(tmp_path: Path) -> None:
    sock = tmp_path / "v.sock"
    bus = Bus()
    bus.connect(f"unix://{sock}")
    assert not bus.publish("board:7", {})
    server = embedded.start(sock, tmp_path / "data", durable=False)
    try:
        assert not bus.publish("board:7", {}), "It waits before it tries again."
        assert bus.ping()
        assert bus.publish("board:7", {})
        server.terminate()
        server.wait()
        assert not bus.ping()
        server = embedded.start(sock, tmp_path / "data", durable=False)
        bus.breaker.reset()
        # The connection of before is dead, which nobody notices.
        assert bus.publish("board:7", {})
    finally:
        server.kill()
        server.wait()


def test_a_breaker_lets_through_after_its_pause_and_tells_the_first_failure() -> None:
    breaker = Breaker(pause=0.05)
    assert not breaker.is_open
    assert breaker.trip()
    assert not breaker.trip()
    assert breaker.is_open
    threading.Event().wait(0.06)
    assert not breaker.is_open
    assert breaker.trip()
