"""Archived, deleted, done: when and by whom is kept, and nothing comes back out of sight."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kanban.actions import labels, states
from kanban.actions.assignments import watch_card
from kanban.actions.boards import (
    archive_board,
    delete_board,
    note_visit,
    reopen_board,
    restore_board,
    star_board,
    unstar_board,
)
from kanban.actions.events import undo
from kanban.actions.positions import move_card
from kanban.models import Actor, Board, Card, Event, Label, List, Star, Visit, Watch
from kanban.support.clock import freeze, now, travel
from kanban.support.db import db
from kanban.support.errors import Conflict, NotFound
from tests.world import Events, one, order


def test_an_archived_card_keeps_its_place(ada: Actor, grace: Actor, hall: Card, todo: List) -> None:
    with freeze(now().replace(microsecond=0)):
        states.archive_card(grace, hall)
        assert (hall.archived_at, hall.archived_by_id) == (now(), grace.id)
    assert order(todo) == ["Write the report", "Print the flyers"]
    states.reopen_card(ada, hall)
    assert (hall.archived_at, hall.archived_by_id) == (None, None)
    assert order(todo) == ["Write the report", "Book the hall", "Print the flyers"]


def test_a_deleted_card_keeps_its_place_too(ada: Actor, hall: Card, todo: List) -> None:
    states.delete_card(ada, hall)
    assert (hall.deleted_by_id, order(todo)) == (ada.id, ["Write the report", "Print the flyers"])
    states.restore_card(ada, hall)
    assert order(todo) == ["Write the report", "Book the hall", "Print the flyers"]


@pytest.mark.parametrize("away", [states.archive_list, states.delete_list])
def test_no_card_comes_back_into_a_list_that_is_not_there(
    ada: Actor, hall: Card, report: Card, todo: List, away: Callable[[Actor, List], Event]
) -> None:
    states.archive_card(ada, hall)
    states.delete_card(ada, report)
    away(ada, todo)
    with pytest.raises(Conflict, match="To do"):
        states.reopen_card(ada, hall)
    with pytest.raises(Conflict, match="To do"):
        states.restore_card(ada, report)


def test_a_list_goes_and_comes_with_its_cards_as_they_are(ada: Actor, launch: Board, hall: Card, todo: List) -> None:
    states.archive_card(ada, hall)
    states.archive_list(ada, todo)
    assert order(launch) == ["Doing", "Done"]
    states.reopen_list(ada, todo)
    assert (order(launch), order(todo)) == (["To do", "Doing", "Done"], ["Write the report", "Print the flyers"])


def test_done_is_the_first_time_it_was_done(ada: Actor, report: Card) -> None:
    event = states.complete_card(ada, report)
    at = report.completed_at
    with travel(timedelta(days=1)):
        assert states.complete_card(ada, report).id is None
    assert report.completed_at == at
    assert event.detail == {"name": "Write the report"}


def test_a_board_put_away_can_be_read_and_reopened(ada: Actor, launch: Board) -> None:
    archive_board(ada, launch)
    assert launch.archived_by_id == ada.id
    reopen_board(ada, launch)
    assert launch.is_live


def test_a_deleted_board_comes_back_as_it_was(ada: Actor, grace: Actor, launch: Board) -> None:
    archive_board(ada, launch)
    delete_board(ada, launch)
    with pytest.raises(NotFound):
        star_board(grace, launch)
    restore_board(ada, launch)
    assert (launch.is_deleted, launch.is_archived) == (False, True)


def test_stars_and_visits_are_ones_own_and_make_no_event(
    ada: Actor, edgar: Actor, eve: Actor, launch: Board, events: Events
) -> None:
    star_board(edgar, launch)
    star_board(edgar, launch)
    assert one(Star).user_id == edgar.id
    unstar_board(ada, launch)
    assert one(Star)
    unstar_board(edgar, launch)
    unstar_board(edgar, launch)
    with pytest.raises(NotFound):
        star_board(eve, launch)
    assert not db.session.scalars(sa.select(Star)).all()
    note_visit(edgar, launch)
    with travel(timedelta(minutes=1)):
        note_visit(edgar, launch)
        assert now() - one(Visit).seen_at < timedelta(minutes=1)
    assert one(Visit).seen_seq == launch.seq
    assert not events


def test_who_may_look_may_watch_and_the_event_is_theirs(edgar: Actor, launch: Board, report: Card) -> None:
    seq = launch.seq
    event = watch_card(edgar, report)
    assert (event.user_id, event.board_id) == (edgar.id, None)
    assert one(Watch).card_id == report.id
    assert watch_card(edgar, report, watching=False).detail == {"name": "Write the report", "watching": False}
    assert watch_card(edgar, report, watching=False).id is None
    assert launch.seq == seq


@pytest.mark.parametrize("watching", [True, False])
def test_a_card_that_goes_to_another_board_meanwhile_leaves_no_watch_behind(
    ada: Actor, report: Card, garden: Board, beds: List, events: Events, watching: bool
) -> None:
    watched = None if watching else watch_card(ada, report, watching=True)
    event = watched and watch_card(ada, report, watching=False)
    before = len(events)
    # By somebody else, after the card was read here.
    with db.engine.begin() as connection:
        elsewhere = {"board": garden.id, "list": beds.id, "card": report.id}
        connection.execute(sa.text("UPDATE cards SET board_id = :board, list_id = :list WHERE id = :card"), elsewhere)
    with pytest.raises(Conflict, match="another board"):
        undo(ada, event) if event is not None else watch_card(ada, report)
    assert not db.session.scalars(sa.select(Watch)).all()
    assert len(events) == before


def test_a_watch_taken_back_after_a_move_is_on_the_new_board(
    ada: Actor, report: Card, garden: Board, beds: List
) -> None:
    watch_card(ada, report)
    event = watch_card(ada, report, watching=False)
    move_card(ada, report, to=beds)
    undo(ada, event)
    assert one(Watch).board_id == garden.id


def test_a_deleted_label_goes_from_its_cards_and_comes_back_to_them(
    ada: Actor, report: Card, bug: Label, feature: Label
) -> None:
    labels.set_labels(ada, report, [bug, feature])
    labels.delete_label(ada, bug)
    event = labels.set_labels(ada, report, [feature])
    assert event.id is None
    event = labels.set_labels(ada, report, [])
    assert event.detail == {"name": "Write the report", "added": [], "removed": ["feature"]}
