"""A board as its page shows it, and single tiles of it.

Rows, not objects: a board of a thousand cards is read in four statements whatever its
size, and only the first cards of a long list are carried over; the rest come as they
are scrolled to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from kanban.models import (
    Actor,
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
    Star,
    User,
    Visit,
    Workspace,
)
from kanban.models.users import hue_of
from kanban.policies import role_on, verbs_on
from kanban.support.db import db
from kanban.support.text import initials

FIRST = 50  # cards of a list that are drawn at once


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
    labels: Sequence[LabelFace]
    people: Sequence[PersonFace]
    zone: str  # the board's, in which its due words are said


@dataclass(slots=True)
class Column:
    """A list as its board shows it: `tiles` are the first, `more` is how many follow them."""

    id: int
    name: str
    wip_limit: int | None
    count: int
    tiles: list[Tile]
    more: int

    @property
    def last_id(self) -> int | None:
        return self.tiles[-1].id if self.tiles else None


@dataclass(slots=True)
class BoardPage:
    """All that a board's page needs; `seen_at` is when the actor's last visit was noted."""

    board: Board
    workspace_name: str
    role: str | None
    may: dict[str, bool]
    starred: bool
    seen_at: datetime | None
    columns: list[Column]


def board_page(actor: Actor, board: Board) -> BoardPage:
    """The page of a board that the actor may see."""
    starred = sa.exists().where(Star.board_id == board.id, Star.user_id == actor.id)
    seen_at = sa.select(Visit.seen_at).where(Visit.board_id == board.id, Visit.user_id == actor.id).scalar_subquery()
    around = db.session.execute(
        sa.select(Workspace.name, starred.label("starred"), seen_at.label("seen_at")).where(
            Workspace.id == board.workspace_id
        )
    ).one()
    return BoardPage(
        board=board,
        workspace_name=around.name,
        role=role_on(actor, board),
        may=verbs_on(actor, board),
        starred=bool(around.starred),
        seen_at=around.seen_at,
        columns=columns(board.id),
    )


def columns(board_id: int, list_ids: Iterable[int] | None = None) -> list[Column]:
    """The live lists of a board in order, or those of them that are named."""
    wanted = sa.select(List.id, List.name, List.wip_limit).where(
        List.board_id == board_id, List.archived_at.is_(None), List.deleted_at.is_(None)
    )
    if list_ids is not None:
        wanted = wanted.where(List.id.in_(list(list_ids)))
    lists = db.session.execute(wanted.order_by(List.rank)).all()
    place = (
        sa.select(
            Card.id,
            sa.func.row_number().over(partition_by=Card.list_id, order_by=Card.rank).label("place"),
            sa.func.count().over(partition_by=Card.list_id).label("count"),
        )
        .where(Card.board_id == board_id, Card.archived_at.is_(None), Card.deleted_at.is_(None))
        .where(Card.list_id.in_([row.id for row in lists]) if list_ids is not None else sa.true())
        .subquery()
    )
    rows = db.session.execute(
        _faces(place.c.place, place.c.count)
        .join(place, place.c.id == Card.id)
        .where(place.c.place <= FIRST)
        .order_by(Card.list_id, place.c.place)
    ).all()
    faces = _Faces(board_id)
    by_list: dict[int, list[Tile]] = {}
    counts: dict[int, int] = {}
    for row in rows:
        by_list.setdefault(row.list_id, []).append(faces.tile(row))
        counts[row.list_id] = row.count
    return [
        Column(
            id=row.id,
            name=row.name,
            wip_limit=row.wip_limit,
            count=counts.get(row.id, 0),
            tiles=by_list.get(row.id, []),
            more=max(0, counts.get(row.id, 0) - FIRST),
        )
        for row in lists
    ]


def tiles(board_id: int, card_ids: Iterable[int]) -> dict[int, Tile]:
    """Tiles of live cards of a board by id; a card that is not live is left out."""
    query = _faces().where(
        Card.id.in_(list(card_ids)), Card.board_id == board_id, Card.archived_at.is_(None), Card.deleted_at.is_(None)
    )
    rows = db.session.execute(query).all()
    faces = _Faces(
        board_id,
        label_ids={int(part) for row in rows for part in (row.label_ids or "").split(",") if part},
        user_ids={int(part) for row in rows for part in (row.user_ids or "").split(",") if part},
    )
    return {row.id: faces.tile(row) for row in rows}


def rest_of(card_list: List, after: Card | None, *, most: int) -> Column:
    """A list from the card after `after` on, or from its top: at most `most` tiles, and how many follow them."""
    query = (
        _faces(sa.func.count().over().label("left"))
        .where(Card.list_id == card_list.id, Card.board_id == card_list.board_id)
        .where(Card.archived_at.is_(None), Card.deleted_at.is_(None))
        .order_by(Card.rank)
        .limit(most)
    )
    rows = db.session.execute(query if after is None else query.where(Card.rank > after.rank)).all()
    faces = _Faces(card_list.board_id)
    return Column(
        id=card_list.id,
        name=card_list.name,
        wip_limit=card_list.wip_limit,
        count=card_list.card_count,
        tiles=[faces.tile(row) for row in rows],
        more=rows[0].left - len(rows) if rows else 0,
    )


def _faces(*extra: Any) -> sa.Select[Any]:
    """One row a card with all that its tile shows, counts and the ids of labels and people included."""

    def count(model: Any, *where: Any) -> Any:
        return (
            sa.select(sa.func.count())
            .select_from(model)
            .where(model.board_id == Card.board_id, model.card_id == Card.id, model.deleted_at.is_(None), *where)
            .correlate(Card)
            .scalar_subquery()
        )

    def ids(model: Any, column: Any) -> Any:
        return (
            sa.select(sa.func.aggregate_strings(sa.cast(column, sa.String), ","))
            .where(model.card_id == Card.id)
            .correlate(Card)
            .scalar_subquery()
        )

    return sa.select(
        Card.id,
        Card.number,
        Card.title,
        Card.list_id,
        Card.due_at,
        Card.due_has_time,
        Card.completed_at,
        Card.cover_color,
        (Card.description != "").label("has_description"),
        count(Comment).label("comment_count"),
        count(Attachment).label("attachment_count"),
        count(Item, Item.checklist_id.in_(_live_checklists())).label("item_count"),
        count(Item, Item.completed_at.is_not(None), Item.checklist_id.in_(_live_checklists())).label("item_done_count"),
        ids(CardLabel, CardLabel.label_id).label("label_ids"),
        ids(Assignment, Assignment.user_id).label("user_ids"),
        *extra,
    )


def _live_checklists() -> Any:
    return sa.select(Checklist.id).where(Checklist.card_id == Card.id, Checklist.deleted_at.is_(None)).correlate(Card)


class _Faces:
    """The labels and people of a board, so that each is built once and shared by all tiles."""

    def __init__(self, board_id: int, label_ids: set[int] | None = None, user_ids: set[int] | None = None) -> None:
        board = db.session.get(Board, board_id)
        self._zone = board.time_zone if board is not None else "UTC"
        self._labels: dict[str, LabelFace] = {}
        if label_ids is None or label_ids:
            labels = sa.select(Label.id, Label.name, Label.color).where(
                Label.board_id == board_id, Label.deleted_at.is_(None)
            )
            for row in db.session.execute(labels if label_ids is None else labels.where(Label.id.in_(label_ids))):
                self._labels[str(row.id)] = LabelFace(row.id, row.name, row.color)
        self._people: dict[str, PersonFace] = {}
        if user_ids is None or user_ids:
            people = sa.select(User.id, User.name).where(
                User.id.in_(user_ids)
                if user_ids is not None
                else User.id.in_(sa.select(Assignment.user_id).where(Assignment.board_id == board_id))
            )
            for row in db.session.execute(people):
                self._people[str(row.id)] = PersonFace(row.id, row.name, initials(row.name), hue_of(row.id))
        self._label_sets: dict[str | None, tuple[LabelFace, ...]] = {None: ()}
        self._people_sets: dict[str | None, tuple[PersonFace, ...]] = {None: ()}

    def tile(self, row: Any) -> Tile:
        labels = self._label_sets.get(row.label_ids)
        if labels is None:
            found = [self._labels[part] for part in row.label_ids.split(",") if part in self._labels]
            labels = self._label_sets[row.label_ids] = tuple(sorted(found))
        people = self._people_sets.get(row.user_ids)
        if people is None:
            there = [self._people[part] for part in row.user_ids.split(",") if part in self._people]
            people = self._people_sets[row.user_ids] = tuple(there)
        return Tile(
            row.id,
            row.number,
            row.title,
            row.list_id,
            row.due_at,
            row.due_has_time,
            row.completed_at,
            row.cover_color,
            row.has_description,
            row.comment_count,
            row.attachment_count,
            row.item_count,
            row.item_done_count,
            labels,
            people,
            self._zone,
        )
