"""Rows put aside on disk while a file is read, and taken out again in order."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

R = TypeVar("R")

_BATCH = 1_000
_TABLE = """
    CREATE TABLE rows (kind TEXT, id TEXT, parent TEXT, pos REAL, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID
"""


class Shelf:
    """A throwaway SQLite file: what has to be joined is joined there, so memory stays flat.

    Of two rows with one kind and id the first stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: dict[type[Any], tuple[str, ...]] = {}
        self._waiting: list[tuple[str, str, str, float, str]] = []
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "journal_mode=OFF",
            "synchronous=OFF",
            "cache_size=-16000",
            "temp_store=FILE",
            "locking_mode=EXCLUSIVE",
        ):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(_TABLE)
        self._db.execute("BEGIN")

    def close(self) -> None:
        self._db.close()
        self._path.unlink(missing_ok=True)

    def put(self, row: Any, *, parent: str = "", id: str | None = None) -> None:
        """Put a row aside; `pos` orders it under its parent."""
        body = json.dumps([getattr(row, name) for name in self._fields(type(row))], ensure_ascii=False)
        pos = getattr(row, "pos", 0.0)
        self._waiting.append((type(row).__name__, row.id if id is None else id, parent, pos, body))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def mark(self, kind: str, id: str) -> None:
        """Remember an id alone."""
        self._waiting.append((kind, id, "", 0.0, ""))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def close_the_lid(self) -> None:
        """Make the order: after this rows are taken out, no more put in."""
        self._flush()
        self._db.execute("CREATE INDEX ordered ON rows (kind, parent, pos, id)")
        self._db.execute("COMMIT")

    def all(self, row_type: type[R]) -> Iterator[R]:
        """Every row of a kind, by id."""
        return self._rows(row_type, "SELECT body FROM rows WHERE kind = ? ORDER BY id", (row_type.__name__,))

    def under(self, row_type: type[R], parent: str = "") -> Iterator[R]:
        """The rows of a kind that belong to one thing, by pos and then id."""
        query = "SELECT body FROM rows WHERE kind = ? AND parent = ? ORDER BY pos, id"
        return self._rows(row_type, query, (row_type.__name__, parent))

    def get(self, row_type: type[R], id: str) -> R | None:
        return next(
            self._rows(row_type, "SELECT body FROM rows WHERE kind = ? AND id = ?", (row_type.__name__, id)), None
        )

    def has(self, kind: str, id: str) -> bool:
        return self._db.execute("SELECT 1 FROM rows WHERE kind = ? AND id = ?", (kind, id)).fetchone() is not None

    def count(self, row_type: type[Any], parent: str | None = None) -> int:
        query, values = "SELECT count(*) FROM rows WHERE kind = ?", [row_type.__name__]
        if parent is not None:
            query, values = f"{query} AND parent = ?", [*values, parent]
        return int(self._db.execute(query, values).fetchone()[0])

    def marks(self, kind: str) -> int:
        return int(self._db.execute("SELECT count(*) FROM rows WHERE kind = ?", (kind,)).fetchone()[0])

    def strays(self, row_type: type[R], kind: str) -> Iterator[R]:
        """The rows of a kind whose parent, of the other kind, was never put aside."""
        query = """
            SELECT body FROM rows AS child WHERE kind = ? AND NOT EXISTS
            (SELECT 1 FROM rows AS owner WHERE owner.kind = ? AND owner.id = child.parent) ORDER BY pos, id
        """
        return self._rows(row_type, query, (row_type.__name__, kind))

    def _rows(self, row_type: type[R], query: str, values: tuple[str, ...]) -> Iterator[R]:
        # A cursor of its own for each: several are open at once.
        for (body,) in self._db.execute(query, values):
            yield row_type(*json.loads(body))

    def _flush(self) -> None:
        self._db.executemany("INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def _fields(self, row_type: type[Any]) -> tuple[str, ...]:
        if row_type not in self._names:
            self._names[row_type] = tuple(field.name for field in fields(row_type))
        return self._names[row_type]
