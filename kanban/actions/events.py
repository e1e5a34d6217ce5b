"""Taking back what was done, and taking that back.

An undo puts earlier values back where the later ones still stand. It asks the policy as
of now, never overwrites a later change unless told to, and is an event itself, so that
it can be undone: undos of one event form a chain whose newest link says how things are.
"""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.repeats import earlier_event
from kanban.actions.reversal import Obstacle, plan, rows_of
from kanban.eventlog import recording
from kanban.models import Actor, Board, Comment, Event, Recorded, User, Workspace
from kanban.policies import allow, forget_roles
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, NotFound

# Who belongs where is never changed by an undo, in neither direction.
_ACCESS = {"workspace_member", "board_member", "user"}
_BORN_WITH_BOARD = {"board.created", "board.imported"}
_LOOK_BACK = 200


class UndoBlocked(Conflict):
    """The same has been changed since. `extra` holds the obstacles, and whether a part can be undone."""

    code = "undo_blocked"

    def __init__(self, obstacles: list[Obstacle], *, may_undo_rest: bool) -> None:
        super().__init__(obstacles[0].sentence, obstacles=obstacles, may_undo_rest=may_undo_rest)


def undo(
    actor: Actor, event: Event, *, partly: bool = False, overwrite: bool = False, once: str | None = None
) -> Event:
    """Take an event back, with all that was part of it; an undo taken back is a redo.

    Where the same has been changed since, raises UndoBlocked; `partly` leaves those
    values alone and takes the rest back, `overwrite` takes them back too. Raises
    Forbidden or NotFound by the policy as it is now, and Conflict where the event has
    been taken back already.
    """
    target = _newest(event)
    changes = _changes(target)
    if any(change["kind"] in _ACCESS for change in changes):
        raise Forbidden(_("Who belongs here is not changed by an undo. Change it on the members page."))
    if not changes:
        raise Conflict(_("There is nothing in this that could be undone."))
    home = _home(target)
    boards = _boards(changes)
    with recording(
        actor, target.action, scope=home, lock=[board for board in boards if board is not home], reverses=target
    ) as undone:
        if earlier := earlier_event(actor, once):
            return earlier
        if target.depth % 2 != event.depth % 2 or _newest(event) is not target:
            raise Conflict(_("This has been undone already."))
        rows = rows_of(changes)
        for change in changes:
            _allow(actor, change, rows[change["kind"], tuple(change["key"])])
        steps = plan(actor, target, changes, rows)
        obstacles = [step.obstacle for step in steps if step.obstacle is not None]
        if obstacles and not (partly or overwrite):
            raise UndoBlocked(obstacles, may_undo_rest=len(obstacles) < len(steps))
        for step in steps:
            if overwrite or step.obstacle is None:
                step.take()
        undone.subject_kind, undone.subject_id, undone.card_id = target.subject_kind, target.subject_id, target.card_id
        undone.detail = target.detail
        undone.once = once
    if undone.id is None:
        raise Conflict(_("Everything is as it was before already."))
    forget_roles()
    return undone


def undo_last(actor: Actor, board: Board, *, once: str | None = None) -> Event:
    """Take back the actor's own last change on a board. Raises NotFound where there is none."""
    event = last_to_undo(actor, board)
    if event is None:
        raise NotFound(_("You have nothing to undo on this board."))
    return undo(actor, event, once=once)


def redo_last(actor: Actor, board: Board, *, once: str | None = None) -> Event:
    """Do again what the actor last took back, unless they have changed something since."""
    event = last_to_redo(actor, board)
    if event is None:
        raise NotFound(_("There is nothing to redo on this board."))
    return undo(actor, event, once=once)


def last_to_undo(actor: Actor, board: Board) -> Event | None:
    """The event that undoing on this board would take back."""
    mine = _mine(actor, board)
    newest = _newest_of(mine)
    for event in mine:
        if event.depth == 0 and newest.get(event.id, event).depth % 2 == 0:
            return newest.get(event.id, event)
    return None


def last_to_redo(actor: Actor, board: Board) -> Event | None:
    """The undo that redoing on this board would take back."""
    mine = _mine(actor, board)
    newest = _newest_of(mine)
    for event in mine:
        if event.depth == 0 and event.id not in newest:
            return None
        if event.is_undo and newest[event.root_id or event.id].id == event.id:
            return event
    return None


def _mine(actor: Actor, board: Board) -> list[Event]:
    """The actor's own newest events of a board that an undo by key is about, the newest first."""
    query = (
        sa.select(Event)
        .where(Event.board_id == board.id, Event.actor_id == actor.id, Event.cause_id.is_(None))
        .where(Event.action != "board.member_added")
        .order_by(Event.seq.desc())
        .limit(_LOOK_BACK)
    )
    return list(db.session.scalars(query))


def _newest_of(events: list[Event]) -> dict[int, Event]:
    """By the id of a root, the newest undo or redo of it, whoever made it."""
    roots = {event.root_id or event.id for event in events}
    query = sa.select(Event).where(Event.root_id.in_(roots), Event.reverses_id.is_not(None))
    return {event.root_id or 0: event for event in db.session.scalars(query.order_by(Event.depth, Event.id))}


def _newest(event: Event) -> Event:
    root = event.root_id or event.id
    query = sa.select(Event).where(Event.root_id == root, Event.reverses_id.is_not(None))
    found = db.session.scalar(query.order_by(Event.depth.desc(), Event.id.desc()).limit(1))
    return found if found is not None else db.session.get_one(Event, root)


def _changes(event: Event) -> list[dict[str, Any]]:
    """What an event and its parts have changed, the last change first."""
    if event.action in _BORN_WITH_BOARD:
        # What a board was born with goes and comes with it.
        return [change for change in event.changes if change["kind"] == "board"]
    parts = db.session.scalars(sa.select(Event).where(Event.cause_id == event.id).order_by(Event.id.desc())).all()
    return [change for part in parts for change in _changes(part)] + list(reversed(event.changes))


def _home(event: Event) -> Any:
    for model, id_ in ((Board, event.board_id), (Workspace, event.workspace_id), (User, event.user_id)):
        if id_ is not None:
            return db.session.get_one(model, id_)
    raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))


def _boards(changes: list[dict[str, Any]]) -> list[Board]:
    """Every board that the changes reach, before or after."""
    ids = {change["key"][0] for change in changes if change["kind"] == "board"}
    for change in changes:
        for row in (change["before"], change["after"]):
            if row and row.get("board_id"):
                ids.add(row["board_id"])
    if not ids:
        return []
    return list(db.session.scalars(sa.select(Board).where(Board.id.in_(ids)).order_by(Board.id)))


def _allow(actor: Actor, change: dict[str, Any], row: Recorded | None) -> None:
    columns = set(change["before"] or {}) | set(change["after"] or {})
    if isinstance(row, Board):
        allow(actor, _board_verb(change, columns), row)
        return
    if isinstance(row, Workspace):
        allow(actor, "edit_workspace", row)
        return
    if isinstance(row, Comment) and "board_id" not in columns - ({"board_id"} if change["before"] is None else set()):
        allow(actor, "edit_comment" if "body" in columns and change["before"] is not None else "delete_comment", row)
        return
    if change["kind"] == "watch":
        if (change["before"] or change["after"])["user_id"] != actor.id:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        return
    here = {
        getattr(row, "board_id", None),
        (change["before"] or {}).get("board_id"),
        (change["after"] or {}).get("board_id"),
    }
    for board_id in sorted(here - {None}):  # type: ignore[type-var]
        board = db.session.get(Board, board_id)
        if board is not None:
            allow(actor, "edit", board)


def _board_verb(change: dict[str, Any], columns: set[str]) -> str:
    if change["before"] is None or "deleted_at" in columns:
        return "restore_board"
    return "archive_board" if "archived_at" in columns else "edit_board"
