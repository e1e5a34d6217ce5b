"""A card over its board: its own address, and Back as the way out."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import column, drag, tile

CARD = "Checkout in three steps instead of six"
NEXT = "Names with apostrophes are accepted"


def open_card(page: Page, title: str = CARD) -> None:
    tile(page, title).get_by_role("link").click()
    expect(page.get_by_role("dialog", name=title)).to_be_visible()


def expect_board(page: Page) -> None:
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/boards/\d+$"))
    expect(page).to_have_title(re.compile("^Product team"))


WAYS_OUT: dict[str, Callable[[Page], object]] = {
    "Back": lambda page: page.go_back(),
    "Escape": lambda page: page.keyboard.press("Escape"),
    "the cross": lambda page: page.get_by_role("button", name="Close").first.click(),
    "a click beside it": lambda page: page.mouse.click(40, 780),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_one_step_back_closes_it(board: Page, way: str) -> None:
    open_card(board)
    expect(board).to_have_url(re.compile(r"/cards/\d+$"))
    expect(board).to_have_title(re.compile(f"^{CARD}"))
    expect(board.get_by_role("heading", name=CARD, level=2)).to_be_focused()
    WAYS_OUT[way](board)
    expect_board(board)
    expect(tile(board, CARD).get_by_role("link")).to_be_focused()


def test_forward_opens_it_again(board: Page) -> None:
    open_card(board)
    board.go_back()
    expect_board(board)
    board.go_forward()
    expect(board.get_by_role("dialog", name=CARD)).to_be_visible()


def test_what_was_fetched_as_a_drag_began_is_not_shown_after_it(board: Page) -> None:
    drag(board, tile(board, CARD), tile(board, NEXT))
    expect(board.locator("#toasts")).to_contain_text("Moved")
    tile(board, CARD).get_by_role("link").focus()
    board.keyboard.press("Enter")
    expect(board.get_by_role("dialog", name=CARD).get_by_role("link", name="Review").first).to_be_visible()


def test_the_card_beside_takes_its_place_and_one_back_still_returns(board: Page) -> None:
    open_card(board)
    board.get_by_role("button", name="Next card").click()
    expect(board.get_by_role("dialog", name=NEXT)).to_be_visible()
    expect(board).to_have_title(re.compile(f"^{NEXT}"))
    board.go_back()
    expect_board(board)
    expect(tile(board, NEXT).get_by_role("link")).to_be_focused()


def test_reloaded_it_is_a_page_that_leads_back_to_the_board(board: Page) -> None:
    open_card(board)
    board.reload()
    expect(board.locator("dialog")).to_have_count(0)
    expect(board.get_by_role("heading", name=CARD, level=1)).to_be_visible()
    board.get_by_role("link", name="Product team").locator("visible=true").first.click()
    expect(board).to_have_url(re.compile(r"/boards/\d+#card_\d+$"))
    expect(tile(board, CARD)).to_be_in_viewport()


def test_with_control_it_opens_in_a_tab(board: Page) -> None:
    with board.context.expect_page() as opened:
        tile(board, CARD).get_by_role("link").click(modifiers=["Control"])
    expect(opened.value.get_by_role("heading", name=CARD, level=1)).to_be_visible()
    expect_board(board)


def test_escape_closes_only_what_is_on_top(board: Page) -> None:
    open_card(board)
    dialog = board.get_by_role("dialog", name=CARD)
    dialog.get_by_role("button", name="Labels").click()
    board.keyboard.press("Escape")
    expect(board.get_by_role("group", name="Labels")).to_be_hidden()
    dialog.get_by_text("Edit description").click()
    board.keyboard.type(" More.")
    board.keyboard.press("Escape")
    expect(dialog.get_by_label("Description").locator("textarea")).to_be_hidden()
    expect(dialog).to_be_visible()


def test_what_is_changed_in_it_is_changed_on_the_board(board: Page) -> None:
    open_card(board)
    dialog = board.locator("dialog[open]")
    dialog.get_by_role("heading", name=CARD).click()
    board.keyboard.type("Checkout in two")
    board.keyboard.press("Enter")
    dialog.get_by_role("button", name="Due").click()
    board.get_by_label("Due", exact=True).fill("2031-03-04")
    board.get_by_role("button", name="Save dates").click()
    expect(dialog.locator(".properties")).to_contain_text("4 Mar 2031")
    expect(board).to_have_title(re.compile("^Checkout in two ·"))
    dialog.get_by_placeholder("Write a comment").fill("Nearly there")
    board.keyboard.press("Control+Enter")
    expect(dialog.locator(".line--comment").first).to_contain_text("Nearly there")
    expect(dialog.get_by_placeholder("Write a comment")).to_have_value("")
    board.keyboard.press("Escape")
    there = tile(board, "Checkout in two")
    expect(there).to_contain_text("4 Mar 2031")
    expect(there.locator(".badge--talk")).to_contain_text("2")


def test_the_description_is_written_previewed_and_its_boxes_tick(board: Page) -> None:
    open_card(board)
    section = board.get_by_role("region", name="Description")
    section.get_by_text("Edit description").click()
    section.locator("textarea").fill("# Plan\n\n- [ ] first\n- [ ] second")
    section.get_by_role("button", name="Preview").click()
    expect(section.locator("[data-preview-pane]").get_by_role("heading", name="Plan")).to_be_visible()
    section.get_by_role("button", name="Write").click()
    section.get_by_role("button", name="Save description").click()
    expect(section.locator("textarea")).to_be_hidden()
    with board.expect_response("**/cards/*/**"):
        section.get_by_role("checkbox").nth(1).click()
    expect(board.locator("#toasts")).to_contain_text("description")
    board.reload()
    expect(section.get_by_role("checkbox").nth(0)).not_to_be_checked()
    expect(section.get_by_role("checkbox").nth(1)).to_be_checked()


def test_undo_is_at_hand_over_the_dialog(board: Page) -> None:
    open_card(board)
    dialog = board.get_by_role("dialog", name=CARD)
    dialog.get_by_role("button", name="Mark as done").click()
    expect(dialog.get_by_role("button", name="Done", exact=True)).to_have_attribute("aria-pressed", "true")
    board.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(dialog.get_by_role("button", name="Mark as done")).to_have_attribute("aria-pressed", "false")


def test_a_deleted_card_leaves_and_an_undo_brings_it_back(board: Page) -> None:
    open_card(board)
    board.get_by_role("button", name="Delete", exact=True).locator("visible=true").first.click()
    expect_board(board)
    expect(tile(board, CARD)).to_have_count(0)
    board.keyboard.press("z")
    expect(tile(board, CARD)).to_be_visible()


def test_people_are_put_on_a_card_one_by_one(board: Page) -> None:
    open_card(board, NEXT)
    board.get_by_role("button", name="Members").click()
    board.get_by_role("checkbox", name="Ada Lovelace").check()
    expect(board.locator("dialog .properties .avatar").first).to_be_visible()
    board.keyboard.press("Escape")
    board.keyboard.press("Escape")
    expect(tile(board, NEXT).locator(".avatar")).to_have_text(["AL"])


def test_a_list_of_the_board_keeps_its_place_beneath(board: Page) -> None:
    ideas = column(board, "Ideas").locator(".list__cards")
    board.set_viewport_size({"width": 1280, "height": 400})
    tile(board, "Dark mode for the receipts").scroll_into_view_if_needed()
    before = ideas.evaluate("list => list.scrollTop")
    open_card(board, "Dark mode for the receipts")
    board.go_back()
    expect_board(board)
    assert before > 0
    assert ideas.evaluate("list => list.scrollTop") == before
