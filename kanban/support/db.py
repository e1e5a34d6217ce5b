"""The database: one session class, its transactions, column types and naming rules.

Both databases are used in the same way: reads run in a plain transaction, writes
in `transaction()`. On SQLite the latter is BEGIN IMMEDIATE, since a deferred BEGIN
that turns into a write fails at once with "database is locked", and since readers
that take the write lock would make everybody's reads wait.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BaseSession
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase

from kanban.support.turns import WaitedTooLong, turn

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)


class Session(BaseSession):
    """A session that reads unless it stands inside `transaction()`."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any) -> Any:
        # There is one database: it is looked up once a session, not for each statement.
        engine = self.info.get("engine")
        if engine is None:
            engine = self.info["engine"] = super().get_bind(mapper=mapper, clause=clause, bind=bind, **kwargs)
        if self.info.get("writing") or not isinstance(engine, Engine):
            return engine
        return readonly(engine)


def memo(session: Any) -> dict[Any, Any]:
    """What has been looked up and holds until the next write transaction begins or ends."""
    found: dict[Any, Any] = session.info.setdefault("memo", {})
    return found


db = SQLAlchemy(
    model_class=Model,
    # Objects stay readable after a commit: what is rendered next was true at the commit,
    # and what the next action changes is read again under its lock.
    session_options={"class_": Session, "expire_on_commit": False},
    disable_autonaming=True,
)

_readonly: dict[int, Engine] = {}
_PATIENCE = 15.0  # seconds that a writer waits for those before it


def readonly(engine: Engine) -> Engine:
    """The same engine and pool for reading alone.

    On SQLite its transactions never take the write lock. On PostgreSQL it needs none: each
    statement sees what is committed, inside a transaction or not, and is spared two trips.
    """
    found = _readonly.get(id(engine))
    if found is None or found.pool is not engine.pool:
        if engine.dialect.name == "sqlite":
            found = engine.execution_options(sqlite_readonly=True)
        else:
            found = engine.execution_options(isolation_level="AUTOCOMMIT")
        _readonly[id(engine)] = found
    return found


@contextmanager
def transaction() -> Iterator[Session]:
    """A write transaction: commits at the end, rolls back on an exception. Nests as one."""
    session: Session = db.session()  # type: ignore[assignment]
    if session.info.get("writing"):
        yield session
        return
    # Ends the reading transaction. Nothing is pending in it: the guard sees to that.
    session.commit()
    with _turn(db.engine):
        session.info["memo"] = {}
        session.info["writing"] = True
        try:
            yield session
            session.commit()
        except BaseException:
            session.info.pop("on_commit", None)
            session.rollback()
            raise
        finally:
            session.info["writing"] = False
            session.info["memo"] = {}
    for then in session.info.pop("on_commit", ()):
        then(session)


def call_after_commit(session: Any, function: Callable[[Any], None]) -> None:
    """Have a function called once when the running transaction has been committed; it must not raise."""
    waiting = session.info.setdefault("on_commit", [])
    if function not in waiting:
        waiting.append(function)


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait in line to write where the database has no line of its own: SQLite in a file."""
    with ExitStack() as held:
        if engine.dialect.name == "sqlite" and engine.url.database not in {None, "", ":memory:"}:
            try:
                held.enter_context(turn(f"{engine.url.database}-turn", _PATIENCE))
            except (WaitedTooLong, OSError) as error:
                raise sa.exc.OperationalError("BEGIN IMMEDIATE", None, error) from None
        yield


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # pysqlite must send no BEGIN of its own: its legacy mode begins after the first
    # SELECT and so loses updates between read and write.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={_PATIENCE * 1000:.0f}", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA synchronous={_synchronous}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    reading = connection.get_execution_options().get("sqlite_readonly")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


_synchronous = "NORMAL"


def configure_sqlite(*, synchronous: str) -> None:
    """Set how hard SQLite syncs: NORMAL survives a killed process, FULL a power cut too."""
    global _synchronous
    if synchronous not in {"NORMAL", "FULL"}:
        raise ValueError(f"synchronous must be NORMAL or FULL, not {synchronous!r}")
    _synchronous = synchronous


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; SQLite forgets zones, so they are put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone was about to be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# None is SQL's NULL, not the word null.
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# Ranks are compared byte by byte; a language's collation would put "Zz" after "a0".
Rank = sa.String(1024).with_variant(sa.String(1024, collation="C"), "postgresql")
