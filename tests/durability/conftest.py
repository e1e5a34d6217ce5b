"""Web servers as production runs them, to be killed."""

from collections.abc import Iterator

import pytest

from tests.bench.instance import Instance, instance
from tests.databases import Postgres, Sqlite


@pytest.fixture(scope="module")
def kanban(databases: Sqlite | Postgres, valkey: str, request: pytest.FixtureRequest) -> Iterator[Instance]:
    """A Kanban on a database of its own; not started yet."""
    name = request.module.__name__.rpartition(".")[2]
    with instance(database_url=databases.create(name), redis_url=valkey, LOG_LEVEL="WARNING") as it:
        it.flask("db", "upgrade")
        yield it
