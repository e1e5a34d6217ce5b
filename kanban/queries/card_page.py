"""A card as its page and its dialog show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kanban.models import (
    Actor,
    Assignment,
    Attachment,
    Board,
    BoardMember,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Event,
    Item,
    Label,
    User,
    Watch,
    WorkspaceMember,
)
from kanban.models import List as CardList
from kanban.policies import verbs_on
from kanban.queries.events import Line, lines_of
from kanban.support.db import db

RECENT = 50  # lines of activity that are shown at once


@dataclass(slots=True)
class ChecklistView:
    """A checklist with its items in order."""

    id: int
    title: str
    items: list[Item]

    @property
    def done(self) -> int:
        return sum(1 for item in self.items if item.completed_at is not None)


@dataclass(slots=True)
class CardPage:
    """All that a card's page needs; `position` counts from 1 among `siblings` in its list."""

    card: Card
    board: Board
    list: CardList
    position: int
    siblings: int
    may: dict[str, bool]
    labels: Sequence[Label]
    board_labels: Sequence[Label]
    people: Sequence[User]
    board_people: Sequence[User]
    checklists: Sequence[ChecklistView]
    attachments: Sequence[Attachment]
    activity: Sequence[Line]
    comment_count: int
    has_more_activity: bool
    watching: bool
    created_by: User | None
    viewer: User


def card_page(actor: Actor, card: Card, *, recent: int = RECENT) -> CardPage:
    """The page of a card that the actor may see, with its `recent` newest lines of activity."""
    may = verbs_on(actor, card.board)
    position, siblings = _place(card)
    labels, board_labels = _labels(card)
    people, board_people = _people(card)
    comments = _comments(card, recent)
    lines = [_comment_line(actor, may, comment) for comment in comments]
    lines += _change_lines(card, may, recent)
    lines.sort(key=lambda line: line.at, reverse=True)
    return CardPage(
        card=card,
        board=card.board,
        list=card.list,
        position=position,
        siblings=siblings,
        may=may,
        labels=labels,
        board_labels=board_labels,
        people=people,
        board_people=board_people,
        checklists=checklists_of(card),
        attachments=list(
            db.session.scalars(
                sa.select(Attachment)
                .where(Attachment.card_id == card.id, Attachment.board_id == card.board_id)
                .where(Attachment.deleted_at.is_(None))
                .order_by(Attachment.id)
            )
        ),
        activity=lines[:recent],
        comment_count=len(comments)
        if len(comments) < recent
        else db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Comment)
            .where(Comment.card_id == card.id, Comment.board_id == card.board_id, Comment.deleted_at.is_(None))
        )
        or 0,
        has_more_activity=len(lines) > recent,
        watching=db.session.scalar(
            sa.select(Watch.id).where(Watch.card_id == card.id, Watch.user_id == actor.id).limit(1)
        )
        is not None,
        created_by=db.session.get(User, card.created_by_id) if card.created_by_id else None,
        viewer=actor.user,
    )


def people_who_see(board: Board) -> sa.Select[User]:
    """The people who may be put on a card of a board, and the placeholders that are."""
    named = sa.select(BoardMember.user_id).where(BoardMember.board_id == board.id)
    there = sa.select(Assignment.user_id).where(Assignment.board_id == board.id)
    ids = sa.union(named, there)
    if board.visibility == "workspace":
        ids = sa.union(
            named,
            there,
            sa.select(WorkspaceMember.user_id).where(
                WorkspaceMember.workspace_id == board.workspace_id, WorkspaceMember.role != "guest"
            ),
        )
    return sa.select(User).where(User.id.in_(ids), User.disabled_at.is_(None)).order_by(User.name, User.id)


def people_on(card: Card) -> list[int]:
    """Ids of the people on a card, in the order in which they were put on it."""
    query = sa.select(Assignment.user_id).where(Assignment.card_id == card.id)
    return list(db.session.scalars(query.order_by(Assignment.created_at, Assignment.user_id)))


def checklists_of(card: Card) -> list[ChecklistView]:
    """The checklists of a card in order, with their items in order."""
    checklists = db.session.scalars(
        sa.select(Checklist)
        .where(Checklist.card_id == card.id, Checklist.deleted_at.is_(None))
        .order_by(Checklist.rank)
    ).all()
    if not checklists:
        return []
    items: dict[int, list[Item]] = {}
    for item in db.session.scalars(
        sa.select(Item)
        .where(Item.card_id == card.id, Item.board_id == card.board_id, Item.deleted_at.is_(None))
        .order_by(Item.rank)
    ):
        items.setdefault(item.checklist_id, []).append(item)
    return [ChecklistView(each.id, each.title, items.get(each.id, [])) for each in checklists]


def _place(card: Card) -> tuple[int, int]:
    row = db.session.execute(
        sa.select(
            sa.func.count().label("siblings"),
            sa.func.count().filter(Card.rank <= card.rank).label("position"),
        ).where(
            Card.list_id == card.list_id,
            Card.board_id == card.board_id,
            Card.archived_at.is_(None),
            Card.deleted_at.is_(None),
        )
    ).one()
    return row.position, row.siblings


def _labels(card: Card) -> tuple[list[Label], list[Label]]:
    own = sa.select(Label).where(Label.board_id == card.board_id, Label.deleted_at.is_(None)).order_by(Label.id)
    all_labels = list(db.session.scalars(own))
    on = set(db.session.scalars(sa.select(CardLabel.label_id).where(CardLabel.card_id == card.id)))
    return [label for label in all_labels if label.id in on], all_labels


def _people(card: Card) -> tuple[list[User], list[User]]:
    everyone = list(db.session.scalars(people_who_see(card.board)))
    on = people_on(card)
    by_id = {person.id: person for person in everyone}
    for missing in set(on) - by_id.keys():
        by_id[missing] = db.session.get_one(User, missing)
    return [by_id[user_id] for user_id in on], everyone


def _comments(card: Card, recent: int) -> list[Comment]:
    query = (
        sa.select(Comment)
        .where(Comment.card_id == card.id, Comment.board_id == card.board_id, Comment.deleted_at.is_(None))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(recent)
        .options(joinedload(Comment.author))
    )
    return list(db.session.scalars(query))


def _comment_line(actor: Actor, may: dict[str, bool], comment: Comment) -> Line:
    own = comment.author_id == actor.id
    return Line(
        kind="comment",
        person=comment.author,
        at=comment.created_at,
        comment=comment,
        may_edit=own and may["comment"],
        may_delete=(own and may["comment"]) or may["edit_board"],
    )


def _change_lines(card: Card, may: dict[str, bool], recent: int) -> list[Line]:
    query: Any = (
        sa.select(Event)
        .where(Event.card_id == card.id, Event.board_id == card.board_id, Event.action != "comment.created")
        .order_by(Event.id.desc())
        .limit(recent)
        .options(joinedload(Event.actor))
    )
    return lines_of(list(db.session.scalars(query)), may_undo=may["edit"])
