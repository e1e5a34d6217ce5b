"""The example board, worked by keyboard alone, and heard."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import column, expect_cards, expect_heard, expect_lists, tile

IN_PROGRESS = "Checkout in three steps instead of six"
REVIEW = "Names with apostrophes are accepted"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def choose(page: Page, title: str) -> None:
    tile(page, title).get_by_role("link").focus()


def expect_chosen(page: Page, title: str) -> None:
    expect(tile(page, title).get_by_role("link")).to_be_focused()


def test_arrows_choose_a_card(board: Page) -> None:
    press(board, "ArrowDown")
    expect_chosen(board, "Move me to the next list")
    press(board, "j", "ArrowRight")
    expect_chosen(board, "Search takes too long on slow phones")
    press(board, "Home")
    expect_chosen(board, "People can pay by invoice")
    press(board, "ArrowUp")
    expect(column(board, "Next up").locator("summary").first).to_be_focused()
    press(board, "ArrowRight", "ArrowDown")
    expect_chosen(board, IN_PROGRESS)


def test_a_card_is_carried_and_every_step_is_said(board: Page) -> None:
    choose(board, IN_PROGRESS)
    press(board, "Shift+Space")
    expect_heard(board, f"Picked up “{IN_PROGRESS}”. In progress, 1 of 1. Arrows move, Enter drops, Escape cancels.")
    expect(board.locator(".hint")).to_contain_text(f"Moving “{IN_PROGRESS}”")
    press(board, "ArrowRight")
    expect_heard(board, "Review, 1 of 2.")
    press(board, "ArrowDown")
    expect_heard(board, "Review, 2 of 2.")
    press(board, "Enter")
    expect_heard(board, "Dropped in Review, 2 of 2.")
    expect_chosen(board, IN_PROGRESS)
    expect(board.locator("#toasts")).to_contain_text("Moved")
    board.reload()
    expect_cards(board, "Review", [REVIEW, IN_PROGRESS])


@pytest.mark.parametrize("way_out", ["Escape", "Tab"])
def test_a_card_in_the_air_is_put_back(board: Page, way_out: str) -> None:
    choose(board, IN_PROGRESS)
    press(board, "Shift+Space", "Control+ArrowRight", "End", way_out)
    expect_heard(board, "Put back in In progress, 1 of 1.")
    expect_cards(board, "In progress", [IN_PROGRESS])
    expect(board.locator(".tile--carried")).to_have_count(0)


def test_other_keys_do_nothing_to_a_card_in_the_air(board: Page) -> None:
    choose(board, IN_PROGRESS)
    press(board, "Shift+Space", "c", "z", "n", "ArrowLeft", "Enter")
    expect_cards(board, "Next up", [IN_PROGRESS, "People can pay by invoice", "Search takes too long on slow phones"])


def test_the_handle_picks_up_for_whoever_knows_no_keys(board: Page) -> None:
    choose(board, IN_PROGRESS)
    handle = tile(board, IN_PROGRESS).get_by_role("button", name="Move this card")
    expect(handle).to_be_visible()
    press(board, "Tab")
    expect(handle).to_be_focused()
    press(board, "Enter", "ArrowRight", "Enter")
    expect_cards(board, "Review", [IN_PROGRESS, REVIEW])


def test_a_list_is_carried(board: Page) -> None:
    column(board, "Review").locator("summary").first.focus()
    press(board, "Shift+Space")
    expect_heard(board, "Picked up “Review”. 4 of 5.")
    press(board, "Home", "Enter")
    expect_heard(board, "Dropped, 1 of 5.")
    expect_lists(board, ["Review", "Ideas", "Next up", "In progress", "Done"])
    press(board, "z")
    expect_lists(board, ["Ideas", "Next up", "In progress", "Review", "Done"])


def test_commas_and_points_send_a_card_to_the_list_beside(board: Page) -> None:
    choose(board, IN_PROGRESS)
    press(board, ".")
    expect_cards(board, "Review", [REVIEW, IN_PROGRESS])
    expect_chosen(board, IN_PROGRESS)
    press(board, "<")
    expect_cards(board, "In progress", [IN_PROGRESS])


def test_a_card_is_added_below_the_chosen_one(board: Page) -> None:
    choose(board, "People can pay by invoice")
    press(board, "n")
    board.keyboard.type("And by card")
    press(board, "Enter")
    expect_cards(board, "Next up", ["People can pay by invoice", "And by card", "Search takes too long on slow phones"])
    press(board, "Escape")
    expect_chosen(board, "And by card")


def test_a_card_is_renamed_archived_and_both_undone(board: Page) -> None:
    choose(board, IN_PROGRESS)
    press(board, "t")
    board.keyboard.type("Checkout in two steps")
    press(board, "Enter")
    expect_chosen(board, "Checkout in two steps")
    press(board, "c")
    expect_cards(board, "In progress", [])
    press(board, "z")
    expect_cards(board, "In progress", ["Checkout in two steps"])
    press(board, "z")
    expect_cards(board, "In progress", [IN_PROGRESS])
    press(board, "Shift+Z")
    expect_cards(board, "In progress", ["Checkout in two steps"])


def test_numbers_put_labels_on_and_take_them_off(board: Page) -> None:
    choose(board, REVIEW)
    press(board, "3")
    expect(tile(board, REVIEW).locator(".label")).to_have_text(["bug", "design"])
    press(board, "1")
    expect(tile(board, REVIEW).locator(".label")).to_have_text(["design"])


def test_letters_open_the_very_row_of_the_card(board: Page) -> None:
    choose(board, REVIEW)
    press(board, "l")
    expect(board.locator("dialog[open]")).to_be_visible()
    expect(board.get_by_role("group", name="Labels").locator("visible=true")).to_be_visible()
    expect(board.get_by_role("checkbox", name="bug")).to_be_focused()
    press(board, "ArrowDown", "Enter")
    expect(board.get_by_role("checkbox", name="feature")).to_be_checked()
    press(board, "Escape")
    expect(board.locator("dialog[open] .property .label")).to_have_text(["bug", "feature"])
    press(board, "Escape")
    expect_chosen(board, REVIEW)


def test_letters_rest_while_one_types(board: Page) -> None:
    choose(board, REVIEW)
    press(board, "n")
    board.keyboard.type("czt?;")
    expect(column(board, "Review").locator("textarea")).to_have_value("czt?;")
    expect_cards(board, "Review", [REVIEW])


def test_letters_can_be_turned_off(board: Page) -> None:
    board.get_by_role("button", name="Ada Lovelace").click()
    with board.expect_response("**/preferences"):
        board.get_by_role("switch", name="Keys of one letter").uncheck()
    board.reload()
    choose(board, REVIEW)
    press(board, "c", "t", "3", ".")
    expect_cards(board, "Review", [REVIEW])
    press(board, "Shift+Space", "ArrowLeft", "Enter")
    expect_cards(board, "In progress", [REVIEW, IN_PROGRESS])


def test_labels_turn_into_bars_for_this_person(board: Page) -> None:
    with board.expect_response("**/preferences"):
        press(board, ";")
    board.reload()
    expect(board.locator("body")).to_have_attribute("data-labels", "bars")


def test_a_question_mark_shows_the_keys(board: Page) -> None:
    press(board, "?")
    expect(board.get_by_role("dialog", name="Keys")).to_be_visible()
    press(board, "Escape")
    expect(board.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_a_list_is_added(board: Page) -> None:
    press(board, "Shift+N")
    board.keyboard.type("Later")
    press(board, "Enter")
    expect_lists(board, ["Ideas", "Next up", "In progress", "Review", "Done", "Later"])


def test_toasts_are_reached_by_a_key(board: Page) -> None:
    choose(board, REVIEW)
    press(board, "c")
    expect(board.locator("#toasts")).to_contain_text("Archived")
    press(board, "F6", "Enter")
    expect_cards(board, "Review", [REVIEW])


def test_a_menu_is_walked_through(board: Page) -> None:
    column(board, "Review").get_by_role("button", name="Actions for Review").focus()
    press(board, "Enter")
    expect(column(board, "Review").get_by_role("link", name="Add a card")).to_be_focused()
    press(board, "a", "r")
    expect(board.get_by_role("button", name="Archive list").locator("visible=true")).to_be_focused()
    press(board, "Escape")
    expect(column(board, "Review").get_by_role("button", name="Actions for Review")).to_be_focused()
