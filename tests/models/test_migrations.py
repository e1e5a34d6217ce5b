"""Migrations: from nothing to what the models say and back, once, and whole or not at all."""

import itertools
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, downgrade

from kanban.support.db import Model, db
from kanban.support.migrating import upgrade
from tests.databases import Postgres, Sqlite
from tests.models.starter import ROOT

_numbers = itertools.count()
_POSTGRES = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, collation_name"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
)


@pytest.fixture
def empty(databases: Sqlite | Postgres) -> Callable[[], str]:
    """Makes databases in which there is nothing."""
    return lambda: databases.create(f"empty{next(_numbers)}")


def test_they_make_exactly_what_the_models_say(empty: Callable[[], str]) -> None:
    migrated, made = _app(empty()), _app(empty())
    upgrade(migrated)
    with made.app_context():
        db.create_all()
    assert _schema(migrated) == _schema(made)


def test_they_lead_back_to_nothing_and_up_again(empty: Callable[[], str]) -> None:
    app = _app(empty())
    upgrade(app)
    before = _schema(app)
    with app.app_context():
        downgrade(revision="base")
    assert not {row for row in _schema(app) if row[0] != "alembic_version"}
    upgrade(app)
    assert _schema(app) == before


@pytest.mark.slow
def test_a_database_that_is_up_to_date_is_left_alone(empty: Callable[[], str]) -> None:
    url = empty()
    upgrade(_app(url))
    assert _finished(_start(url)) == 0


def test_there_is_one_way_from_the_first_revision_to_the_last() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


@pytest.mark.slow
def test_of_several_starters_one_migrates_and_the_others_wait(empty: Callable[[], str]) -> None:
    url = empty()
    starters = [_start(url) for _each in range(3)]
    made = sorted(_finished(each) for each in starters)
    assert made == [0, 0, len(Model.metadata.tables)]


@pytest.mark.slow
@pytest.mark.parametrize("statements", [1, 9])
def test_one_that_is_killed_half_way_leaves_nothing_and_the_next_does_it_all(
    empty: Callable[[], str], statements: int
) -> None:
    url = empty()
    killed = _start(url, str(statements))
    assert killed.wait(60) == -signal.SIGKILL
    app = _app(url)
    assert not {row for row in _schema(app) if row[0] != "alembic_version"}
    assert _finished(_start(url)) == len(Model.metadata.tables)


def test_a_rebuilt_table_keeps_what_belongs_to_its_rows(empty: Callable[[], str], tmp_path: Path) -> None:
    """SQLite rebuilds a table to change it; with foreign keys on, that would empty its children."""
    app = _app(empty())
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    Migrate(app, db, directory=str(tmp_path / "migrations"))
    upgrade(app)
    with app.app_context():
        with db.engine.begin() as connection:
            for statement in _A_LIST:
                connection.execute(sa.text(statement))
        (tmp_path / "migrations" / "versions" / "9999_rebuild.py").write_text(_REBUILD)
        upgrade(app)
        with db.engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM lists")) == 1
            if connection.dialect.name == "sqlite":
                assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1


@pytest.mark.sqlite
def test_a_revision_that_orphans_rows_is_taken_back(
    empty: Callable[[], str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = _app(empty())
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    Migrate(app, db, directory=str(tmp_path / "migrations"))
    upgrade(app)
    with app.app_context():
        with db.engine.begin() as connection:
            for statement in _A_LIST:
                connection.execute(sa.text(statement))
        (tmp_path / "migrations" / "versions" / "9999_orphan.py").write_text(_ORPHAN)
        with pytest.raises(SystemExit):
            upgrade(app)
        assert "9999 would leave rows of lists without their boards" in caplog.text
        with db.engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM boards")) == 1
            assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "0002"


def _app(url: str) -> Flask:
    made = Flask("kanban", root_path=str(ROOT))
    made.config["SQLALCHEMY_DATABASE_URI"] = url.replace("postgresql://", "postgresql+psycopg://")
    db.init_app(made)
    return made


def _start(url: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(Path(__file__).with_name("starter.py")), url, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _finished(process: "subprocess.Popen[str]") -> int:
    """How many tables a starter has made."""
    said, wrong = process.communicate(timeout=60)
    assert process.returncode == 0, wrong
    return int(said)


def _schema(app: Flask) -> set[tuple[Any, ...]]:
    """Every column, constraint and index of a database."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            rows = [tuple(row) for query in _POSTGRES for row in connection.execute(sa.text(query))]
        else:
            found = connection.execute(sa.text("SELECT tbl_name, name, sql FROM sqlite_master"))
            rows = [(row.tbl_name, row.name, _lines(row.sql or "")) for row in found]
    return {row for row in rows if row[0] not in {"alembic_version", "sqlite_sequence"}}


def _lines(statement: str) -> tuple[str, ...]:
    """A statement without its layout: columns and constraints may stand in another order."""
    body = re.sub(r"\s+", " ", statement)
    parts, depth, begun = [], 0, 0
    for at, char in enumerate(body):
        depth += {"(": 1, ")": -1}.get(char, 0)
        # What is added to a table later stands on the same line as what was there.
        if (char == "," and depth == 1) or (char == "(" and depth == 1):
            parts.append(body[begun:at].strip())
            begun = at + 1
    return tuple(sorted([*parts, body[begun:].strip().rstrip(")").strip()]))


_A_LIST = (
    "INSERT INTO workspaces (id, name, created_at, seq) VALUES (1, 'w', '2026-01-01 00:00:00', 0)",
    "INSERT INTO boards"
    " (id, workspace_id, name, description, tint, visibility, time_zone, created_at, last_number, seq)"
    " VALUES (1, 1, 'b', '', 'sky', 'private', 'UTC', '2026-01-01 00:00:00', 0, 0)",
    "INSERT INTO lists (id, board_id, name, rank, created_at) VALUES (1, 1, 'l', 'a0', '2026-01-01 00:00:00')",
)
_REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("boards", recreate="auto") as batch:
        batch.alter_column("tint", existing_type=sa.String(16), type_=sa.String(32))


def downgrade():
    pass
"""
_ORPHAN = """
from alembic import op

revision = "9999"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DELETE FROM boards")


def downgrade():
    pass
"""
