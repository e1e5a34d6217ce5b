"""The example board, worked by mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from kanban.models import limits
from tests.journeys.hands import between, column, drag, expect_cards, expect_lists, tile

IDEAS = [
    "Move me to the next list",
    "Open me and change what I say",
    "Tick off my checklist",
    "Add a card below me",
    "Give me a label and a date",
    "Archive me, then undo it",
    "Dark mode for the receipts",
]
NEXT_UP = ["People can pay by invoice", "Search takes too long on slow phones"]


def test_a_card_is_dragged_to_another_list_and_stays_there(board: Page) -> None:
    drag(board, tile(board, IDEAS[0]), tile(board, NEXT_UP[0]))
    expect(board.locator("#toasts")).to_contain_text("Moved")
    expect(column(board, "Ideas").locator(".count").first).to_contain_text("6")
    board.reload()
    expect_cards(board, "Next up", [IDEAS[0], *NEXT_UP])
    expect_cards(board, "Ideas", IDEAS[1:])


def test_a_click_that_trembles_opens_the_card_and_moves_nothing(board: Page) -> None:
    box = tile(board, NEXT_UP[0]).bounding_box()
    assert box is not None
    board.mouse.move(box["x"] + 60, box["y"] + 30)
    board.mouse.down()
    board.mouse.move(box["x"] + 62, box["y"] + 31)
    board.mouse.up()
    expect(board.get_by_role("dialog", name=NEXT_UP[0])).to_be_visible()


def test_escape_puts_a_card_in_the_air_back(board: Page) -> None:
    drag(board, tile(board, IDEAS[0]), tile(board, NEXT_UP[0]), release=False)
    board.keyboard.press("Escape")
    expect_cards(board, "Ideas", IDEAS)
    board.mouse.up()
    expect_cards(board, "Next up", NEXT_UP)
    expect(board.locator("dialog[open]")).to_have_count(0)


def test_a_card_dragged_into_an_empty_list_is_its_only_one(board: Page) -> None:
    drag(board, tile(board, "Help page for the new fares"), tile(board, NEXT_UP[0]))
    expect_cards(board, "Done", [])
    drag(board, tile(board, NEXT_UP[1]), column(board, "Done"))
    expect_cards(board, "Done", [NEXT_UP[1]])


def test_a_list_is_dragged_by_its_head(board: Page) -> None:
    drag(board, column(board, "Next up").locator(".list__head"), column(board, "Review"))
    expect_lists(board, ["Ideas", "In progress", "Review", "Next up", "Done"])
    expect(board.locator("#toasts")).to_contain_text("Moved the list")
    board.reload()
    expect_lists(board, ["Ideas", "In progress", "Review", "Next up", "Done"])
    board.keyboard.press("z")
    expect_lists(board, ["Ideas", "Next up", "In progress", "Review", "Done"])


def test_tools_appear_on_the_card_under_the_pointer(board: Page) -> None:
    tile(board, NEXT_UP[0]).hover()
    tile(board, NEXT_UP[0]).get_by_role("button", name="Mark as done").click()
    expect(tile(board, NEXT_UP[0])).to_have_attribute("data-done", "")
    tile(board, NEXT_UP[1]).hover()
    tile(board, NEXT_UP[1]).get_by_role("button", name="Card actions").click()
    board.get_by_role("button", name="Archive", exact=True).click()
    expect_cards(board, "Next up", NEXT_UP[:1])
    board.locator("#toasts").get_by_role("button", name="Undo").click()
    expect_cards(board, "Next up", NEXT_UP)


def test_a_card_is_placed_by_pointing_at_a_gap(board: Page) -> None:
    tile(board, IDEAS[0]).hover()
    tile(board, IDEAS[0]).get_by_role("button", name="Card actions").click()
    board.get_by_role("button", name="Move on this board").click()
    column(board, "Next up").get_by_role("button", name="Place here").nth(1).click()
    expect_cards(board, "Next up", [NEXT_UP[0], IDEAS[0], NEXT_UP[1]])
    expect(board.locator(".tile--place")).to_have_count(0)


def test_names_change_where_they_stand(board: Page) -> None:
    column(board, "Next up").get_by_title("Rename list").click()
    board.keyboard.type("Soon")
    board.keyboard.press("Enter")
    expect(board.locator("#toasts")).to_contain_text("Soon")
    board.get_by_title("Rename board").click()
    board.keyboard.type("Ferries")
    board.keyboard.press("Enter")
    expect(board).to_have_title(re.compile("Ferries"))
    board.get_by_title("Rename board").click()
    board.keyboard.type("Trains")
    board.keyboard.press("Escape")
    board.reload()
    expect(board.get_by_role("heading", name="Ferries", level=1)).to_be_visible()
    expect_lists(board, ["Ideas", "Soon", "In progress", "Review", "Done"])


def test_the_name_of_a_board_is_the_same_everywhere(board: Page) -> None:
    def expect_name(name: str, card: str = "") -> None:
        expect(board).to_have_title(f"{card}{name} · Kanban")
        expect(board.locator(".bar h1")).to_have_text(name)
        expect(board.locator(".rail__board")).to_have_accessible_name(name)
        expect(board.locator(".rail__board")).to_have_attribute("aria-current", "page")

    board.get_by_title("Star this board").click()
    expect_name("Product team")
    board.get_by_title("Rename board").click()
    board.keyboard.type("Ferries")
    board.keyboard.press("Enter")
    expect_name("Ferries")
    tile(board, NEXT_UP[0]).get_by_role("link").click()
    expect_name("Ferries", f"{NEXT_UP[0]} · ")
    board.keyboard.press("Escape")
    expect_name("Ferries")
    board.keyboard.press("Control+z")
    expect_name("Product team")
    board.keyboard.press("Control+Shift+z")
    expect_name("Ferries")
    between(board, "**/boards/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    board.get_by_title("Rename board").click()
    board.keyboard.type("Trains")
    board.keyboard.press("Enter")
    expect(board.get_by_role("textbox", name="Rename board")).to_have_value("Trains")
    expect_name("Ferries")


def test_a_title_takes_as_much_on_its_tile_as_anywhere(board: Page) -> None:
    tile(board, IDEAS[0]).get_by_role("link").focus()
    board.keyboard.press("t")
    expect(board.get_by_role("textbox", name="Rename card")).to_have_attribute("maxlength", str(limits.TITLE))


def test_a_list_is_limited_archived_and_brought_back(board: Page) -> None:
    ideas = column(board, "Ideas")
    ideas.get_by_role("button", name="Actions for Ideas").click()
    board.get_by_label("Limit of cards").locator("visible=true").fill("5")
    board.keyboard.press("Enter")
    expect(ideas.locator(".count").first).to_contain_text("7 of 5")
    ideas.get_by_role("button", name="Actions for Ideas").click()
    board.get_by_role("button", name="Archive list").locator("visible=true").click()
    expect_lists(board, ["Next up", "In progress", "Review", "Done"])
    board.keyboard.press("Control+z")
    expect_lists(board, ["Ideas", "Next up", "In progress", "Review", "Done"])
    expect_cards(board, "Ideas", IDEAS)


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_the_theme_changes_at_once_and_for_good(board: Page, theme: str) -> None:
    board.get_by_role("button", name="Ada Lovelace").click()
    with board.expect_response("**/preferences"):
        board.get_by_title(theme, exact=True).click()
    expect(board.locator("html")).to_have_attribute("data-theme", theme.lower())
    with board.expect_response("**/boards/*"):
        board.reload()
    expect(board.locator("html")).to_have_attribute("data-theme", theme.lower())
