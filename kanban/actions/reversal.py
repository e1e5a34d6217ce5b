"""How one event is taken back: the steps, and what stands in their way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.aftermath import Aftermath
from kanban.eventlog import from_json, to_json
from kanban.models import KINDS, Actor, Assignment, Board, Card, CardLabel, Event, List, Recorded, User
from kanban.models.boards import BOARD_ROLES, VISIBILITIES
from kanban.models.ordering import PARENTS, place_at
from kanban.models.recorded import SoftDeleted
from kanban.policies import role_on
from kanban.support.clock import now
from kanban.support.db import db

Key = tuple[str, tuple[int, ...]]
Rows = dict[Key, Recorded | None]

# Columns that only make sense together: they go back as one, or not at all.
_TOGETHER = (
    ("board_id", "list_id", "checklist_id", "card_id", "rank", "number"),
    ("archived_at", "archived_by_id"),
    ("deleted_at", "deleted_by_id"),
    ("due_at", "due_has_time"),
    ("body", "edited_at"),
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of one step: `sentence` says whose change of what."""

    sentence: Any
    who: str
    what: str


@dataclass(slots=True)
class Step:
    """One thing to put back, and the obstacle in its way if there is one.

    One that `is_final` cannot be overwritten either: what the step needs is gone.
    """

    take: Callable[[], None]
    obstacle: Obstacle | None = None
    is_final: bool = False


def merged(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Changes, the last first, with those of one row made one: from what it was to what it became."""
    found: dict[Key, dict[str, Any]] = {}
    for change in reversed(changes):
        key = change["kind"], tuple(change["key"])
        before, after = change["before"], change["after"]
        if (earlier := found.get(key)) is not None:
            before = None if earlier["before"] is None else {**(before or {}), **earlier["before"]}
            after = None if after is None else {**(earlier["after"] or {}), **after}
        found[key] = {"kind": change["kind"], "key": change["key"], "before": before, "after": after}
    return [change for change in reversed(found.values()) if change["before"] != change["after"]]


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
    since = Aftermath(event)
    homes = {
        change["key"][0]: (change["before"] or {}).get("board_id") for change in changes if change["kind"] == "card"
    }
    steps: list[Step] = []
    for change in changes:
        row = rows[change["kind"], tuple(change["key"])]
        if change["before"] is None:
            steps.extend(_uncreate(actor, since, row))
        elif change["after"] is None:
            steps.extend(_bring_back(since, change, row, homes))
        elif row is not None:
            steps.extend(_put_back(since, change, row))
    return steps


def _uncreate(actor: Actor, since: Aftermath, row: Recorded | None) -> Iterator[Step]:
    if row is None:
        return
    if not isinstance(row, SoftDeleted):
        yield Step(lambda: db.session.delete(row))
        return
    if row.deleted_at is not None:
        return

    def take() -> None:
        row.deleted_at, row.deleted_by_id = now(), actor.id

    worker = since.work_of_others(actor, row)
    yield Step(take, _obstacle(worker, row) if worker is not None else None)


def _bring_back(
    since: Aftermath, change: dict[str, Any], row: Recorded | None, homes: dict[int, int | None]
) -> Iterator[Step]:
    """Put a link between two rows there again, if both are; `homes` are boards that cards go back to on the way."""
    if row is not None:
        return
    model = KINDS[change["kind"]]
    # Under its old key, as later events of this history speak of it.
    values: dict[str, Any] = dict(zip((key.name for key in sa.inspect(model).primary_key), change["key"], strict=True))
    values |= {name: from_json(model, name, value) for name, value in change["before"].items()}
    if _owners_gone(model, values):
        return
    card = db.session.get(Card, values.get("card_id")) if values.get("card_id") else None
    home = homes.get(card.id) or card.board_id if card is not None else values.get("board_id")
    if card is not None and model is CardLabel and home != values["board_id"]:
        # The label stayed behind on the board it belongs to.
        yield Step(lambda: None, _changed_since(since, card, {"board_id"}), is_final=True)
        return
    if home is not None:
        values["board_id"] = home
    if card is not None and model is Assignment:
        person = db.session.get_one(User, values["user_id"])
        if not person.is_placeholder and role_on(Actor(person), db.session.get_one(Board, home)) is None:
            sentence = _("%(who)s cannot see this board any more.", who=person.name)
            yield Step(lambda: None, Obstacle(sentence, person.name, card.title), is_final=True)
            return
    yield Step(lambda: db.session.add(model(**values)))


def _put_back(since: Aftermath, change: dict[str, Any], row: Recorded) -> Iterator[Step]:
    before, after = change["before"], change["after"]
    for columns in _groups(list(before)):
        current = {name: to_json(getattr(row, name)) for name in columns}
        if all(current[name] == before[name] for name in columns):
            continue
        values = {name: before[name] for name in columns}
        if _owners_gone(type(row), values):
            yield Step(lambda: None, _obstacle(None, row), is_final=True)
            continue
        if isinstance(row, Board) and _lets_in(row, values):
            sentence = _("An undo lets nobody in. Change who sees “%(board)s” in its settings.", board=row.name)
            yield Step(lambda: None, Obstacle(sentence, "", row.name), is_final=True)
            continue
        moved = {name for name in columns if current[name] != after[name]}
        obstacle = None
        if moved and not (moved == {"rank"} and since.only_undos(row, "rank")):
            obstacle = _changed_since(since, row, moved)
        elif "deleted_at" not in columns and _went_since(since, row, "deleted_at"):
            obstacle = _changed_since(since, row, {"deleted_at"})
        elif before.get("list_id"):
            obstacle = _list_in_the_way(since, row, before["list_id"])
        yield Step(_setter(row, values), obstacle)


def _lets_in(board: Board, values: dict[str, Any]) -> bool:
    """Whether with these values more people would see a board than do now, or somebody could do more on it."""
    wider = (("visibility", VISIBILITIES), ("workspace_role", BOARD_ROLES), ("observers_comment", (False, True)))
    return any(
        order.index(values.get(name, getattr(board, name))) > order.index(getattr(board, name)) for name, order in wider
    )


def _setter(row: Any, values: dict[str, Any]) -> Callable[[], None]:
    def take() -> None:
        wanted = {name: from_json(type(row), name, value) for name, value in values.items()}
        with db.session.no_autoflush:
            parent = PARENTS.get(type(row))
            # A row can go elsewhere and keep its rank, which something may have there.
            if parent is not None and wanted.keys() & {"rank", parent}:
                rank = wanted.get("rank", row.rank)
                wanted["rank"] = _make_room(row, wanted.get(parent, getattr(row, parent)), rank)
            for name, value in wanted.items():
                setattr(row, name, value)
        db.session.flush()
        # The relations follow the ids.
        db.session.expire(
            row, [name for name in ("list", "board", "checklist") if name in sa.inspect(type(row)).relationships]
        )

    return take


def _make_room(row: Any, parent_id: int, rank: str) -> str:
    """The rank itself; where something live has it, the next free one.

    Something deleted that has it moves up instead: so that undoing everything, one event
    after the other, gives every rank as it was at first.
    """
    holder, free = place_at(type(row), parent_id, rank, row)
    if holder is None:
        return rank
    if holder.deleted_at is None:
        return free
    holder.rank = free
    db.session.flush()
    return rank


def _groups(columns: list[str]) -> Iterator[list[str]]:
    rest = list(columns)
    for together in _TOGETHER:
        group = [name for name in together if name in rest]
        if group:
            yield group
            rest = [name for name in rest if name not in group]
    for name in rest:
        yield [name]


def _owners_gone(model: type[Recorded], values: dict[str, Any]) -> bool:
    """Whether a row with these values would point to something that was purged.

    A person who is gone is left out of a column that may be empty.
    """
    for column in sa.inspect(model).columns:
        for key in column.foreign_keys:
            owner = next(one for one in KINDS.values() if one.__table__ is key.column.table)  # type: ignore[attr-defined]
            if values.get(column.key) is None or db.session.get(owner, values[column.key]) is not None:
                continue
            if not column.nullable:
                return True
            values[column.key] = None
    return False


def _went_since(since: Aftermath, row: Recorded, column: str) -> bool:
    """Whether a row is archived or deleted that was not at the time of the event."""
    current = getattr(row, column, None)
    return current is not None and since.value_then(row, column) != to_json(current)


def _list_in_the_way(since: Aftermath, row: Recorded, list_id: int) -> Obstacle | None:
    """Say who has put away the list that a card would go back into."""
    target = db.session.get_one(List, list_id, populate_existing=True)
    if to_json(getattr(row, "list_id", None)) == list_id:
        return None
    for column in ("deleted_at", "archived_at"):
        if _went_since(since, target, column):
            return _changed_since(since, target, {column})
    return None


def _changed_since(since: Aftermath, row: Recorded, columns: set[str]) -> Obstacle:
    return _obstacle(since.last_to_change(row, columns), row)


def _obstacle(person: User | None, row: Recorded) -> Obstacle:
    who, what = person.name if person is not None else str(_("Somebody")), _name(row)
    return Obstacle(_("%(who)s has changed “%(what)s” since.", who=who, what=what), who, what)


def _name(row: Recorded) -> str:
    for column in ("title", "name", "text", "body"):
        value = getattr(row, column, None)
        if value:
            return str(value)[:80]
    return row.kind
