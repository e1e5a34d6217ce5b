"""The site as a whole: its home page, what a page weighs on the wire, when it is painted, and memory."""

import sys
import time
from collections.abc import Iterator, Sequence

from tests.bench import browser
from tests.bench.client import Client
from tests.bench.instance import Instance, instance
from tests.bench.load import at_work
from tests.bench.rows import DOT, Row
from tests.bench.work import OnBoard, home

_SETTLED = 6.0  # seconds after the start, when all that starts later has started
_MEMORY = 180.0  # MiB
_PAINTED = 500.0  # ms, the last card of 1,000
_COLD, _WARM = 100.0, 20.0  # KB over the wire, a board of 100 cards with all that it needs


def measure(it: Instance, database: str, _sizes: Sequence[int], seconds: float) -> Iterator[Row]:
    """All rows of the site; those that no database changes, on SQLite alone."""
    seeds = {cards: it.seed(cards) for cards in (100, 1_000)}
    somebody = Client(it.port)
    somebody.sign_in(seeds[1_000]["email"], seeds[1_000]["password"])
    for clients in (1, 8):
        timing = at_work(somebody, home, clients=clients, seconds=seconds)
        who = "1 client" if clients == 1 else f"{clients} clients"
        name = DOT.join(["open the home page", "1 board", database, who])
        yield Row(DOT.join([name, "p50"]), timing.p50, "ms")
        yield Row(DOT.join([name, "p95"]), timing.p95, "ms")
        if clients > 1:
            yield Row(DOT.join([name, "rate"]), timing.per_second, "/s")
    if database != "sqlite":
        return
    yield from _in_chromium(it, seeds)
    yield from _memory(it)


def _in_chromium(it: Instance, seeds: dict[int, dict[str, str]]) -> Iterator[Row]:
    if browser.chromium() is None:
        print("Chromium is not there: what it paints is left out.", file=sys.stderr)
        return
    for cards, seed in seeds.items():
        client = Client(it.port)
        client.sign_in(seed["email"], seed["password"])
        board = OnBoard.read(client, int(seed["board_id"]))
        opened = browser.open_page(it.address, f"/boards/{board.id}", client.cookies, len(board.cards))
        small = cards == 100
        size = f"{cards:,} cards"
        yield Row(DOT.join(["last card painted, from cold", size]), opened.painted_ms, "ms", None, _PAINTED)
        yield Row(DOT.join(["over the wire, cold", size]), opened.cold_kb, "KB", None, _COLD if small else None)
        yield Row(DOT.join(["over the wire, warm", size]), opened.warm_kb, "KB", None, _WARM if small else None)
        yield Row(DOT.join(["requests, cold", size]), opened.requests, "")


def _memory(busy: Instance) -> Iterator[Row]:
    yield Row("memory of all processes, after the work above", busy.memory(), "MiB")
    with instance() as fresh:
        yield Row("from start to first answer, a new database", fresh.start(), "s")
        time.sleep(_SETTLED)
        yield Row("memory of all processes, idle", fresh.memory(), "MiB", None, _MEMORY)
        fresh.stop()
        yield Row("from start to first answer, a second time", fresh.start(), "s")
