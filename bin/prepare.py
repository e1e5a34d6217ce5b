"""Bring the database up to date, and print `new` or `known` and the setup link, if one is due."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa
from flask_migrate import upgrade

from kanban.app import create_app
from kanban.support.db import db


def main() -> None:
    """Print one line to stdout; what migrations say goes to stderr."""
    app = create_app()
    with app.app_context():
        is_new = not sa.inspect(db.engine).has_table("alembic_version")
        upgrade()
        link = app.test_cli_runner().invoke(args=["setup-link"])
        print("new" if is_new else "known", link.stdout.strip().rpartition("\n")[2])


if __name__ == "__main__":
    main()
