"""The event log: every change is recorded in the transaction that makes it.

`recording()` is the only place where recorded models change. The guard raises
`UnrecordedWrite` for whatever tries elsewhere, in tests and in production alike.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy import event as sa_event
from sqlalchemy.orm import MANYTOONE, ORMExecuteState
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PassiveFlag

from kanban.models import Actor, Board, Card, Event, Outbox, Recorded, User, Workspace
from kanban.support.clock import now
from kanban.support.db import Session, UTCDateTime, db, transaction
from kanban.support.errors import Conflict, NotFound

_SCOPES = {Board: "board_id", Workspace: "workspace_id", User: "user_id"}
_listeners: list[Callable[[list[Event]], None]] = []


class UnrecordedWrite(RuntimeError):
    """Somebody wrote a recorded model outside `recording()`: a bug, never a user's fault."""


@contextmanager
def recording(
    actor: Actor,
    action: str,
    subject: Any = None,
    *,
    lock: Iterable[Any] = (),
    fresh: Iterable[Any] = (),
    scope: Any = None,
    reverses: Event | None = None,
) -> Iterator[Event]:
    """Record what the block changes as one event, in one transaction.

    `lock` names the boards (or workspaces, or the user) whose order of events the change
    takes part in: their rows are locked in the order of their ids, and `subject` and
    `fresh` are read again under that lock. `scope` is the one whose log the event stands
    in, by default the first of `lock`; each other one gets an event of its own that
    points to it. A block that changes nothing leaves no event behind: then the id of the
    event is None. Inside another recording the event becomes a part of that one.

    Raises NotFound where a row that was to be read again is gone, and Conflict where it
    has gone to a board that is not locked.
    """
    with transaction() as session:
        stack: list[_Recording] = session.info.setdefault("recordings", [])
        parent = stack[-1] if stack else None
        scopes = list(dict.fromkeys([*([scope] if scope is not None else []), *lock]))
        # What the surrounding recording has changed so far is its own, not this one's.
        session.flush()
        _lock(session, scopes)
        things = [thing for thing in (subject, *fresh) if thing is not None and thing not in scopes]
        read_again(session, things)
        _still_here(scopes, things)
        current = _Recording(session, actor, action, scopes, parent, reverses)
        current.event.subject = subject
        stack.append(current)
        try:
            yield current.event
            session.flush()
            written = current.write()
        finally:
            stack.pop()
        session.info.setdefault("fresh_events", []).extend(written)
        if parent is None:
            _give_back(session)
            session.info["on_commit"] = _announce


def note_made(thing: Recorded) -> None:
    """Let the running event count a row as made by it: one that an import had inserted before, unseen."""
    recordings: list[_Recording] = db.session().info["recordings"]
    recordings[-1].note_new(thing)


def after_commit(listener: Callable[[list[Event]], None]) -> None:
    """Have a function called with the new events after each commit; it must not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


def _announce(session: Session) -> None:
    events = session.info.pop("fresh_events", [])
    session.info.pop("locked", None)
    for listener in _listeners if events else ():
        listener(events)


def install(session_class: type[Session] = Session) -> None:
    """Put the guard on a session class. Installing it twice is harmless."""
    if not sa_event.contains(session_class, "before_flush", _collect):
        sa_event.listen(session_class, "before_flush", _collect)
        sa_event.listen(session_class, "do_orm_execute", _refuse_bulk)
        sa_event.listen(session_class, "after_rollback", _forget)


def read_again(session: Any, things: Iterable[Any]) -> None:
    """Read rows anew, relations included. Raises NotFound where one is gone."""
    by_model: dict[Any, set[int]] = {}
    for thing in things:
        if sa.inspect(thing).persistent:
            by_model.setdefault(type(thing), set()).add(thing.id)
    for model, ids in by_model.items():
        if len(session.scalars(_anew(model), {"ids": list(ids)}).all()) < len(ids):
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))


def to_json(value: Any) -> Any:
    """A column's value as events write it."""
    return value.isoformat() if isinstance(value, datetime) else value


def from_json(thing: type[Recorded], column: str, value: Any) -> Any:
    """A value an event wrote, as the column takes it."""
    if value is None:
        return None
    kind = sa.inspect(thing).columns[column].type
    return datetime.fromisoformat(value) if isinstance(kind, UTCDateTime) else value


def snapshot(thing: Recorded) -> dict[str, Any]:
    """All tracked columns of a row, as events write them."""
    return {name: to_json(getattr(thing, name)) for name in thing.recorded()}


class _Recording:
    """What one `recording()` has seen so far."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        action: str,
        scopes: list[Any],
        parent: "_Recording | None",
        reverses: Event | None,
    ) -> None:
        self.session = session
        self.scopes = scopes
        self.parent = parent
        self.event = Event(
            actor_id=actor.id,
            via=actor.via,
            request_id=actor.request_id,
            action=action,
            detail={},
            changes=[],
            at=now(),
            depth=0,
        )
        if reverses is not None:
            self.event.reverses_id = reverses.id
            self.event.root_id = reverses.root_id or reverses.id
            self.event.depth = reverses.depth + 1
        self._is_placed = False
        self._before: dict[Recorded, dict[str, Any]] = {}
        self._created: dict[Recorded, None] = {}
        self._gone: dict[Recorded, None] = {}

    def note_new(self, thing: Recorded) -> None:
        self._created[thing] = None

    def note_gone(self, thing: Recorded) -> None:
        if thing in self._created:
            del self._created[thing]
            return
        committed = {name: to_json(_before_of(thing, name)) for name in thing.recorded()}
        self._before[thing] = {**committed, **self._before.get(thing, {})}
        self._gone[thing] = None

    def note_changed(self, thing: Recorded, column: str, before: Any) -> None:
        if thing not in self._created:
            self._before.setdefault(thing, {}).setdefault(column, to_json(before))

    def write(self) -> list[Event]:
        """Add the event and its companions; an empty list where nothing changed."""
        changes = self._changes()
        if not changes and not self._is_placed:
            return []
        self.event.changes = changes
        self.event.kinds = sorted({change["kind"] for change in changes})
        self._add()
        companions = [self._companion(scope) for scope in self.scopes[1:]]
        self.session.add_all(companions)
        if companions:
            self.session.flush()
        written = [self.event, *companions]
        self.session.execute(_QUEUE, [{"event_id": e.id, "due_at": e.at, "tries": 0} for e in written])
        return written

    def _add(self) -> None:
        """Give the event its place and id, and those it is part of before it."""
        if self.parent is not None:
            self.parent._add()
            self.event.cause_id = self.parent.event.id
        if not self._is_placed:
            self._is_placed = True
            self.event.seq = _take_seq(self.session, self.scopes[0])
            setattr(self.event, _SCOPES[type(self.scopes[0])], self.scopes[0].id)
        _describe(self.event, self.scopes[0])
        self.session.add(self.event)
        self.session.flush()

    def _companion(self, scope: Any) -> Event:
        """The same event in the log of another board, without the changes, which have one home."""
        companion = Event(
            actor_id=self.event.actor_id,
            via=self.event.via,
            request_id=self.event.request_id,
            action=self.event.action,
            changes=[],
            detail=self.event.detail if self.event.elsewhere is None else self.event.elsewhere,
            cause_id=self.event.id,
            at=self.event.at,
            depth=self.event.depth,
            subject_kind=self.event.subject_kind,
            subject_id=self.event.subject_id,
            seq=_take_seq(self.session, scope),
        )
        setattr(companion, _SCOPES[type(scope)], scope.id)
        return companion

    def _changes(self) -> list[dict[str, Any]]:
        changes: list[dict[str, Any]] = [
            {"kind": thing.kind, "key": thing.key, "before": None, "after": snapshot(thing)} for thing in self._created
        ]
        for thing, before in self._before.items():
            if thing in self._gone:
                changes.append({"kind": thing.kind, "key": _key_of_gone(thing), "before": before, "after": None})
                continue
            after = {name: to_json(getattr(thing, name)) for name in before}
            moved = [name for name in before if before[name] != after[name]]
            if moved:
                changes.append(
                    {
                        "kind": thing.kind,
                        "key": thing.key,
                        "before": {name: before[name] for name in moved},
                        "after": {name: after[name] for name in moved},
                    }
                )
        return changes


def _describe(event: Event, scope: Any) -> None:
    subject = event.subject
    if subject is None and event.subject_kind is not None:
        return
    subject = subject if subject is not None else scope
    event.subject_kind = subject.kind
    event.subject_id = subject.key[0]
    event.card_id = subject.id if isinstance(subject, Card) else getattr(subject, "card_id", None)


def _lock(session: Session, scopes: list[Any]) -> None:
    """Lock scopes in one order for everybody, read them again, and reserve a number in each.

    One UPDATE does all three on both databases: it waits for the row, and what it
    returns is the row as it is under the lock.
    """
    locked: dict[Any, bool] = session.info.setdefault("locked", {})
    for scope in sorted(scopes, key=lambda one: (type(one).__name__, one.id or 0)):
        if sa.inspect(scope).detached:
            raise ValueError(f"{scope!r} belongs to a session that has ended: it cannot be locked.")
        if scope in locked or not sa.inspect(scope).persistent:
            locked.setdefault(scope, False)
            continue
        model: Any = type(scope)
        if session.scalars(_reserve(model), {"scope": scope.id}).one_or_none() is None:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        locked[scope] = True


# Statements are built once: building one takes longer than all that the database does with it.


@cache
def _anew(model: Any) -> sa.Select[Any]:
    """Rows as they are now, into the objects that are there already."""
    query: sa.Select[Any] = sa.select(model).where(model.id.in_(sa.bindparam("ids", expanding=True)))
    return query.execution_options(populate_existing=True)


@cache
def _reserve(model: Any) -> Any:
    """Lock a row, and take the next number in it."""
    return (
        sa.update(model)
        .where(model.id == sa.bindparam("scope"))
        .values(seq=model.seq + 1)
        .returning(model)
        .execution_options(synchronize_session=False, populate_existing=True, counting=True)
    )


_QUEUE = sa.insert(Outbox)


def _take_seq(session: Session, scope: Any) -> int:
    locked: dict[Any, bool] = session.info.setdefault("locked", {})
    if not sa.inspect(scope).persistent:
        session.flush()
    if locked.get(scope):
        locked[scope] = False
    else:
        scope.seq = (scope.seq or 0) + 1
    return cast(int, scope.seq)


def _give_back(session: Session) -> None:
    """Return numbers that were reserved and not used: a gap would look like a missed event."""
    for scope, reserved in list(session.info.get("locked", {}).items()):
        if reserved:
            scope.seq -= 1
            session.info["locked"][scope] = False


def _still_here(scopes: list[Any], things: list[Any]) -> None:
    """Raise Conflict where a thing was moved to another board between being found and being locked."""
    boards = {scope.id for scope in scopes if isinstance(scope, Board)}
    for thing in things if boards else ():
        if getattr(thing, "board_id", None) not in {None, *boards}:
            raise Conflict(_("This has been moved to another board in the meantime. Look for it there."))


def _collect(session: Session, _context: Any, _instances: Any) -> None:
    stack = session.info.get("recordings")
    current: _Recording | None = stack[-1] if stack else None
    for thing in session.new:
        if isinstance(thing, Recorded):
            _inside(current, thing).note_new(thing)
    for thing in session.deleted:
        if isinstance(thing, Recorded):
            _inside(current, thing).note_gone(thing)
        elif isinstance(thing, Event):
            raise UnrecordedWrite("An event was about to be deleted.")
    for thing in session.dirty:
        if isinstance(thing, Recorded):
            state = sa.inspect(thing)
            touched = set(state.manager) - state.unmodified
            _check_relations(thing, touched)
            for name in filter(touched.__contains__, thing.recorded()):
                history = _history(thing, name)
                if history.added or history.deleted:
                    _inside(current, thing).note_changed(thing, name, history.deleted[0] if history.deleted else None)
        elif isinstance(thing, Event) and current is None and session.is_modified(thing):
            raise UnrecordedWrite("An event was about to change.")


def _check_relations(thing: Recorded, touched: set[str]) -> None:
    """Refuse a relation that was set without its column.

    SQLAlchemy would set the column during the flush, when nobody looks any more.
    """
    mapper = sa.inspect(thing).mapper
    for relation in mapper.relationships:
        if relation.key not in touched or relation.direction is not MANYTOONE:
            continue
        if not _history(thing, relation.key).has_changes():
            continue
        related = getattr(thing, relation.key)
        for local, remote in relation.local_remote_pairs or ():
            name = mapper.get_property_by_column(local).key
            if getattr(thing, name) != (getattr(related, remote.key) if related is not None else None):
                raise UnrecordedWrite(f"{thing.kind}.{relation.key} was set without {name}.")


def _inside(current: "_Recording | None", thing: Recorded) -> "_Recording":
    if current is None:
        raise UnrecordedWrite(f"A {thing.kind} was about to change outside recording().")
    return current


def _refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, (Recorded, Event)):
        return
    if not (state.execution_options.get("counting") or state.execution_options.get("bulk_recorded")):
        raise UnrecordedWrite(f"A bulk statement was about to change {mapper.class_.__name__} past the event log.")


def _forget(session: Session) -> None:
    session.info.pop("fresh_events", None)
    session.info.pop("locked", None)


def _before_of(thing: Recorded, name: str) -> Any:
    history = _history(thing, name)
    found = history.deleted or history.unchanged
    return found[0] if found else None


def _history(thing: Recorded, name: str) -> Any:
    return get_history(thing, name, PassiveFlag.PASSIVE_NO_INITIALIZE)


def _key_of_gone(thing: Recorded) -> list[int]:
    identity = sa.inspect(thing).identity
    return list(identity or ())
