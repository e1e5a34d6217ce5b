"""Where a card or a list could go: the boards, lists and neighbours of the plain move page."""

from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from kanban.models import Actor, Board, Card, Checklist, Item, List
from kanban.policies import may, remember_role, role_column, role_from, visible_to
from kanban.support.db import db

NEIGHBOURS = 200


class Spot(NamedTuple):
    """A neighbour to stand after: a card or a list."""

    id: int
    name: str


@dataclass(slots=True)
class ListPlace:
    """A list one could move into, with its first live cards in order."""

    id: int
    name: str
    count: int
    wip_limit: int | None
    cards: list[Spot]

    @property
    def is_full(self) -> bool:
        return self.wip_limit is not None and self.count >= self.wip_limit


@dataclass(slots=True)
class Places:
    """Boards one may write to, and the lists of the one that is chosen."""

    boards: list[Board]
    lists: list[ListPlace]


def places(actor: Actor, board: Board, card: Card | None = None) -> Places:
    """Where things may go: all boards the actor may edit, and the lists of `board` without `card`."""
    return Places(_boards_to_edit(actor), lists_of(board, card))


def lists_of(board: Board, card: Card | None = None) -> list[ListPlace]:
    """The live lists of a board in order, with the first cards of each; `card` is not offered."""
    cards = (
        sa.select(
            Card.id,
            Card.title,
            Card.list_id,
            sa.func.row_number().over(partition_by=Card.list_id, order_by=Card.rank).label("place"),
            sa.func.count().over(partition_by=Card.list_id).label("cards"),
        )
        .where(Card.board_id == board.id, Card.archived_at.is_(None), Card.deleted_at.is_(None))
        .subquery()
    )
    query = (
        sa.select(List.id, List.name, List.wip_limit, cards.c.id.label("card_id"), cards.c.title, cards.c.cards)
        .outerjoin(cards, sa.and_(cards.c.list_id == List.id, cards.c.place <= NEIGHBOURS))
        .where(List.board_id == board.id, List.archived_at.is_(None), List.deleted_at.is_(None))
        .order_by(List.rank, cards.c.place)
    )
    found: dict[int, ListPlace] = {}
    for row in db.session.execute(query):
        place = found.setdefault(row.id, ListPlace(row.id, row.name, row.cards or 0, row.wip_limit, []))
        if row.card_id is not None and (card is None or row.card_id != card.id):
            place.cards.append(Spot(row.card_id, row.title))
    return list(found.values())


def following_card(card: Card, moving: Card | None = None) -> Card | None:
    """The live card that comes after another in its list, `moving` not counted."""
    query = (
        sa.select(Card)
        .where(Card.list_id == card.list_id, Card.rank > card.rank)
        .where(Card.archived_at.is_(None), Card.deleted_at.is_(None))
        .order_by(Card.rank)
        .limit(1)
    )
    return db.session.scalar(query if moving is None else query.where(Card.id != moving.id))


def following_list(thing: List, moving: List | None = None) -> List | None:
    """The live list that comes after another on its board, `moving` not counted."""
    query = (
        sa.select(List)
        .where(List.board_id == thing.board_id, List.rank > thing.rank)
        .where(List.archived_at.is_(None), List.deleted_at.is_(None))
        .order_by(List.rank)
        .limit(1)
    )
    return db.session.scalar(query if moving is None else query.where(List.id != moving.id))


def following_checklist(thing: Checklist, moving: Checklist | None = None) -> Checklist | None:
    """The checklist that comes after another on its card, `moving` not counted."""
    query = (
        sa.select(Checklist)
        .where(Checklist.card_id == thing.card_id, Checklist.rank > thing.rank, Checklist.deleted_at.is_(None))
        .order_by(Checklist.rank)
        .limit(1)
    )
    return db.session.scalar(query if moving is None else query.where(Checklist.id != moving.id))


def following_item(item: Item, moving: Item | None = None) -> Item | None:
    """The item that comes after another in its checklist, `moving` not counted."""
    query = (
        sa.select(Item)
        .where(Item.checklist_id == item.checklist_id, Item.rank > item.rank, Item.deleted_at.is_(None))
        .order_by(Item.rank)
        .limit(1)
    )
    return db.session.scalar(query if moving is None else query.where(Item.id != moving.id))


def _boards_to_edit(actor: Actor) -> list[Board]:
    """By name, the boards a person may write to."""
    query = (
        sa.select(Board, role_column(actor.id))
        .where(Board.id.in_(visible_to(actor)), Board.archived_at.is_(None))
        .order_by(Board.name, Board.id)
    )
    boards = []
    for board, role in db.session.execute(query):
        remember_role(actor, board, role_from(role, board.visibility, board.workspace_role))
        boards.append(board)
    return [board for board in boards if may(actor, "edit", board)]
