"""The event log: every change is recorded in the transaction that makes it.

`recording()` is the only place where recorded models change. The guard raises
`UnrecordedWrite` for whatever tries elsewhere, in tests and in production alike.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from math import prod
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.eventlog.changes import Recording, from_json, snapshot, to_json
from kanban.eventlog.guard import UnrecordedWrite, install
from kanban.eventlog.numbers import give_back, lock_rows
from kanban.models import Actor, Board, Event, Recorded
from kanban.support.db import Session, call_after_commit, db, transaction
from kanban.support.errors import Conflict, NotFound

__all__ = [
    "UnrecordedWrite",
    "after_commit",
    "from_json",
    "install",
    "note_made",
    "read_again",
    "recording",
    "snapshot",
    "to_json",
]

_TOGETHER = 8
_listeners: list[Callable[[list[Event]], None]] = []


@contextmanager
def recording(
    actor: Actor,
    action: str,
    subject: Any = None,
    *,
    lock: Iterable[Any] = (),
    beside: Iterable[Any] = (),
    fresh: Iterable[Any] = (),
    scope: Any = None,
    reverses: Event | None = None,
) -> Iterator[Event]:
    """Record what the block changes as one event, in one transaction.

    `lock` names the boards (or workspaces, or the user) whose order of events the change
    takes part in: their rows are locked in the order of their ids, and `subject` and
    `fresh` are read again under that lock. `scope` is the one whose log the event stands
    in, by default the first of `lock`; each other one gets an event of its own that
    points to it. What stands `beside` is locked as well, and its log says nothing. A
    block that changes nothing leaves no event behind: then the id of the event is None.
    Inside another recording the event becomes a part of that one.

    Raises NotFound where a row that was to be read again is gone, and Conflict where it
    has gone to a board that is not locked.
    """
    with transaction() as session:
        stack: list[Recording] = session.info.setdefault("recordings", [])
        parent = stack[-1] if stack else None
        scopes = list(dict.fromkeys([*([scope] if scope is not None else []), *lock]))
        locked = list(dict.fromkeys([*scopes, *beside]))
        # What the surrounding recording has changed so far is its own, not this one's.
        session.flush()
        lock_rows(session, locked)
        things = [thing for thing in (subject, *fresh) if thing is not None and thing not in locked]
        read_again(session, things)
        still_here(locked, things)
        current = Recording(session, actor, action, scopes, parent, reverses)
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
            give_back(session)
            call_after_commit(session, _announce)


def after_commit(listener: Callable[[list[Event]], None]) -> None:
    """Have a function called with the new events after each commit; it must not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


def note_made(thing: Recorded) -> None:
    """Let the running event count a row as made by it: one that an import had inserted before, unseen."""
    recordings: list[Recording] = db.session().info["recordings"]
    recordings[-1].note_new(thing)


def read_again(session: Any, things: Iterable[Any]) -> None:
    """Read rows anew, relations included. Raises NotFound where one is gone."""
    by_model: dict[Any, set[int]] = {}
    for thing in things:
        if sa.inspect(thing).persistent:
            by_model.setdefault(type(thing), set()).add(thing.id)
    # A few rows of several tables are read by one statement, each with each; many would be too many then.
    together = prod(map(len, by_model.values())) <= _TOGETHER
    for models in [tuple(by_model)] if by_model and together else [(model,) for model in by_model]:
        rows = session.execute(_anew(*models), {model.__name__: list(by_model[model]) for model in models}).all()
        for place, model in enumerate(models):
            if len({row[place] for row in rows}) < len(by_model[model]):
                raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))


def _announce(session: Session) -> None:
    events = session.info.pop("fresh_events", [])
    session.info.pop("locked", None)
    for listener in _listeners if events else ():
        listener(events)


@cache
def _anew(first: Any, *others: Any) -> sa.Select[Any]:
    """Rows as they are now, into the objects that are there already."""
    query: sa.Select[Any] = sa.select(first, *others).select_from(first)
    for model in others:
        query = query.join(model, sa.true())
    for model in (first, *others):
        query = query.where(model.id.in_(sa.bindparam(model.__name__, expanding=True)))
    return query.execution_options(populate_existing=True)


def still_here(scopes: list[Any], things: list[Any]) -> None:
    """Raise Conflict where a thing was moved to another board between being found and being locked."""
    boards = {scope.id for scope in scopes if isinstance(scope, Board)}
    for thing in things if boards else ():
        if getattr(thing, "board_id", None) not in {None, *boards}:
            raise Conflict(_("This has been moved to another board in the meantime. Look for it there."))
