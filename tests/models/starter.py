"""A process that brings a database up to date: `python starter.py URL [STATEMENTS]`.

It prints how many tables it has made, or kills itself after so many of them.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402
from flask import Flask  # noqa: E402
from sqlalchemy.engine import Engine  # noqa: E402

from kanban.support.db import db  # noqa: E402
from kanban.support.migrating import upgrade  # noqa: E402


def main(url: str, most: int | None = None) -> None:
    made: list[str] = []

    @sa.event.listens_for(Engine, "after_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.strip().startswith("CREATE TABLE") and "alembic_version" not in statement:
            made.append(statement)
        if most is not None and len(made) >= most:
            os.kill(os.getpid(), signal.SIGKILL)

    app = Flask("kanban", root_path=str(ROOT))
    app.config["SQLALCHEMY_DATABASE_URI"] = url.replace("postgresql://", "postgresql+psycopg://")
    db.init_app(app)
    upgrade(app)
    sys.stdout.write(str(len(made)))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
