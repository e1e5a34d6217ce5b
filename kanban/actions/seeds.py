"""Boards to look at and to measure with."""

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from kanban.actions.accounts import EXAMPLE_WANTED, create_account, home_of
from kanban.actions.boards import create_board, star_board
from kanban.actions.labels import create_label
from kanban.actions.samples import create_sample
from kanban.eventlog import recording
from kanban.models import (
    LABEL_COLORS,
    Actor,
    Assignment,
    Board,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Item,
    Label,
    List,
    Setting,
    User,
)
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.ranks import ranks_between

_LISTS = 10
_AT_ONCE = 500
_WORDS = [
    *("harbour", "ticket", "ferry", "cabin", "invoice", "timetable", "crossing", "voucher", "passenger", "deck"),
    *("engine", "winter", "booking", "refund", "queue", "window", "paint", "survey", "partner", "berth"),
]


def seed_bench(cards: int) -> dict[str, Any]:
    """A board of `cards` cards in 10 lists, and an account that opens it.

    Titles have 40 characters; each card has 2 labels, every second one a due date and a
    member, every tenth a checklist of 3 items and 2 comments. Always the same board.
    """
    email, password = f"bench-{secrets.token_hex(4)}@example.org", secrets.token_urlsafe(12)
    actor = Actor(create_account("Bench Runner", email, password), "cli")
    workspace = home_of(actor)
    name = f"Bench {cards}"
    made = create_board(actor, workspace, name, lists=[f"List {n + 1}" for n in range(_LISTS)])
    board = db.session.get_one(Board, made.subject_id)
    for n, color in enumerate(LABEL_COLORS):
        create_label(actor, board, name=_WORDS[n], color=color)
    star_board(actor, board)
    per_list = [cards // _LISTS + (1 if n < cards % _LISTS else 0) for n in range(_LISTS)]
    lists = db.session.scalars(sa.select(List).where(List.board_id == board.id).order_by(List.rank)).all()
    number = 0
    for to, count in zip(lists, per_list, strict=True):
        ranks = ranks_between(None, None, count)
        for begin in range(0, count, _AT_ONCE):
            chunk = ranks[begin : begin + _AT_ONCE]
            _fill(actor, board, to, chunk, number)
            number += len(chunk)
    return {"board_id": board.id, "cards": cards, "email": email, "password": password}


def _fill(actor: Actor, board: Board, to: List, ranks: list[str], done: int) -> None:
    labels = db.session.scalars(sa.select(Label).where(Label.board_id == board.id).order_by(Label.id)).all()
    with recording(actor, "card.created", lock=[board]) as event:
        made = []
        for offset, rank in enumerate(ranks):
            n = done + offset
            board.last_number += 1
            card = Card(
                board_id=board.id,
                board=board,
                list_id=to.id,
                list=to,
                number=board.last_number,
                title=_title(n),
                description="A line of description.\n" if n % 3 == 0 else "",
                rank=rank,
                due_at=now() + timedelta(days=n % 40 - 5) if n % 2 == 0 else None,
                created_by_id=actor.id,
            )
            made.append((n, card))
        db.session.add_all([card for _n, card in made])
        db.session.flush()
        for n, card in made:
            for label in (labels[n % len(labels)], labels[(n + 3) % len(labels)]):
                db.session.add(CardLabel(card_id=card.id, label_id=label.id, board_id=board.id))
            if n % 2 == 0:
                db.session.add(Assignment(card_id=card.id, user_id=actor.id, board_id=board.id))
            if n % 10 == 0:
                _talk_and_ticks(actor, board, card)
        event.subject = made[0][1]
        event.detail = {"name": made[0][1].title, "count": len(made), "list": to.name}
    db.session.expunge_all()
    db.session.add_all([board, actor.user])


def _talk_and_ticks(actor: Actor, board: Board, card: Card) -> None:
    checklist = Checklist(board_id=board.id, card_id=card.id, title="Steps", rank="a0")
    db.session.add(checklist)
    db.session.flush()
    for n, rank in enumerate(ranks_between(None, None, 3)):
        db.session.add(
            Item(
                board_id=board.id,
                card_id=card.id,
                checklist_id=checklist.id,
                text=f"Step {n + 1}",
                rank=rank,
                completed_at=now() if n == 0 else None,
            )
        )
    for n in range(2):
        db.session.add(
            Comment(board_id=board.id, card_id=card.id, author_id=actor.id, body=f"Comment {n + 1}", created_at=now())
        )


def _title(n: int) -> str:
    words = f"{n} " + " ".join(_WORDS[(n * 7 + step * 5) % len(_WORDS)] for step in range(8))
    return words[:40].ljust(40, "x")


def want_example() -> str:
    """Make the example board for the admin, or leave a wish for it to whoever becomes the first.

    Returns a line that says which.
    """
    admin = db.session.scalar(sa.select(User).where(User.is_admin, User.disabled_at.is_(None)).order_by(User.id))
    if admin is None:
        with transaction() as session:
            session.merge(Setting(name=EXAMPLE_WANTED, value="yes"))
        return "it will be there for the first admin"
    actor = Actor(admin, "cli")
    made = create_sample(actor, home_of(actor), "product")
    return f"made, as board {made.subject_id}"
