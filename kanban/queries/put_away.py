"""What was archived or deleted on a board and can be brought back."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kanban.models import Board, Card, List
from kanban.support.db import db

PAGE = 100


@dataclass(slots=True)
class PutAway:
    """Lists, and a page of cards, the newest first; `next_id` is the card to go on after, if there are more."""

    lists: list[List]
    cards: list[Card]
    next_id: int | None


def put_away(board: Board, *, before_id: int | None = None) -> PutAway:
    """The archived and deleted lists and cards of a board; `before_id` as `next_id` of the page before."""
    since = sa.func.coalesce(Card.deleted_at, Card.archived_at)
    query = (
        sa.select(Card)
        .where(Card.board_id == board.id, _is_away(Card))
        .order_by(since.desc(), Card.id.desc())
        .limit(PAGE + 1)
        .options(joinedload(Card.list))
    )
    if before_id is not None:
        mark = sa.select(since, Card.id).where(Card.id == before_id, Card.board_id == board.id)
        found = db.session.execute(mark).one_or_none()
        if found is not None and found[0] is not None:
            query = query.where(sa.or_(since < found[0], sa.and_(since == found[0], Card.id < found[1])))
    cards = list(db.session.scalars(query))
    lists = sa.select(List).where(List.board_id == board.id, _is_away(List))
    newest = sa.func.coalesce(List.deleted_at, List.archived_at).desc()
    return PutAway(
        lists=[] if before_id is not None else list(db.session.scalars(lists.order_by(newest, List.id.desc()))),
        cards=cards[:PAGE],
        next_id=cards[PAGE - 1].id if len(cards) > PAGE else None,
    )


def _is_away(model: Any) -> Any:
    return sa.or_(model.archived_at.is_not(None), model.deleted_at.is_not(None))
