"""The board: opening it and its cards, adding, moving and commenting, alone and eight at a time."""

import gzip
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import brotli

from tests.bench.client import Client
from tests.bench.instance import Instance
from tests.bench.load import Step, Timing, at_work
from tests.bench.rows import DOT, Row
from tests.bench.work import OnBoard, nothing

MANY, CROWD = 8, 20
# What is aimed at on two cores, for half of the requests of one client, in milliseconds; and at
# least how many a second for eight.
_GOALS = {"open a board": 35.0, "open a card": 6.0, "open a card's dialog": 6.0, "move a card": 7.0}
_RATES = {"open a board": 50.0, "move a card": 250.0}
_GOAL_SIZE = 1_000
# A move takes as long on a board of any size, a card opens as fast.
_AT_ANY_SIZE = {"open a card", "open a card's dialog", "move a card"}
_WORK: dict[str, tuple[str, Callable[..., Step]]] = {
    "open a board": ("board", OnBoard.open_board),
    "open a card": ("card", OnBoard.open_card),
    "open a card's dialog": ("dialog", OnBoard.open_dialog),
    "move a card": ("move", OnBoard.move),
    "comment": ("comment", OnBoard.comment),
    "add a card": ("add", OnBoard.add),
}
_STATEMENTS = {"board": 8.0, "move": 12.0}
_WITHIN = 30.0  # KB, the page of 1,000 cards gzipped


def measure(it: Instance, database: str, sizes: Sequence[int], seconds: float) -> Iterator[Row]:
    """All rows of the boards of an instance that runs."""
    route = {clients: at_work(Client(it.port), nothing, clients=clients, seconds=seconds) for clients in (1, MANY)}
    for timing in route.values():
        yield from _rows(DOT.join(["a bare route", "no board", database]), timing, None, None, None)
    refused = 0
    for cards in sizes:
        seed = it.seed(cards)
        browser = Client(it.port)
        browser.sign_in(seed["email"], seed["password"])
        board = OnBoard.read(browser, seed["board_id"])
        size = f"{cards:,} cards"
        inside = _look_inside(it, seed, board)
        yield from _page(browser, board, size, database)
        for what, (key, work) in _WORK.items():
            has_goal = cards == _GOAL_SIZE or what in _AT_ANY_SIZE
            for clients in (1, MANY):
                # Read again: those before have moved its cards about.
                board = OnBoard.read(browser, board.id)
                timing = at_work(browser, partial(work, board), clients=clients, seconds=seconds)
                refused += timing.refused
                if timing.refused:
                    print(f"Refused while {clients} clients {what}: {timing.told}", file=sys.stderr)
                floor = route[clients].p50 + (inside[key]["sql"] if clients == 1 else 0)
                goal, rate = (goals.get(what) if has_goal else None for goals in (_GOALS, _RATES))
                yield from _rows(DOT.join([what, size, database]), timing, floor, goal, rate)
                if key == "board" and clients == 1:
                    yield _budget(timing, inside, size, database)
            if key == "move":
                # As many as one board sees at once in a large team.
                crowd = at_work(browser, OnBoard.read(browser, board.id).move, clients=CROWD, seconds=seconds)
                refused += crowd.refused
                yield Row(
                    DOT.join([f"{CROWD} clients move cards, 95 % within", size, database]), crowd.p95, "ms", None, 300
                )
        for key, found in inside.items():
            yield Row(
                DOT.join([f"statements: {key}", size, database]), found["statements"], "", None, _STATEMENTS.get(key)
            )
    yield Row(DOT.join(["requests refused", database]), refused, "", None, 0)


def _rows(name: str, timing: Timing, floor: float | None, goal: float | None, rate: float | None) -> Iterator[Row]:
    who = "1 client" if timing.clients == 1 else f"{timing.clients} clients"
    yield Row(DOT.join([name, who, "p50"]), timing.p50, "ms", floor, goal if timing.clients == 1 else None)
    yield Row(DOT.join([name, who, "p95"]), timing.p95, "ms")
    if timing.clients > 1:
        yield Row(DOT.join([name, who, "rate"]), timing.per_second, "/s", None, rate)


def _budget(timing: Timing, inside: dict[str, Any], size: str, database: str) -> Row:
    floor = inside["board"]["sql"] + inside["board"]["template"]
    return Row(
        DOT.join(["a board against its SQL and template alone", size, database]),
        timing.p50,
        "ms",
        floor,
        round(2 * floor, 1),
    )


def _page(browser: Client, board: OnBoard, size: str, database: str) -> Iterator[Row]:
    page = browser.get(f"/boards/{board.id}")
    sent = browser.get(f"/boards/{board.id}", (("Accept-Encoding", "gzip"),))
    brotlied = browser.get(f"/boards/{board.id}", (("Accept-Encoding", "br, gzip"),))
    assert gzip.decompress(sent.body)
    assert brotli.decompress(brotlied.body)
    yield Row(DOT.join(["size of the page", size, database]), len(page.body) / 1000, "KB")
    goal = _WITHIN if size == f"{_GOAL_SIZE:,} cards" else None
    yield Row(DOT.join(["the same, gzip", size, database]), len(sent.body) / 1000, "KB", None, goal)
    yield Row(DOT.join(["the same, brotli", size, database]), len(brotlied.body) / 1000, "KB")


def _look_inside(it: Instance, seed: dict[str, Any], board: OnBoard) -> dict[str, Any]:
    lists = list(board.lists)
    words = (seed["email"], seed["password"], board.id, board.cards[0], *lists[:2])
    found: dict[str, Any] = json.loads(
        it.run(sys.executable, "-m", "tests.bench.inside", *map(str, words)).splitlines()[-1]
    )
    return found
