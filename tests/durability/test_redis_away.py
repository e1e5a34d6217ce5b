"""Redis that was never started, that hangs, and that dies: pages and writes go on, and nobody waits for it."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kanban.support import embedded
from tests.bench.client import Client
from tests.bench.instance import WEB, Instance
from tests.bench.work import OnBoard

pytestmark = pytest.mark.slow

LONGEST = 1.0  # seconds for any request


@pytest.fixture
def serve(kanban: Instance) -> Iterator[Callable[[Path], Instance]]:
    """Start the web server with a Redis at some socket."""

    def start(sock: Path) -> Instance:
        kanban.environment["REDIS_URL"] = f"unix://{sock}"
        kanban.start(WEB)
        return kanban

    yield start
    kanban.stop()


@contextmanager
def _hanging(sock: Path) -> Iterator[None]:
    """Something that takes connections and never answers."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(sock))
        server.listen(64)
        yield


def _work(kanban: Instance) -> list[float]:
    """Sign in, open a board, move, comment and add; how long each request took."""
    seed = kanban.seed(20)
    browser = Client(kanban.port)
    browser.sign_in(seed["email"], seed["password"])
    board = OnBoard.read(browser, seed["board_id"])
    times: list[float] = []

    def ask(method: str, path: str, **form: object) -> None:
        started = time.monotonic()
        answer = browser.send(method, path, **form) if method != "GET" else browser.get(path)
        times.append(time.monotonic() - started)
        assert answer.status == 200, (path, answer.status, answer.body[:300])

    for n, card in enumerate(board.cards[:6]):
        ask("GET", f"/boards/{board.id}")
        ask("PUT", f"/cards/{card}/position", list_id=list(board.lists)[n % 3])
        ask("POST", f"/cards/{card}/comments", body="Still here")
        ask("POST", f"/lists/{next(iter(board.lists))}/cards", titles=f"Card {n}")
    return times


def _readiness(kanban: Instance) -> tuple[int, bytes]:
    started = time.monotonic()
    answer = Client(kanban.port).get("/readyz")
    assert time.monotonic() - started <= LONGEST
    return answer.status, answer.body


def test_it_was_never_started(serve: Callable[[Path], Instance], tmp_path: Path) -> None:
    kanban = serve(tmp_path / "nobody")
    assert max(_work(kanban)) <= LONGEST
    status, body = _readiness(kanban)
    assert status == 200
    assert b"degraded" in body


def test_it_hangs(serve: Callable[[Path], Instance], tmp_path: Path) -> None:
    with _hanging(tmp_path / "deaf"):
        kanban = serve(tmp_path / "deaf")
        assert max(_work(kanban)) <= LONGEST
        assert b"degraded" in _readiness(kanban)[1]


def test_it_dies_and_comes_back(serve: Callable[[Path], Instance], instance: Path) -> None:
    sock, data = instance / "mortal.sock", instance / "mortal"
    server = embedded.start(sock, data, durable=False)
    kanban = serve(sock)
    assert max(_work(kanban)) <= LONGEST
    server.kill()
    server.wait()
    assert max(_work(kanban)) <= LONGEST
    assert b"degraded" in _readiness(kanban)[1]
    server = embedded.start(sock, data, durable=False)
    try:
        assert b'"ok"' in _readiness(kanban)[1]
        assert b"degraded" not in _readiness(kanban)[1]
    finally:
        server.terminate()
        server.wait()
