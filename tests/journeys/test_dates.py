"""Days as the viewer's own clock says them, while the page stays open."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from kanban.actions.accounts import prefer
from kanban.actions.dates import schedule_card
from kanban.models import Actor, Board, Card
from tests.journeys.hands import tile

MORNING = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


@pytest.fixture
def due(
    page: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, launch: Board, report: Card
) -> Callable[..., Locator]:
    """Opens the board at a morning, with a card due that night; the badge on its tile."""

    def go(*, zone: str = "UTC", has_time: bool = True) -> Locator:
        prefer(ada.user, time_zone=zone)
        schedule_card(ada, report, due_at=NIGHT, due_has_time=has_time)
        page.clock.install(time=MORNING)
        sign_in(page, ada)
        page.goto(f"/boards/{launch.id}")
        return tile(page, "Write the report").locator(".badge--due")

    return go


def test_tonight_is_today(due: Callable[..., Locator]) -> None:
    badge = due()
    expect(badge.locator("time")).to_have_text("Today")
    expect(badge).to_contain_class("badge--soon")


def test_at_the_other_side_of_the_world_it_is_tomorrow_already(due: Callable[..., Locator]) -> None:
    expect(due(zone="Pacific/Auckland").locator("time")).to_have_text("Tomorrow")


def test_a_day_without_a_time_is_that_day_everywhere(due: Callable[..., Locator]) -> None:
    expect(due(zone="Pacific/Auckland", has_time=False).locator("time")).to_have_text("Today")


def test_it_turns_late_under_ones_eyes(due: Callable[..., Locator], page: Page) -> None:
    badge = due()
    page.clock.fast_forward("14:00:00")
    expect(badge).to_contain_class("badge--late")
    expect(badge.locator("time")).to_have_text("Yesterday")
