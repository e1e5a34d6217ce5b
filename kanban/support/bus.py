"""Publish after a commit, over Redis; and wake those who wait for work.

What is published is a hint, never the truth: the database has that. So Redis being away
must cost a writer next to nothing, and nothing is retried here: readers catch up from
the database, and a sweep finds the work that nobody was woken for.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import redis
import structlog
from flask import Flask
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

_PATIENCE = 0.2  # seconds: what one writer may lose to a Redis that hangs
_PAUSE = 5.0  # seconds during which nobody asks again after it failed
_WOKEN = "kanban:outbox-woken"
_WOKEN_FOR_MS = 500

Message = tuple[str, dict[str, Any]]


class Breaker:
    """Remembers for a while that something failed, so that not everybody waits for it."""

    def __init__(self, pause: float = _PAUSE) -> None:
        self._pause = pause
        self._closed_again_at = 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether it failed a moment ago, and is not to be tried now."""
        return time.monotonic() < self._closed_again_at

    def trip(self) -> bool:
        """Note a failure. True for the first one of a row: the one worth a line in the log."""
        with self._lock:
            first = not self.is_open
            self._closed_again_at = time.monotonic() + self._pause
            return first

    def reset(self) -> None:
        """Try again at once."""
        self._closed_again_at = 0.0


class Bus:
    """One per process. Usable from any thread, and after a fork."""

    def __init__(self) -> None:
        self.breaker = Breaker()
        self._client: redis.Redis | None = None
        self._wake: Callable[[], None] | None = None

    def init_app(self, app: Flask, wake: Callable[[], None] | None = None) -> None:
        """Take the address from the settings; `wake` asks the queue to look at the outbox."""
        self.connect(app.config["REDIS_URL"], wake)

    def connect(self, url: str, wake: Callable[[], None] | None = None) -> None:
        """Speak to this address from now on. No connection is made before the first message."""
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            # A connection that died while it lay idle is opened again; a Redis that hangs is left alone.
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )
        self._wake = wake
        self.breaker.reset()

    def publish(self, topic: str, message: dict[str, Any]) -> bool:
        """Tell the listeners of a topic. False where it could not be told; it never raises."""
        return self._send([(topic, message)], wake=False)

    def announce(self, messages: Iterable[Message]) -> bool:
        """Tell all of it and wake the outbox's queue, in one round trip, after a commit.

        False where it could not be told; it never raises.
        """
        return self._send(list(messages), wake=True)

    def heed(self) -> None:
        """Say that the outbox is about to be read: what is committed from now on wakes it anew."""
        if self._client is None or self.breaker.is_open:
            return
        try:
            self._client.delete(_WOKEN)
        except redis.RedisError as error:
            self._failed(error)

    def ping(self) -> bool:
        """Whether Redis answers right now; the breaker is not asked, but learns from it."""
        if self._client is None:
            return False
        try:
            self._client.ping()
        except redis.RedisError as error:
            self._failed(error)
            return False
        self.breaker.reset()
        return True

    def _send(self, messages: list[Message], *, wake: bool) -> bool:
        if self._client is None or self.breaker.is_open:
            return False
        try:
            with self._client.pipeline(transaction=False) as pipe:
                for topic, message in messages:
                    pipe.publish(topic, json.dumps(message, separators=(",", ":")))
                if wake:
                    # A hundred commits in a blink wake the queue once.
                    pipe.set(_WOKEN, 1, nx=True, px=_WOKEN_FOR_MS)
                answers = pipe.execute()
            if wake and answers[-1] and self._wake is not None:
                self._wake()
        # Celery reports a broker that is away by errors of its own; none may reach a writer
        # whose change is already committed.
        except Exception as error:
            self._failed(error)
            return False
        return True

    def _failed(self, error: Exception) -> None:
        if self.breaker.trip():
            log.warning("redis_away", error=type(error).__name__, pause_s=_PAUSE)


bus = Bus()
