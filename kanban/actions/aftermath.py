"""What has happened to a row since an event: read from the log that follows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kanban.eventlog import to_json
from kanban.models import Actor, Board, Card, CardLabel, Checklist, Event, Item, Label, List, Recorded, User
from kanban.support.db import db

# How far the log is read back from now. What lies further back is somebody's.
_FAR = 5_000


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The log of a board (or a workspace, or a person) after one of its events."""

    event: Event

    def last_to_change(self, row: Recorded, columns: set[str]) -> User | None:
        """Who last changed one of these columns of a row, if the log says."""
        for later in self._touching(row, columns):
            return db.session.get(User, later.actor_id) if later.actor_id is not None else None
        return None

    def value_then(self, row: Recorded, column: str) -> Any:
        """What a column held right after the event, as events write it."""
        value = to_json(getattr(row, column))
        for later in self._touching(row, {column}):
            value = _change_of(later.changes, row)["before"][column]
        return value

    def only_undos(self, row: Recorded, column: str) -> bool:
        """Whether a column is another only because changes and their undos did not cancel out exactly."""
        originals = [later.id for later in self._touching(row, {column}) if later.depth == 0]
        if not originals:
            return True
        standing = sa.select(Event.id).where(Event.id.in_(originals), _stands())
        return db.session.scalar(standing.limit(1)) is None

    def work_of_others(self, actor: Actor, row: Recorded) -> User | None:
        """Somebody else who has put work into a row that still stands, and would go with it."""
        query = (
            sa.select(Event)
            .where(self._after(), Event.actor_id != actor.id, Event.depth == 0, _stands())
            .order_by(Event.id.desc())
            # Of a card that has a label the log tells more than what was done to the label.
            .limit(_FAR if isinstance(row, Label) else 1)
        )
        # One index each; all at once would read the whole log.
        for what in _about(row):
            for found in db.session.scalars(query.where(what)):
                if not isinstance(row, Label) or _mentions(found.changes, row):
                    return found.actor
        return None

    def _touching(self, row: Recorded, columns: set[str]) -> Iterator[Any]:
        """What of the log changes one of these columns of a row, the newest first."""
        boards = {self.event.board_id, row.id if isinstance(row, Board) else getattr(row, "board_id", None)} - {None}
        logs: list[sa.ColumnElement[bool]] = [Event.board_id.in_(boards)] if boards else []
        if self.event.workspace_id is not None:
            logs.append(Event.workspace_id == self.event.workspace_id)
        if self.event.user_id is not None:
            logs.append(Event.user_id == self.event.user_id)
        query = (
            sa.select(Event.id, Event.depth, Event.actor_id, Event.changes)
            .where(self._after(), sa.or_(*logs))
            .order_by(Event.id.desc())
            .limit(_FAR)
        )
        for later in db.session.execute(query):
            change = _change_of(later.changes, row)
            if change and change["before"] and change["after"] and columns & set(change["before"]):
                yield later

    def _after(self) -> sa.ColumnElement[bool]:
        """That an event is later, and no part of this one."""
        apart = sa.or_(Event.cause_id.is_(None), Event.cause_id != self.event.id)
        return sa.and_(Event.id > self.event.id, apart)


def _stands() -> sa.ColumnElement[bool]:
    """That an event, or what it is a part of, has not been taken back."""
    link = aliased(Event)
    depth = sa.select(sa.func.max(link.depth)).where(link.root_id == sa.func.coalesce(Event.cause_id, Event.id))
    return sa.func.coalesce(depth.correlate(Event).scalar_subquery(), 0) % 2 == 0


def _about(row: Recorded) -> Iterator[sa.ColumnElement[bool]]:
    """Which events speak of a row or of what is in it."""
    yield sa.and_(Event.subject_kind == row.kind, Event.subject_id == row.key[0])
    if isinstance(row, Card):
        yield Event.card_id == row.id
    elif isinstance(row, List):
        yield Event.card_id.in_(sa.select(Card.id).where(Card.list_id == row.id))
    elif isinstance(row, Board):
        yield Event.board_id == row.id
    elif isinstance(row, Checklist):
        items = sa.select(Item.id).where(Item.checklist_id == row.id)
        yield sa.and_(Event.subject_kind == "item", Event.subject_id.in_(items))
    elif isinstance(row, Label):
        yield Event.card_id.in_(sa.select(CardLabel.card_id).where(CardLabel.label_id == row.id))


def _mentions(changes: list[dict[str, Any]], label: Label) -> bool:
    return any(
        one["key"] == label.key if one["kind"] == "label" else one["kind"] == "card_label" and one["key"][1] == label.id
        for one in changes
    )


def _change_of(changes: list[dict[str, Any]], row: Recorded) -> dict[str, Any]:
    key = row.key
    return next((one for one in changes if one["kind"] == row.kind and one["key"] == key), {})
