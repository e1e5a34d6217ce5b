"""The event log: what is written down, the guard, the numbers, and who is told."""

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban import eventlog
from kanban.actions.boards import rename_board
from kanban.actions.cards import NewCard, create_cards, rename_card
from kanban.actions.events import undo
from kanban.actions.labels import label_card, unlabel_card
from kanban.actions.positions import move_card
from kanban.actions.states import archive_card
from kanban.eventlog import UnrecordedWrite, recording
from kanban.models import KINDS, Actor, Board, Card, CardLabel, Event, Label, List, Outbox, Workspace
from kanban.models.events import ACTIONS
from kanban.support.db import UTCDateTime, db, transaction
from kanban.support.errors import Conflict, Invalid, NotFound
from tests.world import Events, one


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[list[Event]]:
    """The batches of events that are announced."""
    heard: list[list[Event]] = []
    monkeypatch.setattr(eventlog, "_listeners", [])
    eventlog.after_commit(heard.append)
    return heard


class TestWhatIsWrittenDown:
    def test_only_the_columns_that_changed(self, ada: Actor, report: Card) -> None:
        event = rename_card(ada, report, "Write it")
        assert event.changes == [
            {
                "kind": "card",
                "key": [report.id],
                "before": {"title": "Write the report"},
                "after": {"title": "Write it"},
            }
        ]

    def test_who_did_it_how_and_by_which_request(self, ada: Actor, report: Card) -> None:
        event = rename_card(Actor(ada.user, via="api", request_id="r-1"), report, "Write it")
        assert (event.actor_id, event.via, event.request_id) == (ada.id, "api", "r-1")
        assert (event.subject_kind, event.subject_id, event.card_id) == ("card", report.id, report.id)

    def test_a_new_row_has_no_before_and_all_of_its_columns(self, ada: Actor, todo: List) -> None:
        event = create_cards(ada, todo, [NewCard("New")])
        (change,) = event.changes
        assert change["before"] is None
        assert set(change["after"]) == set(Card.recorded())

    def test_several_changes_of_one_row_are_one_from_first_to_last(self, ada: Actor, report: Card) -> None:
        with recording(ada, "card.renamed", report, lock=[report.board]) as event:
            for title in ("One", "Two", "Three"):
                report.title = title
                db.session.flush()
        assert event.change(report, "title") == ("Write the report", "Three")

    def test_there_and_back_is_no_change(self, ada: Actor, report: Card, events: Events) -> None:
        with recording(ada, "card.renamed", report, lock=[report.board]) as event:
            report.title = "Other"
            db.session.flush()
            report.title = "Write the report"
        assert event.id is None
        assert not events

    def test_a_row_made_and_removed_at_once_leaves_no_trace(
        self, ada: Actor, report: Card, bug: Label, events: Events
    ) -> None:
        with recording(ada, "card.labelled", report, lock=[report.board]):
            link = CardLabel(card_id=report.id, label_id=bug.id, board_id=report.board_id)
            db.session.add(link)
            db.session.flush()
            db.session.delete(link)
        assert not events

    def test_an_expired_row_still_has_a_before(self, ada: Actor, report: Card) -> None:
        with recording(ada, "card.renamed", lock=[report.board]) as event:
            db.session.expire(report)
            report.title = "Write it"
        assert event.change(report, "title") == ("Write the report", "Write it")

    def test_a_removed_row_is_kept_whole_as_its_before(self, ada: Actor, report: Card, bug: Label) -> None:
        with recording(ada, "card.labelled", report, lock=[report.board]):
            db.session.add(CardLabel(card_id=report.id, label_id=bug.id, board_id=report.board_id))
        with recording(ada, "card.labelled", report, lock=[report.board]) as event:
            db.session.delete(one(CardLabel))
        assert event.changes == [
            {
                "kind": "card_label",
                "key": [report.id, bug.id],
                "before": {"card_id": report.id, "label_id": bug.id, "board_id": report.board_id},
                "after": None,
            }
        ]

    def test_every_event_waits_in_the_outbox(self, ada: Actor, report: Card) -> None:
        event = rename_card(ada, report, "Write it")
        assert db.session.get(Outbox, event.id) is not None

    def test_secrets_are_never_among_what_is_recorded(self) -> None:
        for model in KINDS.values():
            assert not {name for name in model.recorded() if "password" in name or "token" in name or "stamp" in name}


class TestOneTransaction:
    def test_a_refusal_leaves_nothing_half_done(self, ada: Actor, launch: Board, report: Card, events: Events) -> None:
        seq = launch.seq

        def rename_and_refuse() -> None:
            with recording(ada, "card.renamed", report, lock=[launch]):
                report.title = "Half"
                db.session.flush()
                raise Invalid("No.")

        with pytest.raises(Invalid):
            rename_and_refuse()
        db.session.rollback()
        assert not events
        assert report.title == "Write the report"
        assert launch.seq == seq

    def test_what_was_true_under_the_lock_counts_not_what_the_page_showed(
        self, app: Flask, ada: Actor, report: Card
    ) -> None:
        assert report.title == "Write the report"
        _elsewhere("UPDATE cards SET title = 'Changed elsewhere' WHERE id = :id", id=report.id)
        event = rename_card(ada, report, "Write it")
        assert event.change(report, "title") == ("Changed elsewhere", "Write it")

    def test_a_row_that_is_gone_is_not_found(self, ada: Actor, report: Card, events: Events) -> None:
        assert report.board.name == "Launch"
        _elsewhere("DELETE FROM cards WHERE id = :id", id=report.id)
        with pytest.raises(NotFound):
            rename_card(ada, report, "Write it")
        assert not events

    def test_a_board_that_is_gone_is_not_found(self, ada: Actor, launch: Board) -> None:
        assert launch.name
        _elsewhere("DELETE FROM boards WHERE id = :id", id=launch.id)
        with pytest.raises(NotFound):
            rename_board(ada, launch, "Gone")

    def test_a_card_that_went_to_another_board_meanwhile_is_not_written_under_the_wrong_lock(
        self, ada: Actor, report: Card, beds: List, garden: Board, events: Events
    ) -> None:
        assert report.board.name == "Launch"
        _elsewhere(
            "UPDATE cards SET board_id = :board, list_id = :list, number = 99 WHERE id = :id",
            id=report.id,
            board=garden.id,
            list=beds.id,
        )
        with pytest.raises(Conflict):
            rename_card(ada, report, "Write it")
        assert not events
        assert report.board is garden
        assert rename_card(ada, report, "Write it").board_id == garden.id

    def test_something_of_a_session_that_has_ended_cannot_be_locked(self, ada: Actor, launch: Board) -> None:
        db.session.expunge(launch)
        with pytest.raises(ValueError, match="session that has ended"):
            rename_board(ada, launch, "New")


class TestNumbers:
    def test_they_count_without_a_gap(self, ada: Actor, grace: Actor, launch: Board, report: Card) -> None:
        first = launch.seq
        rename_card(ada, report, "One")
        rename_card(grace, report, "One")  # changes nothing
        archive_card(grace, report)
        assert launch.seq == first + 2
        assert _numbers(launch)[-2:] == [first + 1, first + 2]

    def test_a_change_of_two_boards_has_a_number_in_each(
        self, ada: Actor, launch: Board, garden: Board, report: Card, beds: List
    ) -> None:
        before = launch.seq, garden.seq
        event = move_card(ada, report, to=beds)
        assert (launch.seq, garden.seq) == (before[0] + 1, before[1] + 1)
        assert event.board_id == garden.id
        note = one(Event, board_id=launch.id, seq=launch.seq)
        assert (note.cause_id, note.changes, note.action) == (event.id, [], "card.moved")

    def test_events_of_a_workspace_and_of_a_person_are_counted_apart(self, ada: Actor, workspace: Workspace) -> None:
        with recording(ada, "workspace.renamed", workspace, lock=[workspace]) as event:
            workspace.name = "Machines"
        assert (event.board_id, event.workspace_id, event.user_id) == (None, workspace.id, None)
        assert event.seq == workspace.seq


class TestParts:
    def test_a_recording_inside_another_is_a_part_of_it(
        self, ada: Actor, launch: Board, report: Card, events: Events
    ) -> None:
        with recording(ada, "board.edited", launch, lock=[launch]) as whole:
            rename_card(ada, report, "Part")
            launch.tint = "sky"
        whole_first, part = events
        assert whole_first is whole
        assert part.cause_id == whole.id
        assert whole.change(launch, "tint") == ("lagoon", "sky")
        assert part.change(report, "title") == ("Write the report", "Part")

    def test_what_was_changed_before_the_part_began_is_the_wholes(
        self, ada: Actor, launch: Board, report: Card, events: Events
    ) -> None:
        with recording(ada, "card.renamed", report, lock=[launch]) as whole:
            report.title = "Whole"
            archive_card(ada, report)
        assert whole.change(report, "title") == ("Write the report", "Whole")
        assert [column for change in events[1].changes for column in change["after"]] == [
            "archived_at",
            "archived_by_id",
        ]

    def test_a_whole_that_changes_nothing_itself_is_still_there(self, ada: Actor, launch: Board, report: Card) -> None:
        with recording(ada, "board.edited", launch, lock=[launch]) as whole:
            rename_card(ada, report, "Part")
        assert whole.id is not None
        assert whole.changes == []

    def test_one_undo_takes_the_parts_back_too(self, ada: Actor, launch: Board, report: Card, bug: Label) -> None:
        with recording(ada, "board.edited", launch, lock=[launch]) as whole:
            rename_card(ada, report, "Part")
            rename_card(ada, report, "Part two")
            label_card(ada, report, bug)
            unlabel_card(ada, report, bug)
            launch.tint = "sky"
        undo(ada, whole)
        assert (report.title, launch.tint) == ("Write the report", "lagoon")

    def test_a_part_that_fails_takes_the_whole_back(
        self, ada: Actor, launch: Board, report: Card, events: Events
    ) -> None:
        def edit() -> None:
            with recording(ada, "board.edited", launch, lock=[launch]):
                launch.tint = "sky"
                rename_card(ada, report, "")

        with pytest.raises(Invalid):
            edit()
        assert not events
        assert launch.tint == "lagoon"


class TestAnnouncing:
    def test_listeners_hear_of_events_once_they_are_on_disk(
        self, app: Flask, ada: Actor, report: Card, told: list[list[Event]]
    ) -> None:
        event = rename_card(ada, report, "Write it")
        assert told == [[event]]

    def test_nothing_is_announced_for_what_changes_nothing(
        self, ada: Actor, report: Card, told: list[list[Event]]
    ) -> None:
        rename_card(ada, report, report.title)
        assert told == []

    def test_inside_a_larger_transaction_only_its_commit_announces(
        self, ada: Actor, report: Card, told: list[list[Event]]
    ) -> None:
        with transaction():
            rename_card(ada, report, "One")
            rename_card(ada, report, "Two")
            assert told == []
        (events,) = told
        assert [event.detail["name"] for event in events] == ["One", "Two"]

    def test_nothing_is_announced_where_the_larger_transaction_fails(
        self, ada: Actor, report: Card, told: list[list[Event]], events: Events
    ) -> None:
        def rename_and_fail() -> None:
            with transaction():
                rename_card(ada, report, "One")
                raise LookupError

        with pytest.raises(LookupError):
            rename_and_fail()
        rename_card(ada, report, "Two")
        assert [[event.detail["name"] for event in batch] for batch in told] == [["Two"]]
        assert len(events) == 1


class TestGuard:
    """What is recorded changes only inside recording()."""

    def test_a_change_outside_is_refused(self, report: Card) -> None:
        report.title = "Unseen"
        with pytest.raises(UnrecordedWrite):
            db.session.flush()
        db.session.rollback()

    def test_so_is_one_that_waits_for_the_next_commit(self, ada: Actor, report: Card, hall: Card) -> None:
        report.title = "Unseen"
        with pytest.raises(UnrecordedWrite):
            rename_card(ada, hall, "Seen")
        db.session.rollback()
        assert report.title == "Write the report"

    def test_a_new_row_is_refused(self, launch: Board) -> None:
        db.session.add(Label(board_id=launch.id, name="", color="red"))
        with pytest.raises(UnrecordedWrite):
            db.session.flush()
        db.session.rollback()

    def test_a_deleted_row_is_refused(self, report: Card) -> None:
        db.session.delete(report)
        with pytest.raises(UnrecordedWrite):
            db.session.flush()
        db.session.rollback()

    def test_a_relation_set_without_its_column_is_refused_outside(self, report: Card, doing: List) -> None:
        report.list = doing
        with pytest.raises(UnrecordedWrite):
            db.session.flush()
        db.session.rollback()

    def test_and_inside_where_nobody_would_see_the_column_change(self, ada: Actor, report: Card, doing: List) -> None:
        def move() -> None:
            with recording(ada, "card.moved", report, lock=[report.board]):
                report.list = doing

        with pytest.raises(UnrecordedWrite, match="list_id"):
            move()

    @pytest.mark.parametrize(
        "statement",
        [
            sa.update(Card).values(title="Unseen"),
            sa.delete(Card),
            sa.insert(Label).values(board_id=1, name="", color="red"),
            sa.update(Event).values(actor_id=None),
            sa.delete(Event),
        ],
        ids=["update", "delete", "insert", "update of events", "delete of events"],
    )
    def test_bulk_statements_are_refused(self, ada: Actor, launch: Board, statement: sa.Executable) -> None:
        with pytest.raises(UnrecordedWrite):
            db.session.execute(statement)
        with recording(ada, "board.edited", launch, lock=[launch]), pytest.raises(UnrecordedWrite):
            db.session.execute(statement)

    def test_bulk_inserts_by_objects_are_refused(self, launch: Board) -> None:
        with pytest.raises(UnrecordedWrite):
            db.session.execute(sa.insert(Label), [{"board_id": launch.id, "name": "", "color": "red"}])

    def test_an_event_never_changes(self, ada: Actor, report: Card) -> None:
        event = rename_card(ada, report, "Write it")
        event.detail = {"name": "Something else"}
        with pytest.raises(UnrecordedWrite):
            db.session.flush()
        db.session.rollback()

    def test_nor_does_it_go(self, ada: Actor, report: Card) -> None:
        db.session.delete(rename_card(ada, report, "Write it"))
        with pytest.raises(UnrecordedWrite):
            db.session.flush()
        db.session.rollback()

    def test_what_is_not_recorded_may_change_outside(self, ada: Actor) -> None:
        with transaction():
            ada.user.theme = "dark"
        db.session.expire_all()
        assert ada.user.theme == "dark"


def test_every_kind_of_row_can_be_put_back_from_what_events_write() -> None:
    """A tracked column of a type that JSON cannot hold would be lost."""
    for model in KINDS.values():
        for name in model.recorded():
            kind = sa.inspect(model).columns[name].type
            assert isinstance(kind, UTCDateTime) or kind.python_type in {int, str, bool}, f"{model.kind}.{name}"


def test_actions_are_named_once_and_short_enough() -> None:
    assert len(set(ACTIONS)) == len(ACTIONS)
    assert max(map(len, ACTIONS)) <= Event.action.type.length


def _elsewhere(statement: str, **values: object) -> None:
    """Run a statement as another process would: in a transaction of its own that the session does not see."""
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def _numbers(board: Board) -> list[int]:
    return list(db.session.scalars(sa.select(Event.seq).where(Event.board_id == board.id).order_by(Event.seq)))
