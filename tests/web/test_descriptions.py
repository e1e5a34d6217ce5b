"""The boxes in a card's description."""

import pytest

from kanban.actions.cards import describe_card
from kanban.models import Actor, Card
from tests.web.conftest import Browser
from tests.world import Events


@pytest.fixture(autouse=True)
def boxes(ada: Actor, report: Card) -> None:
    describe_card(ada, report, "First:\n\n- [ ] One\n- [x] Two")


def test_a_box_is_ticked_and_cleared(as_ada: Browser, report: Card, events: Events) -> None:
    answer = as_ada.plain("PUT", f"/cards/{report.id}/boxes/0")
    assert answer.location == f"/cards/{report.id}#card_{report.id}_description"
    assert report.description == "First:\n\n- [x] One\n- [x] Two"
    drawn = as_ada.htmx("DELETE", f"/cards/{report.id}/boxes/1", on=f"/cards/{report.id}").text
    assert report.description == "First:\n\n- [x] One\n- [ ] Two"
    assert f"card_{report.id}_description" in drawn
    assert len(events) == 2


@pytest.mark.parametrize("number", ["2", "99999999999999999999999"])
def test_a_box_that_is_not_there_is_said(as_ada: Browser, report: Card, events: Events, number: str) -> None:
    assert as_ada.plain("PUT", f"/cards/{report.id}/boxes/{number}").status_code == 409
    assert "that box is not there any more" in as_ada.htmx("PUT", f"/cards/{report.id}/boxes/{number}").json["title"]
    assert not events


def test_whoever_may_only_look_ticks_nothing(as_edgar: Browser, report: Card, events: Events) -> None:
    assert as_edgar.plain("PUT", f"/cards/{report.id}/boxes/0").status_code == 403
    assert not events
