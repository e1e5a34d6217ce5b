"""Lists longer than what is drawn at once: the rest comes as one nears it, each card once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kanban.actions.cards import NewCard, create_cards
from kanban.models import Actor, Board, List
from tests.journeys.hands import column, tile
from tests.world import one

TITLES = [f"Card {number:03}" for number in range(1, 111)]


@pytest.fixture
def long_board(page: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, example: Board) -> Page:
    """The example board with 110 cards in Done."""
    done = one(List, name="Done", board_id=example.id)
    for start in range(0, len(TITLES), 55):
        create_cards(ada, done, [NewCard(title) for title in TITLES[start : start + 55]])
    sign_in(page, ada)
    page.goto(f"/boards/{example.id}", wait_until="networkidle")
    return page


def shown(page: Page) -> list[str]:
    return column(page, "Done").locator(".tile[data-card] h3 a").all_text_contents()[1:]


def to_the_end(page: Page) -> None:
    column(page, "Done").locator(".list__cards").evaluate("list => { list.scrollTop = list.scrollHeight; }")


def expect_all(page: Page, titles: list[str]) -> None:
    tiles = column(page, "Done").locator(".tile[data-card]")
    expect(column(page, "Done").locator("[data-more]")).to_have_count(0)
    expect(tiles).to_have_count(len(titles) + 1)
    assert shown(page) == titles


def test_fifty_are_drawn_and_the_rest_comes_as_one_scrolls(long_board: Page) -> None:
    expect(column(long_board, "Done").locator(".tile[data-card]")).to_have_count(50)
    expect(column(long_board, "Done").locator("[data-more]")).to_have_text("Show 61 more")
    to_the_end(long_board)
    expect_all(long_board, TITLES)


def test_or_when_it_is_asked_for(long_board: Page) -> None:
    column(long_board, "Done").locator("[data-more]").click()
    expect_all(long_board, TITLES)


def test_what_is_added_at_the_end_is_there_once(long_board: Page) -> None:
    column(long_board, "Done").locator(".list__foot summary").click()
    long_board.keyboard.type("The very last")
    long_board.keyboard.press("Enter")
    expect(tile(long_board, "The very last")).to_have_count(1)
    to_the_end(long_board)
    expect_all(long_board, [*TITLES, "The very last"])


def test_what_is_dropped_after_the_last_drawn_one_stays_there(long_board: Page) -> None:
    tile(long_board, "Names with apostrophes are accepted").get_by_role("link").focus()
    for key in ("Shift+Space", "ArrowRight", "End", "Enter"):
        long_board.keyboard.press(key)
    expect(long_board.locator("#toasts")).to_contain_text("Moved")
    to_the_end(long_board)
    expect_all(long_board, [*TITLES[:49], "Names with apostrophes are accepted", *TITLES[49:]])
    long_board.reload(wait_until="networkidle")
    to_the_end(long_board)
    expect_all(long_board, [*TITLES[:49], "Names with apostrophes are accepted", *TITLES[49:]])


def test_the_rest_is_found_when_the_last_drawn_one_has_left(long_board: Page) -> None:
    tile(long_board, TITLES[48]).get_by_role("link").focus()
    long_board.keyboard.press(",")
    expect(long_board.locator("#toasts")).to_contain_text("Moved")
    to_the_end(long_board)
    expect_all(long_board, [*TITLES[:48], *TITLES[49:]])
