"""When a card is due: /cards/<id>/schedule."""

from datetime import UTC, datetime

import pytest

from kanban.actions.accounts import prefer
from kanban.actions.boards import edit_board
from kanban.models import Actor, Board, Card
from tests.web.conftest import Browser
from tests.world import Events


@pytest.fixture(autouse=True)
def zones(ada: Actor, launch: Board) -> None:
    """Ada lives in New York; the board's work is done in Oslo."""
    prefer(ada.user, time_zone="America/New_York")
    edit_board(ada, launch, time_zone="Europe/Oslo")


def test_a_day_without_a_time_ends_where_the_board_is(as_ada: Browser, report: Card, events: Events) -> None:
    answer = as_ada.plain("PUT", f"/cards/{report.id}/schedule", due="2027-01-15", due_time="")
    assert answer.location == f"/cards/{report.id}"
    assert (report.due_at, report.due_has_time) == (datetime(2027, 1, 15, 22, 59, tzinfo=UTC), False)
    assert events.actions == ["card.scheduled"]
    assert 'value="2027-01-15"' in as_ada.get(f"/cards/{report.id}/schedule").text


def test_a_time_is_ones_own(as_ada: Browser, report: Card) -> None:
    as_ada.htmx("PUT", f"/cards/{report.id}/schedule", due="2027-01-15", due_time="17:30")
    assert (report.due_at, report.due_has_time) == (datetime(2027, 1, 15, 22, 30, tzinfo=UTC), True)
    page = as_ada.get(f"/cards/{report.id}/schedule").text
    assert 'value="2027-01-15"' in page
    assert 'value="17:30"' in page
    assert "America/New York" in page


def test_what_is_not_sent_stays(as_ada: Browser, report: Card) -> None:
    as_ada.plain("PUT", f"/cards/{report.id}/schedule", due="2027-01-15", start="2027-01-10")
    as_ada.plain("PUT", f"/cards/{report.id}/schedule", due="2027-01-16")
    assert report.start_at == datetime(2027, 1, 9, 23, tzinfo=UTC)
    as_ada.plain("PUT", f"/cards/{report.id}/schedule", due="2027-01-16", start="")
    assert report.start_at is None
    assert report.due_at is not None


def test_both_dates_are_removed(as_ada: Browser, report: Card, events: Events) -> None:
    as_ada.plain("PUT", f"/cards/{report.id}/schedule", due="2027-01-15", start="2027-01-10")
    as_ada.plain("DELETE", f"/cards/{report.id}/schedule")
    assert (report.due_at, report.start_at) == (None, None)
    as_ada.plain("POST", f"/events/{events[1].id}/reversal")
    assert report.due_at == datetime(2027, 1, 15, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"due": "2027-02-30"}, "due"),
        ({"due": "tomorrow"}, "due"),
        ({"due": "20270115"}, "due"),
        ({"due": "२०२७-०१-१५"}, "due"),
        ({"due": "0001-01-01"}, "due"),
        ({"due": "9999-12-31", "due_time": "23:59"}, "due"),
        ({"due": "2027-01-15", "due_time": "25:00"}, "due_time"),
        ({"due": "2027-01-15", "due_time": "noon"}, "due_time"),
        ({"due": "", "due_time": "12:00"}, "due"),
        ({"due": "2027-01-15", "start": "soon"}, "start"),
        ({"due": "2027-01-15", "start": "2027-01-16"}, "due"),
    ],
)
def test_a_bad_date_is_refused_and_kept(
    as_ada: Browser, report: Card, events: Events, sent: dict[str, str], field: str
) -> None:
    answer = as_ada.plain("PUT", f"/cards/{report.id}/schedule", **sent)
    assert answer.status_code == 422
    assert f'id="{field}_error"' in answer.text
    for value in sent.values():
        assert f'value="{value}"' in answer.text
    assert as_ada.htmx("PUT", f"/cards/{report.id}/schedule", **sent).json["field"] == field
    assert report.due_at is None
    assert not events


def test_an_hour_that_the_clocks_skip_is_no_failure(as_ada: Browser, report: Card) -> None:
    answer = as_ada.plain("PUT", f"/cards/{report.id}/schedule", due="2027-03-14", due_time="02:30")
    assert answer.status_code == 303
    assert report.due_at is not None


def test_whoever_may_only_look_sets_no_date(as_edgar: Browser, report: Card, events: Events) -> None:
    assert as_edgar.get(f"/cards/{report.id}/schedule").status_code == 403
    assert as_edgar.plain("PUT", f"/cards/{report.id}/schedule", due="2027-01-15").status_code == 403
    assert not events


def test_a_start_alone_leaves_the_due_date(as_ada: Browser, report: Card) -> None:
    as_ada.plain("PUT", f"/cards/{report.id}/schedule", due="2027-01-15")
    as_ada.plain("PUT", f"/cards/{report.id}/schedule", start="2027-01-10")
    assert report.start_at == datetime(2027, 1, 9, 23, tzinfo=UTC)
    assert report.due_at == datetime(2027, 1, 15, 22, 59, tzinfo=UTC)
