"""A card as whoever holds a share link sees it: what stands on it, and no more of its people than tiles show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kanban.models import Attachment, Board, Card, Comment, User
from kanban.models import List as CardList
from kanban.policies import BOARD_VERBS
from kanban.queries.card_page import ChecklistView, attachments_of, checklists_of
from kanban.queries.tiles import LabelFace, PersonFace, tiles
from kanban.support.db import db

RECENT = 200  # comments that are shown
NOTHING = dict.fromkeys(BOARD_VERBS, False)


class Said(NamedTuple):
    """A comment, as a line of activity that nobody can change."""

    comment: Comment
    person: PersonFace | None
    at: datetime
    may_edit: bool = False
    may_delete: bool = False


@dataclass(frozen=True, slots=True)
class SharedCard:
    """What the parts of a card's page need of it. There is no viewer: times are those of the board."""

    card: Card
    board: Board
    list: CardList
    position: int
    siblings: int
    labels: Sequence[LabelFace]
    people: Sequence[PersonFace]
    checklists: Sequence[ChecklistView]
    attachments: Sequence[Attachment]
    comments: Sequence[Said]
    may: dict[str, bool]
    viewer: None = None


def shared_card(board: Board, card_id: int) -> SharedCard | None:
    """A live card of this very board, or None."""
    found = tiles(board.id, [card_id]).get(card_id)
    card = db.session.get(Card, card_id) if found is not None else None
    if found is None or card is None or card.list.archived_at is not None or card.list.deleted_at is not None:
        return None
    place = db.session.execute(_place(card)).one()
    return SharedCard(
        card=card,
        board=board,
        list=card.list,
        position=place.position,
        siblings=place.siblings,
        labels=found.labels,
        people=found.people,
        checklists=checklists_of(card),
        attachments=attachments_of(card),
        comments=[Said(each, _face(each.author), each.created_at) for each in db.session.scalars(_comments(card))],
        may=NOTHING,
    )


def _place(card: Card) -> sa.Select[int, int]:
    return sa.select(
        sa.func.count().label("siblings"), sa.func.count().filter(Card.rank <= card.rank).label("position")
    ).where(
        Card.list_id == card.list_id,
        Card.board_id == card.board_id,
        Card.archived_at.is_(None),
        Card.deleted_at.is_(None),
    )


def _comments(card: Card) -> sa.Select[Any]:
    return (
        sa.select(Comment)
        .where(Comment.card_id == card.id, Comment.board_id == card.board_id, Comment.deleted_at.is_(None))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(RECENT)
        .options(joinedload(Comment.author))
    )


def _face(user: User | None) -> PersonFace | None:
    return PersonFace(user.id, user.name, user.initials, user.hue) if user is not None else None
