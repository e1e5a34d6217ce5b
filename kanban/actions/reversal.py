"""How one event is taken back: the steps, and what stands in their way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.eventlog import from_json, to_json
from kanban.models import KINDS, Actor, Board, Card, Event, List, Recorded, User
from kanban.models.ordering import PARENTS, free_rank
from kanban.models.recorded import SoftDeleted
from kanban.support.clock import now
from kanban.support.db import db

Rows = dict[tuple[str, tuple[int, ...]], Recorded | None]

# Columns that only make sense together: they go back as one, or not at all.
_TOGETHER = (
    ("board_id", "list_id", "checklist_id", "card_id", "rank", "number"),
    ("archived_at", "archived_by_id"),
    ("deleted_at", "deleted_by_id"),
    ("due_at", "due_has_time"),
    ("body", "edited_at"),
)
_SINCE = 500


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of one step: `sentence` says whose change of what."""

    sentence: Any
    who: str
    what: str


@dataclass(slots=True)
class Step:
    """One thing to put back, and the obstacle in its way if there is one."""

    take: Callable[[], None]
    obstacle: Obstacle | None = None


def rows_of(changes: list[dict[str, Any]]) -> Rows:
    """The rows that changes speak of, read again; None for one that is not there."""
    wanted: dict[str, set[tuple[int, ...]]] = {}
    for change in changes:
        wanted.setdefault(change["kind"], set()).add(tuple(change["key"]))
    found: Rows = {}
    for kind, keys in wanted.items():
        columns = list(sa.inspect(KINDS[kind]).primary_key)
        among = columns[0].in_([key[0] for key in keys]) if len(columns) == 1 else sa.tuple_(*columns).in_(sorted(keys))
        for row in db.session.scalars(sa.select(KINDS[kind]).where(among).execution_options(populate_existing=True)):
            found[kind, tuple(row.key)] = row
        for key in keys:
            found.setdefault((kind, key), None)
    return found


def plan(actor: Actor, event: Event, changes: list[dict[str, Any]], rows: Rows) -> list[Step]:
    """The steps that take changes back, in the order in which they are to be taken."""
    coming_back = {
        (change["kind"], tuple(change["key"]))
        for change in changes
        if change["before"] and "deleted_at" in change["before"] and change["before"]["deleted_at"] is None
    }
    steps: list[Step] = []
    for change in changes:
        row = rows[change["kind"], tuple(change["key"])]
        if change["before"] is None:
            steps.extend(_uncreate(actor, event, change, row))
        elif change["after"] is None:
            steps.extend(_bring_back(event, change, row))
        elif row is not None:
            steps.extend(_put_back(event, change, row, coming_back))
    return steps


def _uncreate(actor: Actor, event: Event, change: dict[str, Any], row: Recorded | None) -> Iterator[Step]:
    if row is None:
        return
    if not isinstance(row, SoftDeleted):
        yield Step(lambda: db.session.delete(row))
        return
    if row.deleted_at is not None:
        return

    def take() -> None:
        row.deleted_at, row.deleted_by_id = now(), actor.id

    yield Step(take, _work_of_others(actor, event, row))


def _bring_back(event: Event, change: dict[str, Any], row: Recorded | None) -> Iterator[Step]:
    if row is not None:
        return
    model = KINDS[change["kind"]]
    values = {name: from_json(model, name, value) for name, value in change["before"].items()}
    for column in sa.inspect(model).columns:
        for key in column.foreign_keys:
            owner = next((one for one in KINDS.values() if one.__table__ is key.column.table), None)
            if owner is not None and values.get(column.key) and db.session.get(owner, values[column.key]) is None:
                return
    yield Step(lambda: db.session.add(model(**values)))


def _put_back(
    event: Event, change: dict[str, Any], row: Recorded, coming_back: set[tuple[str, tuple[int, ...]]]
) -> Iterator[Step]:
    before, after = change["before"], change["after"]
    for columns in _groups(list(before)):
        current = {name: to_json(getattr(row, name)) for name in columns}
        if all(current[name] == before[name] for name in columns):
            continue
        obstacle = None
        if any(current[name] != after[name] for name in columns):
            obstacle = _changed_since(event, change, row, columns)
        elif isinstance(row, SoftDeleted) and row.deleted_at is not None and "deleted_at" not in columns:
            if (change["kind"], tuple(change["key"])) not in coming_back:
                obstacle = _changed_since(event, change, row, ["deleted_at"])
        elif before.get("list_id"):
            obstacle = _list_in_the_way(event, row, before["list_id"])
        yield Step(_setter(row, {name: before[name] for name in columns}), obstacle)


def _setter(row: Recorded, values: dict[str, Any]) -> Callable[[], None]:
    def take() -> None:
        wanted = {name: from_json(type(row), name, value) for name, value in values.items()}
        with db.session.no_autoflush:
            if "rank" in wanted:
                parent = PARENTS[type(row)]
                wanted["rank"] = free_rank(type(row), wanted.get(parent, getattr(row, parent)), wanted["rank"], row)  # type: ignore[arg-type]
            for name, value in wanted.items():
                setattr(row, name, value)
        db.session.flush()
        # The relations follow the ids.
        db.session.expire(
            row, [name for name in ("list", "board", "checklist") if name in sa.inspect(type(row)).relationships]
        )

    return take


def _groups(columns: list[str]) -> Iterator[list[str]]:
    rest = list(columns)
    for together in _TOGETHER:
        group = [name for name in together if name in rest]
        if group:
            yield group
            rest = [name for name in rest if name not in group]
    for name in rest:
        yield [name]


def _changed_since(event: Event, change: dict[str, Any], row: Recorded, columns: list[str]) -> Obstacle:
    """Who last changed these columns of a row after the event, in a sentence."""
    query = sa.select(Event).where(Event.id > event.id, Event.board_id == getattr(row, "board_id", event.board_id))
    if isinstance(row, Board):
        query = sa.select(Event).where(Event.id > event.id, Event.board_id == row.id)
    for later in db.session.scalars(query.order_by(Event.id.desc()).limit(_SINCE)):
        for one in later.changes:
            if one["kind"] == change["kind"] and one["key"] == change["key"]:
                touched = set(one["before"] or {}) | set(one["after"] or {})
                if touched & set(columns):
                    return _obstacle(later.actor, _name(row))
    return _obstacle(None, _name(row))


def _work_of_others(actor: Actor, event: Event, row: Recorded) -> Obstacle | None:
    """Work that others have put into a thing since it was made, and that would go with it."""
    if isinstance(row, Card):
        later = sa.select(Event).where(Event.card_id == row.id, Event.id > event.id)
    elif isinstance(row, List):
        later = sa.select(Event).join(Card, Card.id == Event.card_id).where(Card.list_id == row.id, Event.id > event.id)
    elif isinstance(row, Board):
        later = sa.select(Event).where(Event.board_id == row.id, Event.id > event.id)
    else:
        return None
    found = db.session.scalar(later.where(Event.actor_id != actor.id).order_by(Event.id.desc()).limit(1))
    return _obstacle(found.actor, _name(row)) if found is not None else None


def _list_in_the_way(event: Event, row: Recorded, list_id: int) -> Obstacle | None:
    target = db.session.get(List, list_id)
    if target is None:
        return _obstacle(None, _name(row))
    if target.is_live or to_json(getattr(row, "list_id", None)) == list_id:
        return None
    column = "deleted_at" if target.deleted_at is not None else "archived_at"
    return _changed_since(event, {"kind": "list", "key": target.key}, target, [column])


def _obstacle(person: User | None, what: str) -> Obstacle:
    who = person.name if person is not None else str(_("Somebody"))
    return Obstacle(_("%(who)s has changed “%(what)s” since.", who=who, what=what), who, what)


def _name(row: Recorded) -> str:
    for column in ("title", "name", "text", "body"):
        value = getattr(row, column, None)
        if value:
            return str(value)[:80]
    return row.kind
