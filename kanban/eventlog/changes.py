"""What one recording has seen so far, and the event it becomes."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PassiveFlag

from kanban.eventlog.numbers import SCOPES, take_seq
from kanban.models import Actor, Card, Event, Outbox, Recorded
from kanban.support.clock import now
from kanban.support.db import Session, UTCDateTime

_QUEUE = sa.insert(Outbox)


class Recording:
    """What one `recording()` has seen so far."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        action: str,
        scopes: list[Any],
        parent: "Recording | None",
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
        committed = {name: to_json(before_of(thing, name)) for name in thing.recorded()}
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
        # Nothing to do for the session's unit of work: it is not asked.
        self.session.connection().execute(_QUEUE, [{"event_id": e.id, "due_at": e.at, "tries": 0} for e in written])
        return written

    def _add(self) -> None:
        """Give the event its place and id, and those it is part of before it."""
        if self.parent is not None:
            self.parent._add()
            self.event.cause_id = self.parent.event.id
        if not self._is_placed:
            self._is_placed = True
            self.event.seq = take_seq(self.session, self.scopes[0])
            setattr(self.event, SCOPES[type(self.scopes[0])], self.scopes[0].id)
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
            seq=take_seq(self.session, scope),
        )
        setattr(companion, SCOPES[type(scope)], scope.id)
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


def history_of(thing: Recorded, name: str) -> Any:
    return get_history(thing, name, PassiveFlag.PASSIVE_NO_INITIALIZE)


def before_of(thing: Recorded, name: str) -> Any:
    history = history_of(thing, name)
    found = history.deleted or history.unchanged
    return found[0] if found else None


def _describe(event: Event, scope: Any) -> None:
    subject = event.subject
    if subject is None and event.subject_kind is not None:
        return
    subject = subject if subject is not None else scope
    event.subject_kind = subject.kind
    event.subject_id = subject.key[0]
    event.card_id = subject.id if isinstance(subject, Card) else getattr(subject, "card_id", None)


def _key_of_gone(thing: Recorded) -> list[int]:
    identity = sa.inspect(thing).identity
    return list(identity or ())
