"""What Alembic runs for every command; how it runs stands in kanban/support/migrating.py."""

from alembic import context

import kanban.models  # noqa: F401 - fills the metadata
from kanban.support.db import db
from kanban.support.migrating import migrate, write_sql

if context.is_offline_mode():
    write_sql(context, db.engine, db.metadata)
else:
    migrate(context, db.engine, db.metadata)
