"""Moving a card: what changes, who may, what is written down."""

import pytest
import sqlalchemy as sa

from kanban.actions import assignments, attachments, checklists, comments, labels, lists, states
from kanban.actions.events import undo
from kanban.actions.members import add_board_member
from kanban.actions.positions import move_card
from kanban.actions.room import WipLimitReached
from kanban.eventlog import recording
from kanban.models import (
    Actor,
    Assignment,
    Attachment,
    Board,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Event,
    Item,
    Label,
    List,
    Watch,
    limits,
)
from kanban.render import sentences
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, Invalid, NotFound
from tests.world import Events, one, order


def test_it_writes_down_where_the_card_came_from(ada: Actor, report: Card, todo: List, doing: List) -> None:
    event = move_card(ada, report, to=doing)
    assert event.action == "card.moved"
    assert event.change(report, "list_id") == (todo.id, doing.id)
    assert event.detail == {"name": "Write the report", "from": "To do", "to": "Doing", "same_list": False}
    assert (order(todo), order(doing)) == (
        ["Book the hall", "Print the flyers"],
        ["Draw the poster", "Write the report"],
    )


def test_it_goes_before_the_card_that_is_named(ada: Actor, report: Card, poster: Card, doing: List) -> None:
    move_card(ada, report, to=doing, before=poster)
    assert order(doing) == ["Write the report", "Draw the poster"]


def test_within_its_list_only_its_rank_changes(ada: Actor, report: Card, todo: List) -> None:
    event = move_card(ada, report, to=todo)
    assert order(todo) == ["Book the hall", "Print the flyers", "Write the report"]
    (change,) = event.changes
    assert list(change["after"]) == ["rank"]
    assert event.detail["same_list"]


@pytest.mark.parametrize("before", ["itself", "the next"])
def test_where_it_stands_already_is_no_move(
    ada: Actor, report: Card, hall: Card, todo: List, events: Events, before: str
) -> None:
    event = move_card(ada, report, to=todo, before=report if before == "itself" else hall)
    assert event.id is None
    assert not events


def test_a_full_list_takes_no_more(ada: Actor, report: Card, doing: List, events: Events) -> None:
    lists.limit_list(ada, doing, 1)
    with pytest.raises(WipLimitReached) as refused:
        move_card(ada, report, to=doing)
    assert refused.value.field == "list_id"
    assert refused.value.extra["may_insist"]
    assert "1 of 1" in str(refused.value)
    assert events.actions == ["list.limited"]
    assert move_card(ada, report, to=doing, insist=True).id is not None


def test_a_full_list_can_be_sorted_and_takes_what_is_archived(
    ada: Actor, report: Card, poster: Card, doing: List
) -> None:
    states.archive_card(ada, report)
    lists.limit_list(ada, doing, 1)
    move_card(ada, report, to=doing, before=poster)
    assert report.list_id == doing.id
    assert move_card(ada, poster, to=doing, before=report).id is not None


def test_a_list_that_is_put_away_takes_none(ada: Actor, report: Card, doing: List, events: Events) -> None:
    states.archive_list(ada, doing)
    with pytest.raises(Conflict) as refused:
        move_card(ada, report, to=doing)
    assert refused.value.field == "list_id"
    assert events.actions == ["list.archived"]


def test_a_neighbour_that_has_gone_elsewhere_is_a_conflict(
    ada: Actor, grace: Actor, report: Card, poster: Card, doing: List, done: List
) -> None:
    move_card(grace, poster, to=done)
    with pytest.raises(Conflict) as refused:
        move_card(ada, report, to=doing, before=poster)
    assert refused.value.field == "before_id"


class TestToAnotherBoard:
    def test_it_takes_along_what_is_on_it(
        self, ada: Actor, report: Card, launch: Board, garden: Board, beds: List
    ) -> None:
        checklists.create_checklist(ada, report, "Steps")
        checklists.create_items(ada, one(Checklist), ["One"])
        comments.create_comment(ada, report, "Hello.")
        attachments.attach_link(ada, report, "https://example.org/")
        assignments.watch_card(ada, report)
        event = move_card(ada, report, to=beds)
        assert event.board_id == garden.id
        assert (report.board_id, report.number) == (garden.id, 1)
        for model in (Checklist, Item, Comment, Attachment, Watch):
            assert one(model).board_id == garden.id, model
        undo(ada, event)
        assert (report.board_id, report.number) == (launch.id, 1)
        for model in (Checklist, Item, Comment, Attachment, Watch):
            assert one(model).board_id == launch.id, model

    def test_labels_become_those_of_the_board(
        self, ada: Actor, report: Card, bug: Label, feature: Label, garden: Board, beds: List
    ) -> None:
        labels.create_label(ada, garden, name="bug", color="red")
        labels.set_labels(ada, report, [bug, feature])
        event = move_card(ada, report, to=beds)
        assert _labels(report) == {(garden.id, "bug", "red"), (garden.id, "feature", "blue")}
        # One was there already.
        assert len(list(db.session.scalars(sa.select(Label).where(Label.board_id == garden.id)))) == 2
        undo(ada, event)
        assert _labels(report) == {(bug.board_id, "bug", "red"), (bug.board_id, "feature", "blue")}

    def test_a_deleted_label_is_left_behind(
        self, ada: Actor, report: Card, bug: Label, garden: Board, beds: List
    ) -> None:
        labels.label_card(ada, report, bug)
        labels.delete_label(ada, bug)
        move_card(ada, report, to=beds)
        assert not _labels(report)

    def test_only_those_stay_on_it_who_may_see_the_board(
        self, ada: Actor, grace: Actor, edgar: Actor, report: Card, garden: Board, beds: List
    ) -> None:
        add_board_member(ada, garden, edgar.user, "observer")
        assignments.set_assignees(ada, report, [grace.user, edgar.user])
        move_card(ada, report, to=beds)
        assert [(row.user_id, row.board_id) for row in db.session.scalars(sa.select(Assignment))] == [
            (edgar.id, garden.id)
        ]

    def test_so_do_the_people_of_its_items(
        self, ada: Actor, edgar: Actor, report: Card, garden: Board, beds: List
    ) -> None:
        checklists.create_checklist(ada, report, "Steps")
        checklists.create_items(ada, one(Checklist), ["Ada's", "Edgar's"])
        with recording(ada, "item.edited", report, lock=[report.board]):
            for actor, text in ((ada, "Ada's"), (edgar, "Edgar's")):
                one(Item, text=text).assignee_id = actor.id
        event = move_card(ada, report, to=beds)
        assert (one(Item, text="Ada's").assignee_id, one(Item, text="Edgar's").assignee_id) == (ada.id, None)
        undo(ada, event)
        assert one(Item, text="Edgar's").assignee_id == edgar.id

    def test_one_must_be_allowed_at_both_ends(
        self, ada: Actor, grace: Actor, report: Card, garden: Board, beds: List, events: Events
    ) -> None:
        with pytest.raises(NotFound):
            move_card(grace, report, to=beds)
        add_board_member(ada, garden, grace.user, "observer")
        with pytest.raises(Forbidden):
            move_card(grace, report, to=beds)
        assert events.actions == ["board.member_added"]

    def test_a_board_that_is_full_takes_none(
        self, ada: Actor, report: Card, beds: List, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "CARDS", 0)
        with pytest.raises(Invalid):
            move_card(ada, report, to=beds)

    def test_neither_boards_log_names_the_other(
        self, ada: Actor, report: Card, launch: Board, garden: Board, beds: List
    ) -> None:
        event = move_card(ada, report, to=beds)
        undo(ada, event)
        said = {board.name: "" for board in (launch, garden)}
        for row in db.session.scalars(sa.select(Event).where(Event.action == "card.moved")):
            name = launch.name if row.board_id == launch.id else garden.name
            said[name] += f"{row.detail} {sentences.line(row)} "
        assert "Garden" not in said["Launch"]
        assert "Beds" not in said["Launch"]
        assert "Launch" not in said["Garden"]
        assert "To do" not in said["Garden"]


def _labels(card: Card) -> set[tuple[int, str, str]]:
    query = sa.select(Label).join(CardLabel, CardLabel.label_id == Label.id).where(CardLabel.card_id == card.id)
    return {(label.board_id, label.name, label.color) for label in db.session.scalars(query)}
