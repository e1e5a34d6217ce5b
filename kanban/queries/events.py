"""Reading the log: what happened on a board, and what of it still stands."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kanban.models import Board, Event
from kanban.support.db import db

PAGE = 50
_ACCESS = {"workspace_member", "board_member", "user"}


class Standing(NamedTuple):
    """Whether an event has been undone, and whether it offers an undo (or where undone, a redo)."""

    is_undone: bool
    may_undo: bool


def history(board: Board, *, before: int | None = None) -> list[Event]:
    """A page of what happened on a board, the newest first; `before` is the seq to go on below."""
    query = sa.select(Event).where(Event.board_id == board.id)
    if before is not None:
        query = query.where(Event.seq < before)
    return list(db.session.scalars(query.order_by(Event.seq.desc()).limit(PAGE).options(joinedload(Event.actor))))


def standing(events: Sequence[Event]) -> dict[int, Standing]:
    """Of each event by its id, how it stands: only the first of a chain of undos offers one."""
    roots = {event.root_id or event.id for event in events}
    newest: dict[int, int] = {}
    if roots:
        query = (
            sa.select(Event.root_id, sa.func.max(Event.depth))
            .where(Event.root_id.in_(roots), Event.reverses_id.is_not(None))
            .group_by(Event.root_id)
        )
        newest = {root: depth for root, depth in db.session.execute(query) if root is not None}
    return {
        event.id: Standing(
            is_undone=newest.get(event.id, 0) % 2 == 1,
            may_undo=event.depth == 0
            and bool(event.changes)
            and not any(change["kind"] in _ACCESS for change in event.changes),
        )
        for event in events
    }
