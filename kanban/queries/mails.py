"""The mails of the site, for those who look after it."""

from collections.abc import Sequence

import sqlalchemy as sa

from kanban.models import Mail
from kanban.support.db import db

AT_ONCE = 50


def newest_mails(before: int | None = None) -> tuple[Sequence[Mail], bool]:
    """A page of mails, the newest first, from the one before `before` on; and whether more follow."""
    query = sa.select(Mail).order_by(Mail.id.desc()).limit(AT_ONCE + 1)
    if before is not None:
        query = query.where(Mail.id < before)
    found = db.session.scalars(query).all()
    return found[:AT_ONCE], len(found) > AT_ONCE
