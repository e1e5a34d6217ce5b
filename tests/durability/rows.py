"""What the database itself says."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from tests.bench.instance import Instance

Ask = Callable[[str], Sequence[Any]]


@contextmanager
def rows_of(kanban: Instance) -> Iterator[Ask]:
    """Ask the database of an instance, past the application."""
    url = kanban.environment["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        yield lambda sql: connection.execute(sa.text(sql)).all()
    engine.dispose()
