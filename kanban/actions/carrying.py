"""What goes along when a card goes to another board."""

from typing import Any

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
    User,
    Watch,
)
from kanban.policies import role_on
from kanban.support.db import db

_ON_CARD: tuple[Any, ...] = (Checklist, Item, Comment, Attachment, Watch)


def carry_over(card: Card, board: Board) -> None:
    """Give a card the next number of another board, and take along all that is on it."""
    board.last_number += 1
    # All at once: the number may be another card's on the old board.
    card.number, card.board_id, card.board = board.last_number, board.id, board
    settle(card)


def settle(card: Card) -> None:
    """Make all that is on a card its board's own; what cannot be is left behind."""
    _settle_labels(card)
    _settle_people(card)
    for model in _ON_CARD:
        strays = sa.select(model).where(model.card_id == card.id, model.board_id != card.board_id)
        for thing in db.session.scalars(strays).all():
            thing.board_id = card.board_id


def _settle_labels(card: Card) -> None:
    """Put the board's labels of the same name and colour in the place of another board's."""
    query = sa.select(CardLabel, Label).join(Label, Label.id == CardLabel.label_id)
    strays = db.session.execute(query.where(CardLabel.card_id == card.id, Label.board_id != card.board_id)).all()
    if not strays:
        return
    live = sa.select(Label).where(Label.board_id == card.board_id, Label.deleted_at.is_(None))
    there = {(label.name, label.color): label for label in db.session.scalars(live.order_by(Label.id.desc()))}
    on_card = set(db.session.scalars(sa.select(CardLabel.label_id).where(CardLabel.card_id == card.id)))
    for link, _label in strays:
        db.session.delete(link)
    for name, color in dict.fromkeys((label.name, label.color) for _link, label in strays if not label.is_deleted):
        label = there.get((name, color))
        if label is None:
            label = Label(board_id=card.board_id, board=card.board, name=name, color=color)
            db.session.add(label)
            db.session.flush()
        if label.id not in on_card:
            db.session.add(CardLabel(card_id=card.id, label_id=label.id, board_id=card.board_id))


def _settle_people(card: Card) -> None:
    """Take off those who cannot see the board: being on a card must not become a way to see it."""
    strays = sa.select(Assignment).where(Assignment.card_id == card.id, Assignment.board_id != card.board_id)
    for assignment in db.session.scalars(strays).all():
        if _may_be_on(assignment.user_id, card.board):
            assignment.board_id = card.board_id
        else:
            db.session.delete(assignment)
    for item in db.session.scalars(
        sa.select(Item).where(Item.card_id == card.id, Item.board_id != card.board_id, Item.assignee_id.is_not(None))
    ).all():
        if not _may_be_on(item.assignee_id, card.board):
            item.assignee_id = None


def _may_be_on(user_id: int | None, board: Board) -> bool:
    person = db.session.get_one(User, user_id)
    return person.is_placeholder or role_on(Actor(person), board) is not None
