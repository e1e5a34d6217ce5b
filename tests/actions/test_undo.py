"""Undo of one event: what goes back, what stands in the way, and who may."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kanban.actions import assignments, boards, cards, labels, lists, members, positions, states
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.comments import create_comment, delete_comment
from kanban.actions.events import UndoBlocked, undo
from kanban.actions.housekeeping import purge_deleted
from kanban.actions.workspaces import create_workspace, rename_workspace
from kanban.models import (
    Actor,
    Assignment,
    Board,
    BoardMember,
    Card,
    CardLabel,
    Comment,
    Event,
    Label,
    List,
    User,
    Workspace,
)
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, NotFound
from tests.world import Events, one, order


class TestChains:
    def test_an_undo_is_an_event_and_can_be_undone_and_so_on(self, ada: Actor, report: Card) -> None:
        event = cards.rename_card(ada, report, "New")
        undone = undo(ada, event)
        redone = undo(ada, undone)
        assert (undone.action, undone.is_undo, undone.is_redo) == ("card.renamed", True, False)
        assert (redone.is_undo, redone.is_redo) == (False, True)
        assert [(one.reverses_id, one.root_id, one.depth) for one in (undone, redone)] == [
            (event.id, event.id, 1),
            (undone.id, event.id, 2),
        ]
        assert report.title == "New"
        assert undone.change(report, "title") == ("New", "Write the report")
        assert (undone.subject_kind, undone.subject_id, undone.card_id) == ("card", report.id, report.id)

    def test_undone_twice_is_a_conflict(self, ada: Actor, grace: Actor, report: Card, events: Events) -> None:
        event = cards.rename_card(ada, report, "New")
        undone = undo(grace, event)
        with pytest.raises(Conflict, match="already"):
            undo(ada, event)
        undo(ada, undone)
        with pytest.raises(Conflict, match="already"):
            undo(ada, undone)
        assert len(events) == 3

    def test_the_event_itself_undoes_it_again_after_a_redo(self, ada: Actor, report: Card) -> None:
        event = cards.rename_card(ada, report, "New")
        redone = undo(ada, undo(ada, event))
        assert undo(ada, event).reverses_id == redone.id
        assert report.title == "Write the report"

    def test_a_form_sent_twice_undoes_once(self, ada: Actor, report: Card, events: Events) -> None:
        event = cards.rename_card(ada, report, "New")
        assert undo(ada, event, once="mark").id == undo(ada, event, once="mark").id
        assert len(events) == 2

    def test_it_survives_a_new_session(self, ada: Actor, report: Card) -> None:
        event_id, card_id, actor_id = cards.rename_card(ada, report, "New").id, report.id, ada.id
        db.session.remove()
        undo(Actor(db.session.get_one(User, actor_id)), db.session.get_one(Event, event_id))
        db.session.remove()
        assert db.session.get_one(Card, card_id).title == "Write the report"

    def test_of_a_move_between_boards_either_log_undoes_it(
        self, ada: Actor, report: Card, launch: Board, todo: List, beds: List
    ) -> None:
        event = positions.move_card(ada, report, to=beds)
        undo(ada, one(Event, board_id=launch.id, cause_id=event.id))
        assert (report.board_id, report.list_id) == (launch.id, todo.id)


class TestInTheWay:
    def test_anothers_later_change_is_named_and_kept(
        self, ada: Actor, grace: Actor, report: Card, events: Events
    ) -> None:
        event = cards.rename_card(ada, report, "Ada's")
        cards.rename_card(grace, report, "Grace's")
        with pytest.raises(UndoBlocked, match="Grace Hopper has changed “Grace's” since") as refused:
            undo(ada, event)
        (obstacle,) = refused.value.extra["obstacles"]
        assert (obstacle.who, obstacle.what) == ("Grace Hopper", "Grace's")
        assert not refused.value.extra["may_undo_rest"]
        assert (report.title, len(events)) == ("Grace's", 2)

    def test_overwriting_takes_it_back_all_the_same_and_is_itself_undone(
        self, ada: Actor, grace: Actor, report: Card
    ) -> None:
        event = cards.rename_card(ada, report, "Ada's")
        cards.rename_card(grace, report, "Grace's")
        undone = undo(ada, event, overwrite=True)
        assert report.title == "Write the report"
        undo(ada, undone)
        assert report.title == "Grace's"

    def test_partly_takes_back_the_rest(self, ada: Actor, grace: Actor, report: Card) -> None:
        event = cards.edit_card(ada, report, title="Ada's", description="Ada's.")
        cards.rename_card(grace, report, "Grace's")
        with pytest.raises(UndoBlocked) as refused:
            undo(ada, event)
        assert refused.value.extra["may_undo_rest"]
        undo(ada, event, partly=True)
        assert (report.title, report.description) == ("Grace's", "")

    def test_partly_with_nothing_left_is_a_conflict(
        self, ada: Actor, grace: Actor, report: Card, events: Events
    ) -> None:
        event = cards.rename_card(ada, report, "Ada's")
        cards.rename_card(grace, report, "Grace's")
        with pytest.raises(Conflict, match="already"):
            undo(ada, event, partly=True)
        assert len(events) == 2

    def test_what_another_changed_elsewhere_on_it_is_not_in_the_way(
        self, ada: Actor, grace: Actor, report: Card
    ) -> None:
        event = cards.rename_card(ada, report, "New")
        cards.describe_card(grace, report, "Text.")
        undo(ada, event)
        assert (report.title, report.description) == ("Write the report", "Text.")

    def test_a_new_card_that_another_has_worked_on_stays(self, ada: Actor, grace: Actor, todo: List) -> None:
        event = create_cards(ada, todo, [NewCard("New")])
        create_comment(grace, one(Card, title="New"), "Important.")
        with pytest.raises(UndoBlocked, match="Grace Hopper"):
            undo(ada, event)
        undo(grace, one(Event, action="comment.created"))
        undo(ada, event)
        assert "New" not in order(todo)

    def test_ones_own_work_on_it_is_not_in_the_way(self, ada: Actor, todo: List) -> None:
        event = create_cards(ada, todo, [NewCard("New")])
        create_comment(ada, one(Card, title="New"), "Mine.")
        undo(ada, event)
        assert "New" not in order(todo)

    def test_a_card_does_not_go_back_into_a_list_that_was_put_away(
        self, ada: Actor, grace: Actor, report: Card, todo: List, doing: List
    ) -> None:
        event = positions.move_card(ada, report, to=doing)
        states.archive_list(grace, todo)
        with pytest.raises(UndoBlocked, match="Grace Hopper has changed “To do”"):
            undo(ada, event)
        assert report.list_id == doing.id

    def test_what_somebody_deleted_is_not_changed_under_it(self, ada: Actor, grace: Actor, report: Card) -> None:
        event = cards.rename_card(ada, report, "New")
        states.delete_card(grace, report)
        with pytest.raises(UndoBlocked, match="Grace Hopper"):
            undo(ada, event)

    def test_what_was_purged_never_comes_back(self, ada: Actor, report: Card, bug: Label) -> None:
        labels.label_card(ada, report, bug)
        event = labels.unlabel_card(ada, report, bug)
        with db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE labels SET deleted_at = created_at WHERE id = :id"), {"id": bug.id})
        event_id = event.id
        db.session.expire_all()
        purge_deleted(0)
        db.session.expire_all()
        assert not db.session.scalars(sa.select(CardLabel)).all()
        assert db.session.get(Event, event_id) is None


class TestWhoMay:
    def test_anybody_who_may_do_it_may_take_it_back(self, ada: Actor, grace: Actor, report: Card) -> None:
        event = cards.rename_card(ada, report, "New")
        assert undo(grace, event).actor_id == grace.id

    @pytest.mark.parametrize(("role", "refusal"), [("observer", Forbidden), (None, NotFound)])
    def test_the_role_of_now_counts_not_that_of_then(
        self, grace: Actor, report: Card, launch: Board, events: Events, role: str | None, refusal: type[Exception]
    ) -> None:
        event = cards.rename_card(grace, report, "New")
        _give(launch, grace, role)
        with pytest.raises(refusal):
            undo(grace, event)
        assert (report.title, len(events)) == ("New", 1)

    def test_both_boards_of_a_move_are_asked(
        self, ada: Actor, grace: Actor, report: Card, garden: Board, beds: List
    ) -> None:
        members.add_board_member(ada, garden, grace.user)
        event = positions.move_card(grace, report, to=beds)
        _give(report.board, grace, None)
        with pytest.raises(NotFound):
            undo(grace, event)
        _give(garden, grace, "member")
        _give(one(Board, name="Launch"), grace, "observer")
        with pytest.raises(Forbidden):
            undo(grace, event)
        assert report.list_id == beds.id

    @pytest.mark.parametrize(
        "change",
        [
            lambda ada: boards.rename_board(ada, one(Board), "New"),
            lambda ada: boards.edit_board(ada, one(Board), visibility="workspace"),
            lambda ada: boards.archive_board(ada, one(Board)),
            lambda ada: boards.delete_board(ada, one(Board)),
            lambda ada: rename_workspace(ada, one(Workspace, name="Engines"), "New"),
        ],
        ids=["rename", "visibility", "archive", "delete", "workspace"],
    )
    def test_what_takes_an_admin_takes_one_to_undo(
        self, ada: Actor, grace: Actor, launch: Board, events: Events, change: Callable[[Actor], Event]
    ) -> None:
        event = change(ada)
        with pytest.raises((Forbidden, NotFound)):
            undo(grace, event)
        assert len(events) == 1
        undo(ada, event)

    def test_access_is_not_given_back(self, ada: Actor, eve: Actor, launch: Board, events: Events) -> None:
        for event in (
            members.add_board_member(ada, launch, eve.user),
            members.add_workspace_member(ada, launch.workspace, eve.user),
            create_workspace(ada, "More"),
        ):
            with pytest.raises(Forbidden, match="Who belongs here"):
                undo(ada, event)
        assert len(events) == 3

    def test_nobody_is_put_back_on_a_card_who_cannot_see_it_now(
        self, ada: Actor, edgar: Actor, report: Card, launch: Board
    ) -> None:
        assignments.assign_card(ada, report, edgar.user)
        event = assignments.unassign_card(ada, report, edgar.user)
        _give(launch, edgar, None)
        with pytest.raises(UndoBlocked, match="Edgar Codd cannot see this board any more"):
            undo(ada, event, overwrite=False)
        with pytest.raises(Conflict):
            undo(ada, event, overwrite=True)
        assert not db.session.scalars(sa.select(Assignment)).all()

    def test_a_comment_that_an_admin_deleted_only_an_admin_brings_back(
        self, ada: Actor, grace: Actor, report: Card
    ) -> None:
        create_comment(grace, report, "Rude.")
        event = delete_comment(ada, one(Comment))
        with pytest.raises(Forbidden):
            undo(grace, event)
        undo(ada, event)
        assert one(Comment).deleted_at is None

    def test_somebody_elses_watching_is_nobodys_business(self, ada: Actor, grace: Actor, report: Card) -> None:
        event = assignments.watch_card(grace, report)
        with pytest.raises(NotFound):
            undo(ada, event)
        assert undo(grace, event).user_id == grace.id

    def test_an_archived_board_stays_as_it_is(self, ada: Actor, report: Card, launch: Board) -> None:
        event = cards.rename_card(ada, report, "New")
        boards.archive_board(ada, launch)
        with pytest.raises(Forbidden, match="archived"):
            undo(ada, event)


class TestBoards:
    def test_a_new_board_goes_and_comes_back_whole(self, ada: Actor, workspace: Workspace) -> None:
        event = boards.create_board(ada, workspace, "Plans", lists=["One", "Two"])
        board = one(Board, name="Plans")
        create_cards(ada, one(List, name="One"), [NewCard("Card")])
        undone = undo(ada, event)
        assert board.deleted_by_id == ada.id
        undo(ada, undone)
        assert (board.is_live, order(board), order(one(List, name="One"))) == (True, ["One", "Two"], ["Card"])
        # Who belonged to it does so still.
        assert one(BoardMember, board_id=board.id).user_id == ada.id

    def test_one_on_which_others_have_worked_stays(self, ada: Actor, grace: Actor, workspace: Workspace) -> None:
        event = boards.create_board(ada, workspace, "Plans", lists=["One"])
        members.add_board_member(ada, one(Board, name="Plans"), grace.user)
        create_cards(grace, one(List, name="One"), [NewCard("Hers")])
        with pytest.raises(UndoBlocked, match="Grace Hopper"):
            undo(ada, event)
        assert one(Board, name="Plans").is_live

    def test_a_list_comes_back_with_its_cards(self, ada: Actor, launch: Board, todo: List) -> None:
        event = states.delete_list(ada, todo)
        undo(ada, event)
        assert order(launch) == ["To do", "Doing", "Done"]
        assert len(order(todo)) == 3

    def test_what_comes_back_gets_another_rank_where_its_own_was_taken(
        self, ada: Actor, report: Card, hall: Card, todo: List
    ) -> None:
        rank = report.rank
        event = positions.move_card(ada, report, to=todo)
        create_cards(ada, todo, [NewCard("First")], before=hall)
        assert one(Card, title="First").rank == rank
        undo(ada, event)
        assert order(todo) == ["First", "Write the report", "Book the hall", "Print the flyers"]

    def test_a_limit_does_not_keep_a_card_from_coming_back(
        self, ada: Actor, report: Card, todo: List, doing: List
    ) -> None:
        event = positions.move_card(ada, report, to=doing)
        lists.limit_list(ada, todo, 1)
        undo(ada, event)
        assert report.list_id == todo.id


def _give(board: Board, actor: Actor, role: str | None) -> None:
    """Set somebody's role on a board, or take it from them, as another process would."""
    table: Any = BoardMember.__table__
    row = sa.and_(table.c.board_id == board.id, table.c.user_id == actor.id)
    with db.engine.begin() as connection:
        if role is None:
            connection.execute(sa.delete(table).where(row))
        else:
            connection.execute(sa.update(table).where(row).values(role=role))
    # A new request would not know the old role.
    db.session.rollback()
    db.session.info.pop("memo", None)
