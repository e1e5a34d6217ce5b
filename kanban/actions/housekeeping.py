"""What time takes away: deleted things go for good, with what the log keeps of them.

The one place where rows of the log and recorded rows leave without an event: what is
purged must not come back by an undo, and nothing may keep its text.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from kanban.models import Attachment, Board, Card, Checklist, Comment, Event, Item, Label, List
from kanban.support.clock import now
from kanban.support.db import db, transaction

# Leaves first: what hangs on a row goes with it by its foreign key.
_MODELS: tuple[type[Any], ...] = (Item, Comment, Attachment, Checklist, Label, Card, List, Board)
_AT_ONCE = 200


def purge_deleted(days: int) -> int:
    """Take away what was deleted more than `days` days ago; how many things that were.

    Works in small transactions, so that nobody waits for it; safe to run twice, and late.
    """
    before = now() - timedelta(days=days)
    gone = 0
    for model in _MODELS:
        while ids := list(
            db.session.scalars(sa.select(model.id).where(model.deleted_at < before).order_by(model.id).limit(_AT_ONCE))
        ):
            with transaction() as session:
                gone += _purge(session, model, ids, before)
    return gone


def _purge(session: Any, model: type[Any], ids: list[int], before: Any) -> int:
    # Asked again inside: somebody may have restored one a moment ago.
    due = sa.select(model.id).where(model.id.in_(ids), model.deleted_at < before)
    found = list(session.scalars(due))
    # The texts of a thing stand in the events about it, too.
    session.execute(
        sa.delete(Event)
        .where(Event.subject_kind == model.kind, Event.subject_id.in_(found))
        .execution_options(synchronize_session=False, bulk_recorded=True)
    )
    session.execute(
        sa.delete(model).where(model.id.in_(found)).execution_options(synchronize_session=False, bulk_recorded=True)
    )
    return len(found)
