"""Taking back what was done, and taking that back.

An undo puts earlier values back where the later ones still stand. It asks the policy as
of now, never overwrites a later change unless told to, and is an event itself, so that
it can be undone: undos of one event form a chain whose newest link says how things are.
"""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import aliased

from kanban.actions.carrying import settle
from kanban.actions.groups import withdraw
from kanban.actions.repeats import earlier_event
from kanban.actions.reversal import Obstacle, Rows, merged, plan, rows_of
from kanban.eventlog import recording
from kanban.models import Actor, Board, Card, Comment, Event, Group, Recorded, User, Workspace
from kanban.models.events import ACCESS_KINDS, BORN_WITH_BOARD, OF_ACCESS, OF_GROUPS
from kanban.policies import allow, forget_roles
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, NotFound

# These carry comments of others along, which then go and come with the card.
_CARRIES_COMMENTS = {"card.copied", "card.moved"}


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
    target = _newest(_original(event))
    changes = merged(_changes(target))
    if any(change["kind"] in ACCESS_KINDS for change in changes):
        raise Forbidden(_("Who belongs here is not changed by an undo. Change it on the members page."))
    if not changes:
        raise Conflict(_("There is nothing in this that could be undone."))
    home = _home(target)
    boards = _boards(changes) if isinstance(home, Board) or target.action in BORN_WITH_BOARD else []
    # What a person has noted of a card, as that they watch it, goes with the card from board to board.
    card = db.session.get(Card, target.card_id) if isinstance(home, User) and target.card_id is not None else None
    with recording(
        actor,
        target.action,
        scope=home,
        lock=[board for board in boards if board is not home],
        beside=[card.board] if card is not None else [],
        fresh=[card] if card is not None else [],
        reverses=target,
    ) as undone:
        if earlier := earlier_event(actor, once):
            return earlier
        if target.depth % 2 != event.depth % 2 or _newest(target) is not target:
            raise Conflict(_("This has been undone already."))
        rows = rows_of(changes)
        _check_reach(rows, [home, *boards])
        for change in changes:
            _allow(actor, target, change, rows[change["kind"], tuple(change["key"])])
        steps = plan(actor, target, changes, rows)
        obstacles = [step.obstacle for step in steps if step.obstacle is not None]
        if obstacles and not (partly or overwrite):
            raise UndoBlocked(obstacles, may_undo_rest=len(obstacles) < len(steps))
        for step in steps:
            if step.obstacle is None or (overwrite and not step.is_final):
                step.take()
        for card in _moved(changes, rows):
            # What came to it on the other board goes along, what did not go back stays with it.
            settle(card)
        for row in rows.values():
            if isinstance(row, Group):
                # Brought back it stands on no board: an undo lets nobody in.
                withdraw(row)
        undone.subject_kind, undone.subject_id, undone.card_id = target.subject_kind, target.subject_id, target.card_id
        undone.detail = target.detail
        undone.elsewhere = _said_elsewhere(target)
        undone.once = once
    if undone.id is None:
        raise Conflict(_("Everything is as it was before already."))
    forget_roles()
    return undone


def undo_last(
    actor: Actor, board: Board, *, partly: bool = False, overwrite: bool = False, once: str | None = None
) -> Event:
    """Take back the actor's own last change on a board, as `undo` does. Raises NotFound where there is none."""
    if earlier := earlier_event(actor, once):
        return earlier
    event = last_to_undo(actor, board)
    if event is None:
        raise NotFound(_("You have nothing to undo on this board."))
    return undo(actor, event, partly=partly, overwrite=overwrite, once=once)


def redo_last(
    actor: Actor, board: Board, *, partly: bool = False, overwrite: bool = False, once: str | None = None
) -> Event:
    """Do again what the actor last took back, unless they have changed something since."""
    if earlier := earlier_event(actor, once):
        return earlier
    event = last_to_redo(actor, board)
    if event is None:
        raise NotFound(_("There is nothing to redo on this board."))
    return undo(actor, event, partly=partly, overwrite=overwrite, once=once)


def last_to_undo(actor: Actor, board: Board) -> Event | None:
    """The actor's newest change on a board that has not been taken back."""
    query = _mine(actor, board).where(Event.depth == 0, _newest_depth() % 2 == 0, Event.action.not_in(OF_ACCESS))
    return db.session.scalar(query.limit(1))


def last_to_redo(actor: Actor, board: Board) -> Event | None:
    """The actor's newest undo on a board that stands, if they have changed nothing since."""
    mine = _mine(actor, board)
    changed = db.session.scalar(mine.where(Event.depth == 0).with_only_columns(_PLACE.seq).limit(1))
    query = mine.where(_PLACE.seq > (changed or 0), Event.depth % 2 == 1, _newest_depth() == Event.depth)
    return db.session.scalar(query.limit(1))


# Where an event stands in the log of the board that is looked at: it may be at home on another.
_PLACE = aliased(Event)


def _mine(actor: Actor, board: Board) -> sa.Select[Event]:
    """The actor's own events in the log of a board, the newest first.

    Parts are left out; a change that reached this board from another is taken at its home.
    """
    return (
        sa.select(Event)
        .join(_PLACE, sa.func.coalesce(_PLACE.cause_id, _PLACE.id) == Event.id)
        .where(_PLACE.board_id == board.id, _PLACE.actor_id == actor.id)
        .where(sa.or_(_PLACE.cause_id.is_(None), Event.board_id != board.id))
        .order_by(_PLACE.seq.desc())
    )


def _newest_depth() -> sa.ColumnElement[int]:
    """The depth of the newest undo or redo of an event, whoever made it; 0 where there is none."""
    link = aliased(Event)
    depth = sa.select(sa.func.max(link.depth)).where(link.root_id == sa.func.coalesce(Event.root_id, Event.id))
    return sa.func.coalesce(depth.correlate(Event).scalar_subquery(), 0)


def _original(event: Event) -> Event:
    """The event itself; of the note of it in another board's log, the event it points to."""
    if event.cause_id is not None and not event.changes:
        return db.session.get_one(Event, event.cause_id)
    return event


def _said_elsewhere(event: Event) -> dict[str, Any] | None:
    """What the log of another board says of an event that reached it, if one does."""
    query = sa.select(Event.detail).where(Event.cause_id == event.id, Event.board_id != event.board_id)
    return db.session.scalar(query.limit(1))


def _newest(event: Event) -> Event:
    root = event.root_id or event.id
    query = sa.select(Event).where(Event.root_id == root)
    found = db.session.scalar(query.order_by(Event.depth.desc(), Event.id.desc()).limit(1))
    return found if found is not None else db.session.get_one(Event, root)


def _changes(event: Event) -> list[dict[str, Any]]:
    """What an event and its parts have changed, the last change first."""
    if event.action in BORN_WITH_BOARD:
        return [change for change in event.changes if change["kind"] == "board"]
    if event.action in OF_GROUPS:
        return [change for change in event.changes if change["kind"] == "group"]
    parts = db.session.scalars(sa.select(Event).where(Event.cause_id == event.id).order_by(Event.id.desc())).all()
    return [change for part in parts for change in _changes(part)] + list(reversed(event.changes))


def _home(event: Event) -> Any:
    for model, id_ in ((Board, event.board_id), (Workspace, event.workspace_id), (User, event.user_id)):
        if id_ is not None:
            return db.session.get_one(model, id_)
    raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))


def _boards(changes: list[dict[str, Any]]) -> list[Board]:
    """Every board that the changes reach, before, after or where the rows are now."""
    ids = {change["key"][0] for change in changes if change["kind"] == "board"}
    ids |= {getattr(row, "board_id", None) for row in rows_of(changes).values()} - {None}
    for change in changes:
        for row in (change["before"], change["after"]):
            if row and row.get("board_id"):
                ids.add(row["board_id"])
    if not ids:
        return []
    return list(db.session.scalars(sa.select(Board).where(Board.id.in_(ids)).order_by(Board.id)))


def _moved(changes: list[dict[str, Any]], rows: Rows) -> list[Card]:
    """The cards that changes take from board to board, or take things along with."""
    ids = set()
    for change in changes:
        row = rows[change["kind"], tuple(change["key"])]
        if row is not None and change["before"] and change["after"] and "board_id" in change["before"]:
            ids.add(row.id if isinstance(row, Card) else getattr(row, "card_id", None))
    return list(db.session.scalars(sa.select(Card).where(Card.id.in_(ids - {None})).order_by(Card.id))) if ids else []


def _check_reach(rows: Rows, scopes: list[Any]) -> None:
    """Raise Conflict where a row has gone to a board that is not locked, since the boards were looked up."""
    boards = {scope.id for scope in scopes if isinstance(scope, Board)}
    for row in rows.values() if boards else ():
        if getattr(row, "board_id", None) not in {None, *boards}:
            raise Conflict(_("This has been moved to another board in the meantime. Look for it there."))


def _allow(actor: Actor, target: Event, change: dict[str, Any], row: Recorded | None) -> None:
    columns = set(change["before"] or {}) | set(change["after"] or {})
    if isinstance(row, Board):
        allow(actor, _board_verb(change, columns), row)
        return
    if isinstance(row, Workspace):
        allow(actor, "edit_workspace", row)
        return
    if isinstance(row, Group):
        allow(actor, "edit_groups", row.workspace)
        return
    if isinstance(row, Comment) and target.action not in _CARRIES_COMMENTS:
        _allow_comment(actor, change, row)
        return
    if change["kind"] == "watch" and not (change["before"] and change["after"]):
        _allow_watch(actor, change)
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


def _allow_comment(actor: Actor, change: dict[str, Any], comment: Comment) -> None:
    """As for writing and deleting comments; one that an admin has deleted only an admin brings back."""
    if change["before"] is not None and "body" in change["before"]:
        allow(actor, "edit_comment", comment)
        return
    allow(actor, "delete_comment", comment)
    if comment.deleted_by_id not in {None, actor.id}:
        allow(actor, "edit_board", comment.board)


def _allow_watch(actor: Actor, change: dict[str, Any]) -> None:
    watch = change["before"] or change["after"]
    if watch["user_id"] != actor.id:
        raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
    if change["after"] is None and (card := db.session.get(Card, watch["card_id"])) is not None:
        allow(actor, "watch", card)
