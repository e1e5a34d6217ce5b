"""Reading the log: what happened on a board, and what of it still stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload

from kanban.models import Board, Card, Comment, Event, User
from kanban.models.events import BORN_WITH_BOARD
from kanban.support.db import db

PAGE = 50
# What a line of activity needs of an event: who, and not the texts that changed.
AS_LINES = (joinedload(Event.actor), defer(Event.changes))


class Standing(NamedTuple):
    """Whether an event has been undone, and whether it offers an undo (or where undone, a redo).

    `newest_id` is the event that is to be taken back for that: itself, or the newest of
    the undos and redos that began with it.
    """

    is_undone: bool
    may_undo: bool
    newest_id: int


@dataclass(slots=True)
class Line:
    """A line of activity: a comment, or a change that may be taken back by the event `newest_id`."""

    kind: str
    person: User | None
    at: datetime
    comment: Comment | None = None
    event: Event | None = None
    newest_id: int | None = None
    may_undo: bool = False
    is_undone: bool = False
    may_edit: bool = False
    may_delete: bool = False


class History(NamedTuple):
    """A page of what happened, the newest first; `next_seq` is where the page after it begins, if there is one."""

    lines: list[Line]
    next_seq: int | None


def history(board: Board, *, card: Card | None = None, before: int | None = None, may_undo: bool = False) -> History:
    """A page of what happened on a board, or on one card of it; `before` as `next_seq` of the page before.

    What a board was born with is left out: it came with the board, and goes with it.
    """
    birth = aliased(Event)
    births = sa.select(birth.id).where(
        birth.subject_kind == "board", birth.subject_id == board.id, birth.action.in_(BORN_WITH_BOARD)
    )
    later = sa.or_(Event.cause_id.is_(None), Event.cause_id.not_in(births))
    query = sa.select(Event).where(Event.board_id == board.id, later)
    if card is not None:
        query = query.where(Event.card_id == card.id)
    if before is not None:
        query = query.where(Event.seq < before)
    query = query.order_by(Event.seq.desc()).limit(PAGE + 1).options(*AS_LINES)
    events = list(db.session.scalars(query))
    next_seq = events[PAGE - 1].seq if len(events) > PAGE else None
    events = events[:PAGE]
    if next_seq is None and card is None:
        events += _beginning(board)
    return History(lines_of(events, may_undo=may_undo), next_seq)


def lines_of(events: Sequence[Event], *, may_undo: bool) -> list[Line]:
    """Events as lines of activity; `may_undo` is whether the reader may take any of them back."""
    states = standing(events)
    return [
        Line(
            kind="change",
            person=event.actor,
            at=event.at,
            event=event,
            newest_id=states[event.id].newest_id,
            is_undone=states[event.id].is_undone,
            may_undo=states[event.id].may_undo and may_undo,
        )
        for event in events
    ]


def standing(events: Sequence[Event]) -> dict[int, Standing]:
    """Of each event by its id, how it stands: only the first of a chain of undos offers one."""
    roots = {event.root_id or event.id for event in events}
    newest: dict[int, tuple[int, int]] = {}
    if roots:
        rows = db.session.execute(_REVERSALS, {"roots": list(roots)})
        newest = {root: (depth, id_) for root, depth, id_ in rows if root is not None}
    return {event.id: _standing(event, *newest.get(event.id, (0, event.id))) for event in events}


# Built once, as every card asks it.
_REVERSALS = (
    sa.select(Event.root_id, Event.depth, Event.id)
    .where(Event.root_id.in_(sa.bindparam("roots", expanding=True)), Event.reverses_id.is_not(None))
    .order_by(Event.depth, Event.id)
)


def _standing(event: Event, depth: int, newest_id: int) -> Standing:
    return Standing(depth % 2 == 1, event.depth == 0 and event.may_be_undone, newest_id)


def _beginning(board: Board) -> list[Event]:
    """The making of a board, which stands in the log of its workspace."""
    query = sa.select(Event).where(
        Event.workspace_id == board.workspace_id,
        Event.subject_kind == "board",
        Event.subject_id == board.id,
        Event.action == "board.created",
        Event.depth == 0,
    )
    return list(db.session.scalars(query.options(*AS_LINES)))
