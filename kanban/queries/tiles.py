"""Tiles: cards as they stand in lists, read as rows.

Rows, not objects, and statements that are built once: a page shows hundreds of tiles.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from kanban.models import (
    Assignment,
    Attachment,
    Board,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Item,
    Label,
    List,
    User,
)
from kanban.models.users import hue_of
from kanban.support.db import db
from kanban.support.text import initials

FIRST = 50  # cards of a list that are drawn at once

_cards, _lists = Card.__table__.c, List.__table__.c
_board = sa.bindparam("board", type_=sa.Integer)
_ids = sa.bindparam("ids", expanding=True, type_=sa.Integer)


class LabelFace(NamedTuple):
    """A label as a tile shows it."""

    id: int
    name: str
    color: str


class PersonFace(NamedTuple):
    """A person as a tile shows them; `hue` is one of six avatar colours."""

    id: int
    name: str
    initials: str
    hue: int
    # The name of their picture, if they have one.
    avatar: str | None = None


class Tile(NamedTuple):
    """A card as it stands in a list."""

    id: int
    number: int
    title: str
    list_id: int
    due_at: datetime | None
    due_has_time: bool
    completed_at: datetime | None
    cover_color: str | None
    has_description: bool
    comment_count: int
    attachment_count: int
    item_count: int
    item_done_count: int
    labels: tuple[LabelFace, ...]
    people: tuple[PersonFace, ...]
    zone: str  # the board's, in which its due words are said


def first_tiles(board_id: int, list_ids: Collection[int] | None = None) -> dict[int, list[Tile]]:
    """The first tiles of each live list of a board by its id, in order; or of those lists that are named."""
    given = {"board": board_id} if list_ids is None else {"board": board_id, "ids": list(list_ids)}
    rows = db.session.execute(_first(list_ids is not None), given).all()
    faces = _Faces(board_id)
    found: dict[int, list[Tile]] = {}
    for row in rows:
        tile = faces.tile(row)
        found.setdefault(tile.list_id, []).append(tile)
    return found


def tiles(board_id: int, card_ids: Iterable[int]) -> dict[int, Tile]:
    """Tiles of live cards of a board by id; a card that is not live is left out."""
    ids = list(card_ids)
    rows = db.session.execute(_some(), {"board": board_id, "ids": ids}).all()
    faces = _Faces(board_id, ids)
    return {row.id: faces.tile(row) for row in rows}


def tiles_after(card_list: List, after: Card | None, *, most: int) -> tuple[list[Tile], int]:
    """At most `most` tiles of a list from the card after `after` on, or from its top; and how many follow them."""
    query = (
        _rows(sa.func.count().over().label("left"))
        .where(_cards.list_id == card_list.id, _cards.board_id == card_list.board_id, *_live(_cards))
        .order_by(_cards.rank)
        .limit(most)
    )
    rows = db.session.execute(query if after is None else query.where(_cards.rank > after.rank)).all()
    faces = _Faces(card_list.board_id)
    return [faces.tile(row) for row in rows], rows[0].left - len(rows) if rows else 0


@cache
def _first(named: bool) -> sa.Select[Any]:
    """Rows of the first cards of lists.

    The rank of the last card wanted of each list comes first, by a few steps in the index
    of each: then this takes as long on a board of five thousand cards as on one of five hundred.
    """
    card = Card.__table__.alias()
    ranks = (
        sa.select(card.c.rank)
        .where(card.c.board_id == _lists.board_id, card.c.list_id == _lists.id, *_live(card.c))
        .order_by(card.c.rank)
        .limit(FIRST)
        .correlate(List.__table__)
        .subquery()
    )
    wanted = sa.select(
        _lists.id, _lists.board_id, sa.select(sa.func.max(ranks.c.rank)).scalar_subquery().label("last")
    ).where(_lists.board_id == _board, *_live(_lists))
    # Materialised, so that no planner begins with all cards of the board.
    first = (wanted.where(_lists.id.in_(_ids)) if named else wanted).cte().prefix_with("MATERIALIZED")
    return (
        _rows()
        .join(
            first,
            sa.and_(_cards.board_id == first.c.board_id, _cards.list_id == first.c.id, _cards.rank <= first.c.last),
        )
        .where(*_live(_cards))
        .order_by(_cards.list_id, _cards.rank)
    )


@cache
def _some() -> sa.Select[Any]:
    """Rows of single cards."""
    return _rows().where(_cards.id.in_(_ids), _cards.board_id == _board, *_live(_cards))


def _rows(*extra: Any) -> sa.Select[Any]:
    """One row a card: the columns of a tile in its order, then the ids of labels and people."""
    checklists = Checklist.__table__.c
    live_checklists = (
        sa.select(checklists.id)
        .where(checklists.card_id == _cards.id, checklists.deleted_at.is_(None))
        .correlate(Card.__table__)
    )

    def count(model: Any, *where: Any) -> Any:
        rows = model.__table__.c
        return (
            sa.select(sa.func.count())
            .where(rows.board_id == _cards.board_id, rows.card_id == _cards.id, rows.deleted_at.is_(None), *where)
            .correlate(Card.__table__)
            .scalar_subquery()
        )

    def ids(model: Any, column: str) -> Any:
        rows = model.__table__.c
        return (
            sa.select(sa.func.aggregate_strings(sa.cast(rows[column], sa.String), ","))
            .where(rows.card_id == _cards.id)
            .correlate(Card.__table__)
            .scalar_subquery()
        )

    items = Item.__table__.c
    on_card = items.checklist_id.in_(live_checklists)
    return sa.select(
        _cards.id,
        _cards.number,
        _cards.title,
        _cards.list_id,
        _cards.due_at,
        _cards.due_has_time,
        _cards.completed_at,
        _cards.cover_color,
        (_cards.description != "").label("has_description"),
        count(Comment).label("comment_count"),
        count(Attachment).label("attachment_count"),
        count(Item, on_card).label("item_count"),
        count(Item, on_card, items.completed_at.is_not(None)).label("item_done_count"),
        ids(CardLabel, "label_id").label("label_ids"),
        ids(Assignment, "user_id").label("user_ids"),
        *extra,
    )


@cache
def _labels_and_people(of_cards: bool) -> sa.CompoundSelect[Any]:
    """The labels of a board and the people on its cards; or those of some cards alone."""
    labels, people = Label.__table__.c, User.__table__.c
    on, by = CardLabel.__table__.c, Assignment.__table__.c
    own = sa.select(sa.literal("label"), labels.id, labels.name, labels.color).where(
        labels.board_id == _board, labels.deleted_at.is_(None)
    )
    there = sa.select(by.user_id).where(by.board_id == _board)
    if of_cards:
        own = own.where(labels.id.in_(sa.select(on.label_id).where(on.card_id.in_(_ids))))
        there = sa.select(by.user_id).where(by.card_id.in_(_ids))
    return sa.union_all(
        own, sa.select(sa.literal("person"), people.id, people.name, people.avatar).where(people.id.in_(there))
    )


def _live(columns: Any) -> tuple[Any, Any]:
    return columns.archived_at.is_(None), columns.deleted_at.is_(None)


class _Faces:
    """The labels and people of a board, so that each is built once and shared by all tiles."""

    def __init__(self, board_id: int, card_ids: list[int] | None = None) -> None:
        board = db.session.get(Board, board_id)
        self._zone = board.time_zone if board is not None else "UTC"
        self._labels: dict[str, LabelFace] = {}
        self._people: dict[str, PersonFace] = {}
        given: dict[str, Any] = {"board": board_id} if card_ids is None else {"board": board_id, "ids": card_ids}
        for kind, id_, name, extra in db.session.execute(_labels_and_people(card_ids is not None), given):
            if kind == "label":
                self._labels[str(id_)] = LabelFace(id_, name, extra)
            else:
                self._people[str(id_)] = PersonFace(id_, name, initials(name), hue_of(id_), extra)
        self._sets: dict[tuple[bool, str], tuple[Any, ...]] = {}

    def tile(self, row: Any) -> Tile:
        """A row as a tile."""
        labels = self._set(True, row[13]) if row[13] else ()
        people = self._set(False, row[14]) if row[14] else ()
        return Tile._make((*row[:13], labels, people, self._zone))

    def _set(self, of_labels: bool, ids: str) -> tuple[Any, ...]:
        """The faces of ids with commas, in order; most cards share theirs with others."""
        found = self._sets.get((of_labels, ids))
        if found is None:
            faces: dict[str, Any] = self._labels if of_labels else self._people
            found = tuple(sorted(faces[id_] for id_ in ids.split(",") if id_ in faces))
            self._sets[of_labels, ids] = found
        return found
