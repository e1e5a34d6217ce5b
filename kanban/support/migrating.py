"""Migrations: once, however many processes start together, and each revision whole or not at all.

Whoever calls Alembic (`flask db upgrade`, bin/run, a test) comes through `migrate()`.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from flask import Flask
from flask_migrate import Migrate
from flask_migrate import upgrade as run_upgrade
from sqlalchemy.engine import Connection, Engine

from kanban.support.db import UTCDateTime, db

# Any number will do, as long as nothing else that locks in this database uses it.
_LOCK = 7_268_412_903


def init_app(app: Flask) -> None:
    """Let `flask db` find the revisions."""
    Migrate(app, db, directory=str(Path(app.root_path) / "migrations"), render_as_batch=True)


def upgrade(app: Flask) -> None:
    """Bring the database of an application up to date; a second starter waits for the first."""
    if "migrate" not in app.extensions:
        init_app(app)
    with app.app_context():
        run_upgrade()


def migrate(context: Any, engine: Engine, metadata: sa.MetaData) -> None:
    """Run the revisions that Alembic's command asks for, alone, each in one transaction."""
    with _alone(engine) as connection, _without_foreign_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            # Alembic takes SQLite for a database that cannot undo DDL. It can, since
            # support/db.py begins the transactions itself.
            transactional_ddl=True,
            transaction_per_migration=True,
            render_as_batch=True,
            compare_server_default=True,
            render_item=_render_item,
            on_version_apply=_check_foreign_keys,
        )
        with context.begin_transaction():
            context.run_migrations()


def write_sql(context: Any, engine: Engine, metadata: sa.MetaData) -> None:
    """Print what a command would run, for those who run it by hand."""
    context.configure(
        dialect_name=engine.dialect.name,
        target_metadata=metadata,
        literal_binds=True,
        transactional_ddl=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection, while no other process migrates. A process that is killed lets go."""
    if engine.dialect.name == "sqlite":
        database = Path(engine.url.database or "")
        with database.with_name(f"{database.name}.migrating").open("w") as file, engine.connect() as connection:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield connection
        return
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK)))
        connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
            connection.commit()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables: with foreign keys on, dropping the old copy would empty its children.

    They cannot be switched inside a transaction; `_check_foreign_keys` makes up for it at the
    end of each.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _check_foreign_keys(*, ctx: Any, step: Any, **_more: Any) -> None:
    """Refuse a revision that leaves rows without what they belong to; it is taken back with it."""
    if ctx.dialect.name != "sqlite":
        return
    stray = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
    if stray is not None:
        raise RuntimeError(f"Revision {step.up_revision_id} would leave rows of {stray[0]} without their {stray[2]}.")


def _render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types into a new revision as what they are in the database."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False
