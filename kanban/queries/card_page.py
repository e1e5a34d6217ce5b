"""A card as its page and its dialog show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kanban.models import (
    Actor,
    Assignment,
    Attachment,
    Board,
    BoardGroup,
    BoardMember,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Event,
    Group,
    GroupMember,
    Item,
    Label,
    User,
    Watch,
    WorkspaceMember,
)
from kanban.models import List as CardList
from kanban.policies import verbs_on
from kanban.queries.events import AS_LINES, Line, lines_of
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
    of_card = {"card": card.id, "board": card.board_id}
    facts = db.session.execute(_facts(), {**of_card, "list": card.list_id, "rank": card.rank, "viewer": actor.id}).one()
    labels = db.session.execute(_labels(), of_card).all()
    people = db.session.execute(_people(card.board.visibility == "workspace"), {**of_card, **_where(card.board)}).all()
    # Most cards have none of these: what the facts say spares the question.
    comments = db.session.scalars(_comments(), {**of_card, "most": recent}).all() if facts.comments else []
    changes = db.session.scalars(_changes(), {**of_card, "most": recent}).all()
    lines = [_comment_line(actor, may, comment) for comment in comments]
    lines += lines_of(changes, may_undo=may["edit"])
    lines.sort(key=lambda line: line.at, reverse=True)
    return CardPage(
        card=card,
        board=card.board,
        list=card.list,
        position=facts.position,
        siblings=facts.siblings,
        may=may,
        labels=[label for label, is_on in labels if is_on],
        board_labels=[label for label, _is_on in labels],
        people=[person for person, _since in sorted(filter(itemgetter(1), people), key=lambda on: (on[1], on[0].id))],
        board_people=[person for person, _since in people if person.disabled_at is None],
        checklists=checklists_of(card) if facts.has_checklists else [],
        attachments=attachments_of(card) if facts.has_attachments else [],
        activity=lines[:recent],
        comment_count=facts.comments,
        has_more_activity=len(lines) > recent,
        watching=facts.watching,
        created_by=db.session.get(User, card.created_by_id) if card.created_by_id else None,
        viewer=actor.user,
    )


def people_who_see(board: Board) -> list[User]:
    """The people who may be put on a card of a board, and the placeholders that are."""
    given = {"card": 0, "board": board.id, **_where(board)}
    return [person for person, _since in db.session.execute(_people(board.visibility == "workspace"), given)]


def people_on(card: Card) -> list[int]:
    """Ids of the people on a card, in the order in which they were put on it."""
    query = sa.select(Assignment.user_id).where(Assignment.card_id == card.id)
    return list(db.session.scalars(query.order_by(Assignment.created_at, Assignment.user_id)))


def checklists_of(card: Card) -> list[ChecklistView]:
    """The checklists of a card in order, with their items in order."""
    found: dict[int, ChecklistView] = {}
    for checklist, item in db.session.execute(_checklists(), {"card": card.id}):
        view = found.setdefault(checklist.id, ChecklistView(checklist.id, checklist.title, []))
        if item is not None:
            view.items.append(item)
    return list(found.values())


def attachments_of(card: Card) -> Sequence[Attachment]:
    """What is attached to a card."""
    return db.session.scalars(_attachments(), {"card": card.id, "board": card.board_id}).all()


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


def _where(board: Board) -> dict[str, int]:
    return {"workspace": board.workspace_id} if board.visibility == "workspace" else {}


# Statements are built once: building one takes longer than all that the database does with it.
_card, _board, _most = (sa.bindparam(name, type_=sa.Integer) for name in ("card", "board", "most"))


@cache
def _facts() -> sa.Select[Any]:
    """Where a card stands in its list, what it has on it, and whether the viewer watches it."""
    comments = sa.select(sa.func.count()).where(
        Comment.card_id == _card, Comment.board_id == _board, Comment.deleted_at.is_(None)
    )
    checklists = sa.exists().where(Checklist.card_id == _card, Checklist.deleted_at.is_(None))
    attachments = sa.exists().where(
        Attachment.card_id == _card, Attachment.board_id == _board, Attachment.deleted_at.is_(None)
    )
    return sa.select(
        sa.func.count().label("siblings"),
        sa.func.count().filter(Card.rank <= sa.bindparam("rank")).label("position"),
        comments.scalar_subquery().label("comments"),
        checklists.label("has_checklists"),
        attachments.label("has_attachments"),
        sa.exists().where(Watch.card_id == _card, Watch.user_id == sa.bindparam("viewer")).label("watching"),
    ).where(
        Card.list_id == sa.bindparam("list"),
        Card.board_id == _board,
        Card.archived_at.is_(None),
        Card.deleted_at.is_(None),
    )


@cache
def _labels() -> sa.Select[Label, bool]:
    """The labels of a board, and whether each is on the card."""
    is_on = sa.exists().where(CardLabel.card_id == _card, CardLabel.label_id == Label.id)
    return sa.select(Label, is_on).where(Label.board_id == _board, Label.deleted_at.is_(None)).order_by(Label.id)


@cache
def _people(open_to_workspace: bool) -> sa.Select[User, datetime]:
    """Who may be put on a card, and who is on it, with the time since when."""
    ids = [
        sa.select(BoardMember.user_id).where(BoardMember.board_id == _board),
        # Distinct, so that PostgreSQL expects as few as there are.
        sa.select(Assignment.user_id).where(Assignment.board_id == _board).distinct(),
        sa.select(GroupMember.user_id)
        .join(BoardGroup, BoardGroup.group_id == GroupMember.group_id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(BoardGroup.board_id == _board, Group.deleted_at.is_(None)),
    ]
    if open_to_workspace:
        ids.append(
            sa.select(WorkspaceMember.user_id).where(
                WorkspaceMember.workspace_id == sa.bindparam("workspace"), WorkspaceMember.role != "guest"
            )
        )
    on_card = sa.and_(Assignment.user_id == User.id, Assignment.card_id == _card)
    return (
        sa.select(User, Assignment.created_at)
        .outerjoin(Assignment, on_card)
        .where(sa.or_(User.disabled_at.is_(None), Assignment.card_id.is_not(None)), User.id.in_(sa.union(*ids)))
        .order_by(User.name, User.id)
    )


@cache
def _comments() -> sa.Select[Any]:
    """The newest comments of a card, with their authors."""
    return (
        sa.select(Comment)
        .where(Comment.card_id == _card, Comment.board_id == _board, Comment.deleted_at.is_(None))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(_most)
        .options(joinedload(Comment.author))
    )


@cache
def _changes() -> sa.Select[Any]:
    """What was done to a card last, with who did it."""
    return (
        sa.select(Event)
        .where(Event.card_id == _card, Event.board_id == _board, Event.action != "comment.created")
        .order_by(Event.id.desc())
        .limit(_most)
        .options(*AS_LINES)
    )


@cache
def _checklists() -> sa.Select[Checklist, Item]:
    """The checklists of a card with their items, in order."""
    items = sa.and_(Item.checklist_id == Checklist.id, Item.deleted_at.is_(None))
    return (
        sa.select(Checklist, Item)
        .outerjoin(Item, items)
        .where(Checklist.card_id == _card, Checklist.deleted_at.is_(None))
        .order_by(Checklist.rank, Checklist.id, Item.rank)
    )


@cache
def _attachments() -> sa.Select[Any]:
    """What is attached to a card."""
    return (
        sa.select(Attachment)
        .where(Attachment.card_id == _card, Attachment.board_id == _board, Attachment.deleted_at.is_(None))
        .order_by(Attachment.id)
    )
