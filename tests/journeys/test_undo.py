"""Undo: after a reload, from a toast, and where somebody else's change stands in the way."""

import pytest
from playwright.sync_api import Page, expect

from kanban.actions.cards import rename_card
from kanban.actions.members import add_board_member
from kanban.models import Actor, Board, Card
from kanban.support.db import db
from tests.journeys.hands import column, expect_cards, tile
from tests.world import one

CARD = "Names with apostrophes are accepted"


def rename(page: Page, title: str) -> None:
    tile(page, CARD).get_by_role("link").focus()
    page.keyboard.press("t")
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text(title)


def test_undo_and_redo_outlive_a_reload(board: Page) -> None:
    rename(board, "Apostrophes work")
    board.reload()
    board.keyboard.press("Control+z")
    expect_cards(board, "Review", [CARD])
    board.reload()
    board.keyboard.press("Control+Shift+Z")
    expect_cards(board, "Review", ["Apostrophes work"])


def test_the_toast_waits_for_the_pointer_and_then_leaves(board: Page) -> None:
    rename(board, "Apostrophes work")
    toast = board.locator("#toasts .toast")
    toast.hover()
    clock = toast.locator(".toast__time")
    expect(clock).to_have_css("animation-play-state", "paused")
    clock.evaluate("bar => bar.getAnimations().forEach(run => run.finish())")
    expect(toast).to_have_count(0)


def test_each_line_of_the_activity_can_be_taken_back(board: Page) -> None:
    rename(board, "Apostrophes work")
    tile(board, "Apostrophes work").get_by_role("link").click()
    board.locator(".line--change", has_text="Apostrophes work").first.get_by_role("button", name="Undo").click()
    expect(board.get_by_role("heading", name=CARD, level=2)).to_be_visible()
    board.keyboard.press("Escape")
    expect_cards(board, "Review", [CARD])


@pytest.fixture
def overtaken(board: Page, ada: Actor, grace: Actor, example: Board) -> Page:
    """The board after Ada has renamed a card and Grace has renamed it again."""
    add_board_member(ada, example, grace.user)
    rename(board, "Apostrophes work")
    db.session.expire_all()
    rename_card(grace, one(Card, title="Apostrophes work"), "All names are accepted")
    return board


def test_somebody_elses_change_in_the_way_is_named(overtaken: Page) -> None:
    overtaken.keyboard.press("Control+z")
    toast = overtaken.locator("#toasts .toast")
    expect(toast).to_contain_text("Grace Hopper")
    toast.get_by_role("button", name="Leave it").click()
    overtaken.reload()
    expect_cards(overtaken, "Review", ["All names are accepted"])


def test_and_can_be_undone_all_the_same(overtaken: Page) -> None:
    overtaken.keyboard.press("Control+z")
    overtaken.locator("#toasts").get_by_role("button", name="Do it anyway").click()
    expect_cards(overtaken, "Review", [CARD])


def test_nothing_to_undo_is_said(board: Page) -> None:
    board.keyboard.press("z")
    expect(board.locator("#toasts, #say_now").first).not_to_be_empty()


def test_undo_leaves_the_text_one_types_alone(board: Page) -> None:
    rename(board, "Apostrophes work")
    column(board, "Review").locator(".list__foot summary").click()
    board.keyboard.type("abc")
    board.keyboard.press("Control+z")
    expect_cards(board, "Review", ["Apostrophes work"])


def test_pressed_twice_at_once_it_undoes_one_change(board: Page) -> None:
    rename(board, "Apostrophes work")
    tile(board, "Search takes too long on slow phones").get_by_role("link").focus()
    board.keyboard.press("c")
    expect_cards(board, "Next up", ["People can pay by invoice"])
    board.evaluate("""() => {
        const press = () => new KeyboardEvent("keydown", { key: "z", code: "KeyZ", bubbles: true });
        for (let at = 0; at < 2; at += 1) document.body.dispatchEvent(press());
    }""")
    expect_cards(board, "Next up", ["People can pay by invoice", "Search takes too long on slow phones"])
    board.reload()
    expect_cards(board, "Review", ["Apostrophes work"])
