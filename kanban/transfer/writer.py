"""How an import writes: in short steps, with room for everybody else between them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from sqlalchemy.orm import Session

from kanban.actions.transfers import WHOLE, step
from kanban.models import Transfer
from kanban.support.db import db

T = TypeVar("T")

ROWS_AT_ONCE = 500
# The longest rest after a step. SQLite has one writer at a time, and an import would have
# the next turn again before anybody else has got up (support/turns.py).
_LONGEST_REST = 0.1


class Writer:
    """Steps of one import; `done` of `total` units move its progress from `start` to the end."""

    def __init__(self, transfer: Transfer, *, start: int, total: int) -> None:
        self.transfer = transfer
        self._start = start
        self._total = max(1, total)
        self._done = 0
        self._must_rest = db.engine.dialect.name == "sqlite"

    @contextmanager
    def step(self, done: int = 0) -> Iterator[Session]:
        """One transaction, after which so many more units are done."""
        began = time.monotonic()
        self._done += done
        progress = self._start + (WHOLE - 1 - self._start) * self._done // self._total
        with step(self.transfer, progress) as session:
            yield session
        if self._must_rest:
            time.sleep(min(time.monotonic() - began, _LONGEST_REST))


def batches(source: Iterator[T], size: int = ROWS_AT_ONCE) -> Iterator[list[T]]:
    """Lists of at most `size`, until the source is empty."""
    while some := list(islice(source, size)):
        yield some
