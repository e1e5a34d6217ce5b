"""Copies of cards, with as much of what is on them as one wants."""

from collections.abc import Collection

import sqlalchemy as sa

from kanban.actions import values
from kanban.actions.cards import open_for
from kanban.actions.repeats import earlier_event
from kanban.actions.room import WipLimitReached, room_for_cards
from kanban.actions.states import still_there
from kanban.eventlog import recording
from kanban.models import (
    Actor,
    Assignment,
    Attachment,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Event,
    Item,
    Label,
    List,
    User,
    limits,
)
from kanban.models.ordering import ranks_before
from kanban.policies import allow, role_on
from kanban.support.db import db


def copy_card(
    actor: Actor,
    card: Card,
    *,
    to: List,
    before: Card | None = None,
    title: str | None = None,
    keep: Collection[str] = ("labels", "people", "checklists", "attachments"),
    insist: bool = False,
    once: str | None = None,
) -> Event:
    """Make a copy of a card in a list, with what `keep` names of it (also "comments").

    Whoever copies must be allowed to read the card and to write to the list's board.
    """
    with recording(actor, "card.copied", lock=[to.board], fresh=[to, before]) as event:
        # Read under this lock, though it may stand on another board: nothing of it is written.
        db.session.refresh(card)
        allow(actor, "see", card)
        allow(actor, "edit", to)
        if earlier := earlier_event(actor, once):
            return earlier
        still_there(card)
        open_for(to, before)
        board = to.board
        room_for_cards(board.id, 1)
        if not insist and to.is_full:
            raise WipLimitReached(to)
        board.last_number += 1
        copy = Card(
            board_id=board.id,
            board=board,
            list_id=to.id,
            list=to,
            number=board.last_number,
            title=values.line(title, limits.TITLE, "title") if title is not None else card.title,
            description=card.description,
            rank=ranks_before(Card, to.id, before, 1)[0],
            start_at=card.start_at,
            due_at=card.due_at,
            due_has_time=card.due_has_time,
            cover_color=card.cover_color,
            created_by_id=actor.id,
        )
        db.session.add(copy)
        db.session.flush()
        for part, add in _PARTS.items():
            if part in keep:
                add(card, copy)
        event.subject = copy
        event.once = once
        event.detail = {"name": copy.title, "list": to.name}
    return event


def _copy_labels(card: Card, copy: Card) -> None:
    query = sa.select(Label).join(CardLabel, CardLabel.label_id == Label.id)
    for label in db.session.scalars(query.where(CardLabel.card_id == card.id, Label.deleted_at.is_(None))).all():
        found: Label | None = label
        if label.board_id != copy.board_id:
            found = db.session.scalar(
                sa.select(Label)
                .where(
                    Label.board_id == copy.board_id,
                    Label.name == label.name,
                    Label.color == label.color,
                    Label.deleted_at.is_(None),
                )
                .order_by(Label.id)
            )
        if found is None:
            found = Label(board_id=copy.board_id, name=label.name, color=label.color)
            db.session.add(found)
            db.session.flush()
        db.session.merge(CardLabel(card_id=copy.id, label_id=found.id, board_id=copy.board_id))
        db.session.flush()


def _copy_people(card: Card, copy: Card) -> None:
    query = sa.select(User).join(Assignment, Assignment.user_id == User.id).where(Assignment.card_id == card.id)
    for person in db.session.scalars(query).all():
        if card.board_id == copy.board_id or role_on(Actor(person), copy.board) is not None:
            db.session.add(Assignment(card_id=copy.id, user_id=person.id, board_id=copy.board_id))


def _copy_checklists(card: Card, copy: Card) -> None:
    for checklist in db.session.scalars(
        sa.select(Checklist).where(Checklist.card_id == card.id, Checklist.deleted_at.is_(None))
    ).all():
        twin = Checklist(board_id=copy.board_id, card_id=copy.id, title=checklist.title, rank=checklist.rank)
        db.session.add(twin)
        db.session.flush()
        for item in db.session.scalars(
            sa.select(Item).where(Item.checklist_id == checklist.id, Item.deleted_at.is_(None))
        ).all():
            db.session.add(
                Item(
                    board_id=copy.board_id,
                    card_id=copy.id,
                    checklist_id=twin.id,
                    text=item.text,
                    rank=item.rank,
                    due_at=item.due_at,
                )
            )


def _copy_attachments(card: Card, copy: Card) -> None:
    for each in db.session.scalars(
        sa.select(Attachment).where(Attachment.card_id == card.id, Attachment.deleted_at.is_(None))
    ).all():
        db.session.add(
            Attachment(
                board_id=copy.board_id,
                card_id=copy.id,
                storage=each.storage,
                title=each.title,
                url=each.url,
                size=each.size,
                media_type=each.media_type,
                added_by_id=each.added_by_id,
            )
        )


def _copy_comments(card: Card, copy: Card) -> None:
    for each in db.session.scalars(
        sa.select(Comment).where(Comment.card_id == card.id, Comment.deleted_at.is_(None)).order_by(Comment.id)
    ).all():
        db.session.add(
            Comment(
                board_id=copy.board_id,
                card_id=copy.id,
                author_id=each.author_id,
                body=each.body,
                created_at=each.created_at,
                edited_at=each.edited_at,
            )
        )


_PARTS = {
    "labels": _copy_labels,
    "people": _copy_people,
    "checklists": _copy_checklists,
    "attachments": _copy_attachments,
    "comments": _copy_comments,
}
