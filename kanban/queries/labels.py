"""The labels of a board, and which of them a card has."""

import sqlalchemy as sa

from kanban.models import Board, Card, CardLabel, Label
from kanban.support.db import db


def board_labels(board: Board) -> list[Label]:
    """The labels a board has, in the order in which they were made."""
    query = sa.select(Label).where(Label.board_id == board.id, Label.deleted_at.is_(None)).order_by(Label.id)
    return list(db.session.scalars(query))


def label_uses(board: Board) -> dict[int, int]:
    """By the id of a label, how many live cards have it; a label that none has is left out."""
    query = (
        sa.select(CardLabel.label_id, sa.func.count().label("cards"))
        .join(Card, Card.id == CardLabel.card_id)
        # Both say the board: else the database reads all cards there are.
        .where(CardLabel.board_id == board.id, Card.board_id == board.id)
        .where(Card.archived_at.is_(None), Card.deleted_at.is_(None))
        .group_by(CardLabel.label_id)
    )
    return {row.label_id: row.cards for row in db.session.execute(query)}


def card_label_ids(card: Card) -> set[int]:
    """Ids of the labels on a card."""
    return set(db.session.scalars(sa.select(CardLabel.label_id).where(CardLabel.card_id == card.id)))
