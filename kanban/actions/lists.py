"""Lists: made, named and limited."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.repeats import earlier_event
from kanban.actions.states import still_there
from kanban.eventlog import recording
from kanban.models import Actor, Board, Event, List, limits
from kanban.models.ordering import ranks_before
from kanban.policies import allow
from kanban.support.db import db
from kanban.support.text import one_line


def create_lists(
    actor: Actor, board: Board, names: Sequence[str], *, before: List | None = None, once: str | None = None
) -> Event:
    """Make one list or several, in order, before another or last. One event, one undo."""
    names = [values.line(each, limits.NAME, "names") for each in names] or [values.line("", limits.NAME, "names")]
    values.few_enough(
        len(names), limits.LINES_AT_ONCE, _("Add at most %(most)d at once.", most=limits.LINES_AT_ONCE), "names"
    )
    with recording(actor, "list.created", lock=[board], fresh=[before]) as event:
        allow(actor, "edit", board)
        if earlier := earlier_event(actor, once):
            return earlier
        _room_for(board, len(names))
        ranks = ranks_before(List, board.id, before, len(names))
        made = [
            List(board_id=board.id, board=board, name=name, rank=rank, created_by_id=actor.id)
            for name, rank in zip(names, ranks, strict=True)
        ]
        db.session.add_all(made)
        event.subject = made[0]
        event.once = once
        event.detail = {"name": names[0], "count": len(names)}
    return event


def rename_list(actor: Actor, thing: List, name: str) -> Event:
    """Give a list another name."""
    with recording(actor, "list.renamed", thing, lock=[thing.board]) as event:
        allow(actor, "edit", thing)
        still_there(thing)
        before = thing.name
        thing.name = values.line(name, limits.NAME, "name")
        event.detail = {"before": before, "name": thing.name}
    return event


def limit_list(actor: Actor, thing: List, limit: int | None) -> Event:
    """Set how many cards a list should hold at most, or None for no limit."""
    with recording(actor, "list.limited", thing, lock=[thing.board]) as event:
        allow(actor, "edit", thing)
        still_there(thing)
        thing.wip_limit = values.wip_limit(limit)
        event.detail = {"name": thing.name, "limit": thing.wip_limit}
    return event


def edit_list(actor: Actor, thing: List, *, name: str, limit: int | None) -> Event:
    """Set a list's name and its limit at once: one event, one undo."""
    if one_line(name) == thing.name:
        return limit_list(actor, thing, limit)
    with recording(actor, "list.renamed", thing, lock=[thing.board]) as event:
        allow(actor, "edit", thing)
        still_there(thing)
        event.detail = {"before": thing.name, "name": values.line(name, limits.NAME, "name")}
        thing.name = event.detail["name"]
        limit_list(actor, thing, limit)
    return event


def _room_for(board: Board, count: int) -> None:
    live = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(List)
        .where(List.board_id == board.id, List.archived_at.is_(None), List.deleted_at.is_(None))
    )
    values.few_enough(
        (live or 0) + count,
        limits.LISTS,
        _("A board holds at most %(most)d lists. Archive one first.", most=limits.LISTS),
        "names",
    )
