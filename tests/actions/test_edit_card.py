"""Titles, descriptions, boxes, covers and dates: what others wrote meanwhile is never lost."""

from zoneinfo import ZoneInfo

import pytest

from kanban.actions.cards import TextMovedOn, cover_card, describe_card, edit_card, rename_card, tick_box
from kanban.actions.comments import create_comment, delete_comment, edit_comment
from kanban.actions.dates import schedule_card
from kanban.actions.events import undo
from kanban.models import Actor, Card, Comment
from kanban.support.errors import Conflict, Forbidden
from kanban.support.text import fingerprint
from tests.actions.deeds import DUE
from tests.world import Events, one


def test_a_title_is_one_line(ada: Actor, report: Card) -> None:
    event = rename_card(ada, report, "  Write\n the \t report\u0000 again ")
    assert report.title == "Write the report again"
    assert event.detail == {"before": "Write the report", "name": "Write the report again"}


def test_title_and_description_at_once_are_one_event(ada: Actor, report: Card, events: Events) -> None:
    event = edit_card(ada, report, title="New", description="Text.")
    assert (report.title, report.description) == ("New", "Text.")
    assert [(one.action, one.cause_id) for one in events] == [("card.renamed", None), ("card.described", event.id)]
    undo(ada, event)
    assert (report.title, report.description) == ("Write the report", "")


def test_a_title_that_stays_makes_it_a_description(ada: Actor, report: Card, events: Events) -> None:
    edit_card(ada, report, title=" Write  the report", description="Text.")
    assert events.actions == ["card.described"]


class TestTextsThatMovedOn:
    def test_a_description_is_not_written_over_anothers(self, ada: Actor, grace: Actor, report: Card) -> None:
        base = fingerprint(report.description)
        describe_card(grace, report, "Grace's.", base=base)
        with pytest.raises(TextMovedOn) as refused:
            describe_card(ada, report, "Ada's.", base=base)
        assert report.description == "Grace's."
        assert refused.value.field == "description"
        assert str(refused.value).startswith("Grace Hopper changed this text while you wrote.")
        assert (refused.value.extra["theirs"], refused.value.extra["mine"]) == ("Grace's.", "Ada's.")
        # Having seen both, one saves again.
        describe_card(ada, report, "Both.", base=refused.value.extra["base"])
        assert report.description == "Both."

    def test_nor_with_its_title(self, ada: Actor, grace: Actor, report: Card, events: Events) -> None:
        base = fingerprint(report.description)
        describe_card(grace, report, "Grace's.")
        with pytest.raises(TextMovedOn):
            edit_card(ada, report, title="New", description="Ada's.", base=base)
        assert (report.title, events.actions) == ("Write the report", ["card.described"])

    def test_the_same_text_by_two_is_no_conflict(self, ada: Actor, grace: Actor, report: Card) -> None:
        base = fingerprint(report.description)
        describe_card(grace, report, "Same.")
        assert describe_card(ada, report, "Same.", base=base).id is None

    def test_a_comment_is_guarded_alike(self, grace: Actor, report: Card) -> None:
        create_comment(grace, report, "First.")
        comment = one(Comment)
        base = fingerprint(comment.body)
        edit_comment(grace, comment, "From the phone.", base=base)
        with pytest.raises(TextMovedOn) as refused:
            edit_comment(grace, comment, "From the desk.", base=base)
        assert refused.value.field == "body"
        assert str(refused.value).startswith("This text has changed since you opened it.")


class TestBoxes:
    TEXT = "- [ ] one\n- [x] two\n\n```\n- [ ] no box\n```"

    def test_the_one_that_is_named_is_ticked(self, ada: Actor, report: Card) -> None:
        describe_card(ada, report, self.TEXT)
        event = tick_box(ada, report, 0, ticked=True)
        assert report.description == self.TEXT.replace("[ ] one", "[x] one")
        assert event.action == "card.described"
        tick_box(ada, report, 1, ticked=False)
        assert report.description == self.TEXT.replace("[ ] one", "[x] one").replace("[x] two", "[ ] two")

    @pytest.mark.parametrize("number", [2, -1])
    def test_one_that_is_not_there_is_a_conflict(self, ada: Actor, report: Card, number: int) -> None:
        describe_card(ada, report, self.TEXT)
        with pytest.raises(Conflict):
            tick_box(ada, report, number, ticked=True)
        assert report.description == self.TEXT


def test_a_cover_can_be_taken_off(ada: Actor, report: Card) -> None:
    cover_card(ada, report, "red")
    assert cover_card(ada, report, None).change(report, "cover_color") == ("red", None)


class TestDates:
    def test_what_is_not_given_stays(self, ada: Actor, report: Card) -> None:
        schedule_card(ada, report, start_at=DUE, due_at=DUE)
        event = schedule_card(ada, report, due_at=None)
        assert (report.start_at, report.due_at) == (DUE, None)
        assert event.detail == {"name": "Write the report", "due": None, "has_time": True}
        assert schedule_card(ada, report).id is None

    def test_a_day_without_a_time_is_told_from_one_with(self, ada: Actor, report: Card) -> None:
        event = schedule_card(ada, report, due_at=DUE, due_has_time=False)
        assert event.detail == {"name": "Write the report", "due": DUE.isoformat(), "has_time": False}
        assert event.change(report, "due_has_time") == (True, False)

    def test_they_are_kept_in_utc_and_equal_moments_are_no_change(self, ada: Actor, report: Card) -> None:
        schedule_card(ada, report, due_at=DUE)
        assert schedule_card(ada, report, due_at=DUE.astimezone(ZoneInfo("Asia/Kolkata"))).id is None


class TestComments:
    def test_an_edit_is_marked_with_its_time(self, grace: Actor, report: Card) -> None:
        event = create_comment(grace, report, "First\nline, " + "long " * 20)
        comment = one(Comment)
        assert (event.subject_id, event.card_id) == (comment.id, report.id)
        assert event.detail["name"].startswith("First line, long")
        assert len(event.detail["name"]) == 80
        edit_comment(grace, comment, "Better.")
        assert comment.edited_at is not None

    def test_nobody_edits_anothers_and_an_admin_deletes_it(
        self, ada: Actor, grace: Actor, edgar: Actor, report: Card
    ) -> None:
        create_comment(grace, report, "Mine.")
        comment = one(Comment)
        with pytest.raises(Forbidden):
            edit_comment(ada, comment, "Ada's.")
        with pytest.raises(Forbidden):
            delete_comment(edgar, comment)
        assert delete_comment(ada, comment).id is not None

    def test_a_member_does_not_delete_anothers(self, ada: Actor, grace: Actor, report: Card) -> None:
        create_comment(ada, report, "Ada's.")
        with pytest.raises(Forbidden):
            delete_comment(grace, one(Comment))
