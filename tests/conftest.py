"""What every test can ask for: the application on a clean database, a client, a server."""

import contextvars
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from argon2 import PasswordHasher
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from tests.databases import Postgres, Server, Sqlite
from tests.servers import served

# The world's people and things are fixtures.
pytest_plugins = ("tests.world",)

CHOSEN = os.environ.get("KANBAN_TEST_DATABASE", "sqlite")
_servers = pytest.StashKey[Server]()


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once for all workers, unless TEST_DATABASE_URL names a server."""
    if CHOSEN == "postgres" and not hasattr(config, "workerinput") and not os.environ.get("TEST_DATABASE_URL"):
        config.stash[_servers] = Server()
        os.environ["TEST_DATABASE_URL"] = config.stash[_servers].url


def pytest_unconfigure(config: pytest.Config) -> None:
    if _servers in config.stash:
        config.stash[_servers].stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what means nothing on the chosen database."""
    other = "sqlite" if CHOSEN == "postgres" else "postgres"
    items[:] = [item for item in items if item.get_closest_marker(other) is None]


class Client(FlaskClient):
    """A client whose requests know nothing of the test around them, as in a server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        # In the context of the test a request would share its session and its `g`.
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            from kanban.support.db import db

            db.session.rollback()
            db.session.expire_all()
        return answer


@pytest.fixture(scope="session")
def instance() -> Iterator[Path]:
    """The folder of this worker: short, since a socket lies in it."""
    with tempfile.TemporaryDirectory(prefix="kanban-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def databases(instance: Path) -> Iterator[Sqlite | Postgres]:
    """Where databases are made: of the kind that KANBAN_TEST_DATABASE names."""
    if CHOSEN == "sqlite":
        yield Sqlite(instance)
        return
    made = Postgres(os.environ["TEST_DATABASE_URL"])
    yield made
    made.drop_all()


@pytest.fixture(scope="session")
def valkey(instance: Path) -> Iterator[str]:
    """The address of a real Valkey of this worker."""
    from kanban.support import embedded

    server = embedded.start(instance / "valkey.sock", instance / "valkey", durable=False)
    yield f"unix://{instance / 'valkey.sock'}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def environment(instance: Path, databases: Sqlite | Postgres, valkey: str) -> dict[str, str]:
    """The settings of the application under test, for it and for processes that are started."""
    return {
        "KANBAN_ENV": "development",
        "KANBAN_ENV_FILE": os.devnull,
        "SECRET_KEY": "Wq3x7Zk9Lp2mNv5cBt8yHd1fGj4sRa6u0eTo",
        "BASE_URL": "http://localhost",
        "INSTANCE_PATH": str(instance),
        "DATABASE_URL": databases.create("main"),
        "REDIS_URL": valkey,
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture(scope="session")
def application(environment: dict[str, str]) -> Flask:
    """The application, made once; its tables are there and may hold anything."""
    os.environ.update(environment)
    from kanban.app import create_app
    from kanban.support import migrating, passwords

    # The same kind of hash, made in a thousandth of the time.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    made = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False})
    made.test_client_class = Client
    migrating.upgrade(made)
    return made


@pytest.fixture(scope="session")
def wipe(application: Flask, databases: Sqlite | Postgres, valkey: str) -> Callable[[], None]:
    """Empties the database and Valkey, for tests that do so more than once."""
    from kanban.support.brakes import tries
    from kanban.support.bus import bus
    from kanban.support.db import db

    client = redis.Redis.from_url(valkey)

    def empty() -> None:
        if has_app_context():
            db.session.remove()
        databases.empty("main")
        client.flushall()
        bus.breaker.reset()
        tries.forget()

    return empty


@pytest.fixture
def app(application: Flask, wipe: Callable[[], None]) -> Iterator[Flask]:
    """The application on an empty database and an empty Valkey, in a context of its own."""
    wipe()
    with application.app_context():
        yield application


@pytest.fixture(scope="session")
def live_server(application: Flask, environment: dict[str, str], instance: Path) -> Iterator[str]:
    """The address of a real web server, with the processes and threads of production, on the same database."""
    with served(environment, instance / "web.log") as address:
        yield address


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()
