"""The guard: recorded rows change inside a recording, or not at all."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import MANYTOONE, ORMExecuteState

from kanban.eventlog.changes import Recording, history_of
from kanban.models import Event, Recorded
from kanban.support.db import Session


class UnrecordedWrite(RuntimeError):
    """Somebody wrote a recorded model outside `recording()`: a bug, never a user's fault."""


def install(session_class: type[Session] = Session) -> None:
    """Put the guard on a session class. Installing it twice is harmless."""
    if not sa_event.contains(session_class, "before_flush", collect):
        sa_event.listen(session_class, "before_flush", collect)
        sa_event.listen(session_class, "do_orm_execute", refuse_bulk)
        sa_event.listen(session_class, "after_rollback", forget)


def collect(session: Session, _context: Any, _instances: Any) -> None:
    stack = session.info.get("recordings")
    current: Recording | None = stack[-1] if stack else None
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
                history = history_of(thing, name)
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
        if not history_of(thing, relation.key).has_changes():
            continue
        related = getattr(thing, relation.key)
        for local, remote in relation.local_remote_pairs or ():
            name = mapper.get_property_by_column(local).key
            if getattr(thing, name) != (getattr(related, remote.key) if related is not None else None):
                raise UnrecordedWrite(f"{thing.kind}.{relation.key} was set without {name}.")


def _inside(current: "Recording | None", thing: Recorded) -> "Recording":
    if current is None:
        raise UnrecordedWrite(f"A {thing.kind} was about to change outside recording().")
    return current


def refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, (Recorded, Event)):
        return
    if not (state.execution_options.get("counting") or state.execution_options.get("bulk_recorded")):
        raise UnrecordedWrite(f"A bulk statement was about to change {mapper.class_.__name__} past the event log.")


def forget(session: Session) -> None:
    session.info.pop("fresh_events", None)
    session.info.pop("locked", None)
