"""Clients who write without a pause and note what they were promised."""

import random
import threading
import time
from dataclasses import dataclass, field

from tests.bench.client import Answer, Client
from tests.bench.work import OnBoard


@dataclass(slots=True)
class Promise:
    """A change and what became of it: `event` is the id that acknowledged it, None where no answer came."""

    kind: str
    card: int
    text: str = ""
    to: int = 0
    event: int | None = None


@dataclass
class Writer(threading.Thread):
    """One client at work on cards of its own until it is told to stop."""

    browser: Client
    board: OnBoard
    number: int
    stop: threading.Event
    progress: threading.Condition
    promises: list[Promise] = field(default_factory=list)
    failures: list[Answer] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.dice = random.Random(self.number)
        self.own = self.board.cards[self.number :: 20]

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.stop.is_set():
            promise = self._next()
            started = time.monotonic()
            try:
                answer = self._send(promise)
            except OSError:
                # The server is gone: whether the change was made nobody was told.
                self.promises.append(promise)
                self.stop.wait(0.02)
                continue
            self.times.append(time.monotonic() - started)
            if answer.status != 200:
                self.failures.append(answer)
                continue
            event = answer.header("X-Event")
            if event is None:
                continue  # it stood there already
            promise.event = int(event)
            self.promises.append(promise)
            with self.progress:
                self.progress.notify_all()

    def _next(self) -> Promise:
        kind = self.dice.choice(["add", "move", "move", "comment"])
        text = f"{kind} {self.number}.{len(self.promises)}.{len(self.failures)}"
        return Promise(kind, self.dice.choice(self.own), text, self.dice.choice(list(self.board.lists)))

    def _send(self, promise: Promise) -> Answer:
        if promise.kind == "add":
            return self.browser.send("POST", f"/lists/{promise.to}/cards", titles=promise.text)
        if promise.kind == "comment":
            return self.browser.send("POST", f"/cards/{promise.card}/comments", body=promise.text)
        return self.browser.send("PUT", f"/cards/{promise.card}/position", list_id=promise.to)


class Writers:
    """Some of them, at work while the block lasts."""

    def __init__(self, browser: Client, board: OnBoard, count: int) -> None:
        self.stop = threading.Event()
        self.progress = threading.Condition()
        self.all = [Writer(browser.copy(), board, number, self.stop, self.progress) for number in range(count)]

    def __enter__(self) -> "Writers":
        for writer in self.all:
            writer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for writer in self.all:
            writer.join()

    @property
    def promises(self) -> list[Promise]:
        return [promise for writer in self.all for promise in list(writer.promises)]

    @property
    def failures(self) -> list[Answer]:
        return [answer for writer in self.all for answer in writer.failures]

    def acknowledged(self) -> int:
        return sum(promise.event is not None for promise in self.promises)

    def wait_for_more(self, count: int, *, within: float = 30) -> None:
        """Wait until so many further changes are acknowledged."""
        wanted, deadline = self.acknowledged() + count, time.monotonic() + within
        with self.progress:
            while self.acknowledged() < wanted:
                assert time.monotonic() < deadline, f"Nothing is acknowledged any more: {self.failures[-1:]}"
                self.progress.wait(1)
