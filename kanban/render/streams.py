"""An event as fragments of the page: what has to be drawn again for those who look at it.

What changed decides, not what the event is called: so an undo, a redo, an import and a
batch need no template of their own. One template a kind of thing places the same
partials that the pages are made of.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import current_app

from kanban.models import Actor, Board, Card, CardLabel, Event, List, Workspace
from kanban.models.events import ACCESS_KINDS
from kanban.policies import BOARD_VERBS
from kanban.queries import board_page
from kanban.queries.card_page import CardPage, card_page
from kanban.queries.members import board_people, workspace_people
from kanban.queries.tiles import Tile
from kanban.queries.tiles import tiles as tiles_of
from kanban.render import sentences
from kanban.support.db import db

# Beyond this many tiles it is cheaper to draw the page again.
MOST = 200
# An import has hundreds of parts of hundreds of changes each: they are read as far as they are needed.
_PARTS_AT_ONCE = 20

_PLACE = {"board_id", "list_id", "rank", "archived_at", "deleted_at"}
_ON_CARD = {"card_label", "assignment", "checklist", "item", "comment", "attachment"}
# What of a card's page has to be drawn again for a change of each kind.
_SECTIONS = {
    "card_label": {"properties"},
    "assignment": {"properties", "actions"},
    "checklist": {"checklists"},
    "item": {"checklists"},
    "comment": {"activity"},
    "attachment": {"attachments"},
    "label": {"properties"},
}
_CARD_SECTIONS = {
    "title": {"title"},
    "description": {"description"},
    "list_id": {"head", "properties"},
    "rank": {"properties"},
    "archived_at": {"head", "actions"},
    "deleted_at": {"head", "actions"},
    "completed_at": {"head", "title", "properties", "actions"},
    "due_at": {"properties"},
    "start_at": {"properties"},
    "cover_color": {"cover", "properties"},
    "number": {"head"},
    "board_id": {"head", "properties"},
}


@dataclass(slots=True)
class Touched:
    """What an event has touched, by kind and id."""

    placed: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    lists_placed: set[int] = field(default_factory=set)
    lists_changed: set[int] = field(default_factory=set)
    counts: set[int] = field(default_factory=set)
    # Cards whose change does not say which list they are in: its number changes as well.
    counts_of: set[int] = field(default_factory=set)
    labels: set[int] = field(default_factory=set)
    sections: dict[int, set[str]] = field(default_factory=dict)
    is_renamed: bool = False
    board: bool = False

    @property
    def is_too_much(self) -> bool:
        """Whether the page is to be drawn anew, whatever else has been touched."""
        return self.board or len(self.placed | self.changed) > MOST


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile and where it goes: before the tile of `before`, or at the end of its list."""

    tile: Tile
    before: int | None


def fragments(event: Event) -> str | None:
    """What everybody who looks at the board has to be shown; None where the page is to be drawn anew."""
    return _fragments(event, _touched(_with_parts(event)))


def answer(
    event: Event, actor: Actor, *, card_id: int | None = None, level: int = 1, only_counts: bool = False
) -> str | None:
    """The fragments for the one who made the change, with a toast that offers the undo.

    `card_id` is the card they have open, whose page is drawn again where it changed; `level`
    is that of its heading, 2 in the dialog over a board.
    `only_counts` spares what moved, where the script has put it in place already.
    None means that the whole page is to be drawn anew.
    """
    parts: list[str] = []
    if event.id is not None:
        # What a script puts in place are moves, and these have no parts.
        seen = _touched([event] if only_counts else _with_parts(event))
        drawn = _only_counts(event, seen) if only_counts else _fragments(event, seen)
        if drawn is None:
            return None
        parts.append(drawn)
        if card_id is not None:
            if only_counts and _is_order_alone(event):
                seen.sections.get(card_id, set()).discard("checklists")
            parts.append(_card_sections(event, seen, actor, card_id, level))
        if ACCESS_KINDS & set(event.kinds):
            parts.append(_people(event, actor))
        parts.append(
            _draw(
                "streams/toast.html",
                text=sentences.notice(event),
                event_id=event.id if sentences.offers_undo(event) else None,
                is_undo=event.is_undo,
            )
        )
    return "".join(parts)


def _draw(template: str, **given: Any) -> str:
    """A fragment. Who looks at a page and what stands around it does not concern it, and is not looked up."""
    return current_app.jinja_env.get_template(template).render(given)


def _fragments(event: Event, seen: Touched) -> str | None:
    board = _board_of(event)
    if board is None:
        return ""
    if seen.labels:
        query = sa.select(CardLabel.card_id).where(CardLabel.label_id.in_(seen.labels)).limit(MOST + 1)
        seen.changed |= set(db.session.scalars(query))
    if seen.is_too_much:
        return None
    faces = tiles_of(board.id, seen.placed | seen.changed) if seen.placed or seen.changed else {}
    return _draw(
        "streams/board.html",
        board=board,
        gone=sorted(seen.placed),
        placed=_places([faces[each] for each in seen.placed if each in faces]),
        changed=[faces[each] for each in sorted(seen.changed - seen.placed) if each in faces],
        lists_gone=sorted(seen.lists_placed),
        lists_placed=_list_places(board.id, seen.lists_placed),
        counts=_counts(board.id, seen.counts | seen.lists_changed, seen.counts_of),
        names=sorted(seen.lists_changed),
        is_renamed=seen.is_renamed,
        may=_everything(),
    )


def _touched(events: Iterable[Event]) -> Touched:
    """What an event and its parts have touched, read from their changes alone, up to where it is too much."""
    seen = Touched()
    for event in events:
        for change in event.changes:
            _touch(seen, change, event.card_id)
        if seen.is_too_much:
            break
    return seen


def _touch(seen: Touched, change: dict[str, Any], card_id: int | None) -> None:
    kind, id_ = change["kind"], change["key"][0]
    before, after = change["before"] or {}, change["after"] or {}
    columns = set(before) | set(after)
    if kind == "card":
        if columns & _PLACE:
            seen.placed.add(id_)
            seen.counts |= {row["list_id"] for row in (before, after) if row.get("list_id")}
            if not (before.get("list_id") or after.get("list_id")):
                seen.counts_of.add(id_)
        else:
            seen.changed.add(id_)
        sections = seen.sections.setdefault(id_, {"activity"})
        for column in columns:
            sections |= _CARD_SECTIONS.get(column, set())
    elif kind == "list":
        (seen.lists_placed if columns & (_PLACE - {"list_id"}) else seen.lists_changed).add(id_)
    elif kind == "board":
        seen.is_renamed |= "name" in columns
        seen.board |= columns != {"name"}
    elif kind == "label":
        seen.labels.add(id_)
    if kind in _ON_CARD:
        # A thing that only changed does not say whose it is: the event does.
        card_id = before.get("card_id") or after.get("card_id") or card_id
        if kind in {"card_label", "assignment"}:
            card_id = id_
        if card_id is not None:
            seen.changed.add(card_id)
            seen.sections.setdefault(card_id, {"activity"}).update(_SECTIONS[kind])


def _with_parts(event: Event) -> Iterator[Event]:
    yield event
    query = sa.select(Event).where(Event.cause_id == event.id).order_by(Event.id).limit(_PARTS_AT_ONCE)
    parts = db.session.scalars(query).all()
    yield from parts
    while len(parts) == _PARTS_AT_ONCE:
        parts = db.session.scalars(query.where(Event.id > parts[-1].id)).all()
        yield from parts


def _board_of(event: Event) -> Board | None:
    return db.session.get(Board, event.board_id) if event.board_id is not None else None


def _places(tiles: list[Tile]) -> list[Placed]:
    """Tiles in order, each with the tile it is to stand before.

    That is the next one that stays where it is: the page looks up all places of an
    answer before it puts anything there, so none can be beside a tile of the same answer.
    """
    given = {"moved": [tile.id for tile in tiles]}
    rows = {row.id: row for row in db.session.execute(_followed_by(), given)} if tiles else {}
    return [Placed(tile, rows[tile.id].next) for tile in sorted(tiles, key=lambda tile: rows[tile.id].rank)]


def _list_places(board_id: int, ids: set[int]) -> list[tuple[board_page.Column, int | None]]:
    """Lists in order, each with the list it is to stand before: as with tiles, one that stays."""
    if not ids:
        return []
    order = list(
        db.session.scalars(
            sa.select(List.id)
            .where(List.board_id == board_id, List.archived_at.is_(None), List.deleted_at.is_(None))
            .order_by(List.rank)
        )
    )
    return [
        (column, next((id_ for id_ in order[order.index(column.id) + 1 :] if id_ not in ids), None))
        for column in board_page.columns(board_id, ids)
    ]


def _counts(board_id: int, lists: set[int], of_cards: set[int]) -> list[Any]:
    """Lists with their numbers of live cards: those named, and those that these cards are in."""
    if not lists and not of_cards:
        return []
    return list(db.session.execute(_counted(), {"board": board_id, "lists": list(lists), "cards": list(of_cards)}))


def _only_counts(event: Event, seen: Touched) -> str:
    if event.board_id is None:
        return ""
    return _draw("streams/counts.html", counts=_counts(event.board_id, seen.counts, seen.counts_of))


def _is_order_alone(event: Event) -> bool:
    """Whether nothing but the order of things has changed."""
    return all(set(change["after"] or {}) <= {"rank"} for change in event.changes)


def _card_sections(event: Event, seen: Touched, actor: Actor, card_id: int, level: int) -> str:
    wanted = seen.sections.get(card_id)
    card = db.session.get(Card, card_id) if wanted or event.card_id == card_id else None
    if card is None:
        return ""
    page: CardPage = card_page(actor, card)
    return _draw("streams/card.html", p=page, level=level, sections=sorted(wanted or {"activity", "head"}))


def _people(event: Event, actor: Actor) -> str:
    board = _board_of(event)
    if board is not None:
        return _draw("streams/people.html", page=board_people(actor, board), me=actor.id)
    workspace = db.session.get(Workspace, event.workspace_id)
    if workspace is None:
        return ""
    return _draw("streams/people.html", page=workspace_people(actor, workspace), me=actor.id)


def _everything() -> dict[str, bool]:
    """Fragments show every control; a page whose reader may do less hides them, and the action refuses."""
    return dict.fromkeys(BOARD_VERBS, True)


# Built once: building a statement takes longer than asking it.


@cache
def _followed_by() -> sa.Select[Any]:
    """Of cards the rank, and the next card of the list that is none of them."""
    card, following = Card.__table__.c, Card.__table__.alias()
    moved = sa.bindparam("moved", expanding=True, type_=sa.Integer)
    next_one = (
        sa.select(following.c.id)
        .where(following.c.list_id == card.list_id, following.c.rank > card.rank, following.c.id.not_in(moved))
        .where(following.c.archived_at.is_(None), following.c.deleted_at.is_(None))
        .order_by(following.c.rank)
        .limit(1)
        .correlate(Card.__table__)
    )
    return sa.select(card.id, card.rank, next_one.scalar_subquery().label("next")).where(card.id.in_(moved))


@cache
def _counted() -> sa.Select[Any]:
    """Lists by their ids or those of cards in them, with their numbers of live cards."""
    card, lists = Card.__table__.c, List.__table__.c
    count = (
        sa.select(sa.func.count())
        .where(card.board_id == lists.board_id, card.list_id == lists.id)
        .where(card.archived_at.is_(None), card.deleted_at.is_(None))
        .correlate(List.__table__)
        .scalar_subquery()
    )
    of_cards = sa.select(card.list_id).where(card.id.in_(sa.bindparam("cards", expanding=True)))
    return sa.select(lists.id, lists.name, lists.wip_limit, count.label("count")).where(
        lists.board_id == sa.bindparam("board"),
        sa.or_(lists.id.in_(sa.bindparam("lists", expanding=True)), lists.id.in_(of_cards)),
    )
