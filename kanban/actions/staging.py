"""The rows of a board that nobody can see yet: put in in bulk, then shown at once, or taken out again.

The only place that inserts recorded rows past the event log. It may, since a board's
import is one event whose undo takes the whole board away.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kanban.actions.transfers import finish_import, hold, step
from kanban.eventlog import note_made, recording
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
    List,
    Recorded,
    Star,
    Transfer,
    User,
)
from kanban.policies import allow, forget_roles
from kanban.support.clock import now
from kanban.support.db import db, transaction

Rows = Sequence[Mapping[str, Any]]

_UNWATCHED = {"bulk_recorded": True}
# Children before their parents.
_ON_A_BOARD = (CardLabel, Assignment, Item, Checklist, Comment, Attachment, Card, List, Label, BoardMember)
# Where a board names people.
_PEOPLE: tuple[Any, ...] = (
    BoardMember.user_id,
    Assignment.user_id,
    Comment.author_id,
    Item.assignee_id,
    Attachment.added_by_id,
    Card.created_by_id,
)
# Rows removed in one transaction: others wait for it on SQLite.
_CLEAR_AT_ONCE = 2_000


def stage_board(transfer: Transfer, values: Mapping[str, Any]) -> Board:
    """Make the board of a transfer, seen by nobody; its admin is whoever imports it."""
    with step(transfer) as session:
        board_id = insert(session, Board, [{**values, "workspace_id": transfer.workspace_id, "importing_at": now()}])[0]
        insert(session, BoardMember, [{"board_id": board_id, "user_id": transfer.user_id, "role": "admin"}])
        session.execute(sa.update(Transfer).where(Transfer.id == transfer.id).values(board_id=board_id))
    return db.session.get_one(Board, board_id, populate_existing=True)


def insert(session: Session, model: type[Recorded], rows: Rows) -> list[int]:
    """Insert rows with the same keys in one statement; their ids, in order, where the model has one."""
    if not rows:
        return []
    query = sa.insert(model).execution_options(**_UNWATCHED)
    if "id" not in model.__table__.c:  # type: ignore[attr-defined]
        session.execute(query, list(rows))
        return []
    ids = session.scalars(query.returning(model.id, sort_by_parameter_order=True), list(rows))  # type: ignore[attr-defined]
    return list(ids)


def rewrite(session: Session, card_id: int, description: str) -> None:
    """Replace the text of a staged card, once it is known where its links lead."""
    query = sa.update(Card).where(Card.id == card_id).values(description=description)
    session.execute(query.execution_options(synchronize_session=False, **_UNWATCHED))


def publish(
    actor: Actor,
    transfer: Transfer,
    board: Board,
    *,
    last_number: int,
    detail: Mapping[str, Any],
    with_star: bool = False,
) -> Event:
    """Let everybody see the board who may: one event, which holds the receipt."""
    with recording(actor, "board.imported", board, lock=[board, transfer.workspace]) as event:
        session = db.session()
        hold(session, transfer)
        allow(actor, "create_board", transfer.workspace)
        board.importing_at = None
        board.last_number = last_number
        note_made(board)
        event.detail = dict(detail)
        if with_star:
            session.merge(Star(user_id=actor.id, board_id=board.id))
        finish_import(session, transfer, board)
    forget_roles()
    return event


def clear_staged(board_id: int | None) -> None:
    """Take out a board that was never shown, in small steps; one that is seen is left alone."""
    board = db.session.get(Board, board_id, populate_existing=True) if board_id else None
    if board is None or board.importing_at is None:
        return
    people: set[int | None] = set()
    for column in _PEOPLE:
        query = sa.select(column).where(column.class_.board_id == board.id).distinct()
        people.update(db.session.scalars(query))
    for model in _ON_A_BOARD:
        while _clear_some(model, board.id):
            pass
    with transaction() as session:
        session.execute(
            sa.delete(Board)
            .where(Board.id == board.id, Board.importing_at.is_not(None))
            .execution_options(**_UNWATCHED)
        )
        _clear_placeholders(session, people)
    db.session.expunge(board)


def _clear_some(model: type[Any], board_id: int) -> int:
    keys = list(sa.inspect(model).primary_key)
    with transaction() as session:
        some = sa.select(*keys).where(model.board_id == board_id).limit(_CLEAR_AT_ONCE).subquery()
        among = sa.tuple_(*keys).in_(sa.select(*some.c)) if len(keys) > 1 else keys[0].in_(sa.select(*some.c))
        query = sa.delete(model).where(among).execution_options(synchronize_session=False, **_UNWATCHED)
        return int(session.execute(query).rowcount)  # type: ignore[attr-defined]


def _clear_placeholders(session: Session, people: set[int | None]) -> None:
    """Remove those among these people who stood for somebody on the cleared board alone."""
    used = [sa.select(column).where(column == User.id).exists() for column in _PEOPLE]
    query = sa.delete(User).where(
        User.id.in_(people - {None}),
        User.person_kind == "placeholder",
        # An erased account is no name of a file: the log of the site hangs on it.
        User.erased_at.is_(None),
        sa.not_(sa.or_(*used)),
    )
    session.execute(query.execution_options(synchronize_session=False, **_UNWATCHED))
