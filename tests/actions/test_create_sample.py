"""Samples: boards that work from the first minute, and go away as one."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from kanban.actions.accounts import prefer
from kanban.actions.events import undo
from kanban.actions.samples import SAMPLES, create_sample
from kanban.models import Actor, Board, Card, CardLabel, Checklist, Event, Label, List, Workspace
from kanban.support.clock import today, zone
from kanban.support.db import db
from kanban.support.errors import Forbidden, Invalid
from tests.world import Events, order

EVERY = pytest.mark.parametrize("which", list(SAMPLES))


def _board(event: Event) -> Board:
    return db.session.get_one(Board, event.subject_id)


def _cards(board: Board) -> Sequence[Card]:
    return db.session.scalars(sa.select(Card).where(Card.board_id == board.id).order_by(Card.number)).all()


@EVERY
def test_six_cards_teach(ada: Actor, workspace: Workspace, which: str) -> None:
    board = _board(create_sample(ada, workspace, which))
    lessons = db.session.scalars(
        sa.select(Card)
        .join(CardLabel, CardLabel.card_id == Card.id)
        .join(Label, Label.id == CardLabel.label_id)
        .where(Card.board_id == board.id, Label.name == "try this")
    ).all()
    assert len(lessons) == 6
    first = db.session.scalars(sa.select(List).where(List.board_id == board.id).order_by(List.rank)).first()
    assert {card.list_id for card in lessons} == {first.id}  # type: ignore[union-attr]
    assert db.session.scalar(sa.select(sa.func.count(Checklist.id)).where(Checklist.board_id == board.id)) >= 2


@EVERY
def test_it_is_one_event_that_one_undo_takes_away(ada: Actor, workspace: Workspace, events: Events, which: str) -> None:
    made = create_sample(ada, workspace, which)
    assert events[0].id == made.id
    assert {event.cause_id for event in events[1:]} == {made.id}
    undo(ada, made)
    assert _board(made).is_deleted
    undo(ada, db.session.scalars(sa.select(Event).where(Event.reverses_id == made.id)).one())
    assert not _board(made).is_deleted
    assert order(_board(made))


def test_days_end_where_the_board_is(ada: Actor, workspace: Workspace) -> None:
    prefer(ada.user, time_zone="Pacific/Auckland")
    board = _board(create_sample(ada, workspace, "home"))
    there = zone("Pacific/Auckland")
    due = [card.due_at.astimezone(there) for card in _cards(board) if card.due_at is not None]
    assert {(moment.hour, moment.minute) for moment in due} == {(23, 59)}
    assert min(moment.date() for moment in due) == today(there)


def test_a_form_sent_twice_makes_one(ada: Actor, workspace: Workspace) -> None:
    first = create_sample(ada, workspace, "home", once="0123456789ab")
    assert create_sample(ada, workspace, "home", once="0123456789ab").id == first.id


def test_an_unknown_sample_is_refused(ada: Actor, workspace: Workspace, events: Events) -> None:
    with pytest.raises(Invalid):
        create_sample(ada, workspace, "casino")
    assert not events


def test_a_guest_makes_none(edgar: Actor, workspace: Workspace, events: Events) -> None:
    with pytest.raises(Forbidden):
        create_sample(edgar, workspace, "home")
    assert not events
