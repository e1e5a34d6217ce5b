"""The stack of one's own: the last change back, and forth again."""

import pytest

from kanban.actions.boards import rename_board
from kanban.actions.cards import NewCard, create_cards, rename_card
from kanban.actions.events import UndoBlocked, last_to_redo, last_to_undo, redo_last, undo, undo_last
from kanban.actions.members import add_board_member
from kanban.actions.positions import move_card
from kanban.models import Actor, Board, Card, List
from kanban.support.errors import Forbidden, NotFound
from tests.world import Events, one, order


def test_one_after_the_other_back_and_forth(ada: Actor, launch: Board, report: Card, events: Events) -> None:
    titles = ["One", "Two", "Three"]
    for title in titles:
        rename_card(ada, report, title)
    for title in ["Two", "One", "Write the report"]:
        undo_last(ada, launch)
        assert report.title == title
    for title in titles:
        redo_last(ada, launch)
        assert report.title == title
    with pytest.raises(NotFound, match="redo"):
        redo_last(ada, launch)
    assert len(events) == 9


def test_back_and_forth_can_be_mixed(ada: Actor, launch: Board, report: Card) -> None:
    for title in ("One", "Two"):
        rename_card(ada, report, title)
    for step, title in ((undo_last, "One"), (redo_last, "Two"), (undo_last, "One"), (undo_last, "Write the report")):
        step(ada, launch)
        assert report.title == title
    redo_last(ada, launch)
    redo_last(ada, launch)
    assert report.title == "Two"


def test_a_new_change_ends_what_could_be_redone(ada: Actor, launch: Board, report: Card, hall: Card) -> None:
    rename_card(ada, report, "One")
    undo_last(ada, launch)
    rename_card(ada, hall, "Two")
    assert last_to_redo(ada, launch) is None
    with pytest.raises(NotFound):
        redo_last(ada, launch)


def test_everybody_has_a_stack_of_their_own(ada: Actor, grace: Actor, launch: Board, report: Card, hall: Card) -> None:
    rename_card(ada, report, "Ada's")
    rename_card(grace, hall, "Grace's")
    undo_last(ada, launch)
    assert (report.title, hall.title) == ("Write the report", "Grace's")
    # What another does since leaves one's redo alone.
    rename_card(grace, hall, "Grace's own")
    redo_last(ada, launch)
    assert report.title == "Ada's"


def test_what_another_has_taken_back_is_off_the_stack(ada: Actor, grace: Actor, launch: Board, report: Card) -> None:
    first = rename_card(ada, report, "One")
    second = rename_card(ada, report, "Two")
    undone = undo(grace, second)
    found = last_to_undo(ada, launch)
    assert found is not None
    assert found.id == first.id
    undo(grace, undone)
    found = last_to_undo(ada, launch)
    assert found is not None
    assert found.id == second.id


def test_each_board_has_a_stack_and_a_move_is_on_both(
    ada: Actor, launch: Board, garden: Board, report: Card, beds: List, todo: List
) -> None:
    rename_card(ada, report, "One")
    move_card(ada, report, to=beds)
    undo_last(ada, launch)
    assert report.list_id == todo.id
    assert last_to_undo(ada, garden) is None
    redo_last(ada, garden)
    assert report.list_id == beds.id
    undo_last(ada, garden)
    undo_last(ada, launch)
    assert (report.list_id, report.title) == (todo.id, "Write the report")


def test_with_nothing_to_undo_it_says_so(grace: Actor, launch: Board, events: Events) -> None:
    with pytest.raises(NotFound, match="nothing to undo"):
        undo_last(grace, launch)
    assert not events


def test_who_was_added_is_not_on_the_stack(ada: Actor, eve: Actor, launch: Board, report: Card) -> None:
    rename_card(ada, report, "One")
    add_board_member(ada, launch, eve.user)
    undo_last(ada, launch)
    assert report.title == "Write the report"


def test_many_cards_are_one_step(ada: Actor, launch: Board, todo: List) -> None:
    create_cards(ada, todo, [NewCard("One", items=["a"]), NewCard("Two")])
    undo_last(ada, launch)
    assert order(todo) == ["Write the report", "Book the hall", "Print the flyers"]


def test_a_step_that_is_blocked_stays_and_can_be_forced(ada: Actor, grace: Actor, launch: Board, report: Card) -> None:
    rename_card(ada, report, "Ada's")
    rename_card(grace, report, "Grace's")
    with pytest.raises(UndoBlocked):
        undo_last(ada, launch)
    undo_last(ada, launch, overwrite=True)
    assert report.title == "Write the report"


def test_a_form_sent_twice_goes_back_once(ada: Actor, launch: Board, report: Card) -> None:
    rename_card(ada, report, "One")
    rename_card(ada, report, "Two")
    assert undo_last(ada, launch, once="mark").id == undo_last(ada, launch, once="mark").id
    assert report.title == "One"
    assert redo_last(ada, launch, once="more").id == redo_last(ada, launch, once="more").id


def test_the_role_of_now_counts(ada: Actor, grace: Actor, launch: Board) -> None:
    create_cards(grace, one(List, name="Done"), [NewCard("Hers")])
    rename_board(ada, launch, "New")
    with pytest.raises(Forbidden):
        undo(grace, last_to_undo(ada, launch) or pytest.fail("nothing to undo"))
    undo_last(grace, launch)
    assert launch.name == "New"
