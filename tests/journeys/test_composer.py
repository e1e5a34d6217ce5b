"""Adding in place: one after another, many at once, and never losing a line."""

from playwright.sync_api import Page, expect

from tests.journeys.hands import column, expect_cards, expect_lists, tile

NEXT_UP = ["People can pay by invoice", "Search takes too long on slow phones"]


def compose(page: Page, name: str = "Next up") -> None:
    column(page, name).locator(".list__foot summary").click()


def field(page: Page, name: str = "Next up"):  # type: ignore[no-untyped-def]
    return column(page, name).locator(".composer textarea")


def paste(page: Page, text: str) -> None:
    page.evaluate("text => document.execCommand('insertText', false, text)", text)


def test_enter_adds_and_stays_open(board: Page) -> None:
    compose(board)
    expect(field(board)).to_be_focused()
    board.keyboard.type("One")
    board.keyboard.press("Enter")
    board.keyboard.type("Two")
    board.keyboard.press("Enter")
    expect_cards(board, "Next up", [*NEXT_UP, "One", "Two"])
    expect(field(board)).to_be_focused()
    board.keyboard.press("Escape")
    expect(field(board)).to_be_hidden()
    expect(board).to_have_url(board.url)


def test_an_empty_one_closes_when_it_is_left(board: Page) -> None:
    compose(board)
    expect(field(board)).to_be_focused()
    compose(board, "Review")
    expect(field(board)).to_be_hidden()
    expect(field(board, "Review")).to_be_focused()


def test_several_lines_become_as_many_cards_and_one_undo_takes_all_back(board: Page) -> None:
    compose(board)
    expect(field(board)).to_be_focused()
    paste(board, "- Alpha\n- [ ] Beta\n* Gamma\n    with a step\n    and another")
    expect(column(board, "Next up").get_by_role("button", name="Add 3 cards")).to_be_visible()
    board.keyboard.press("Enter")
    expect_cards(board, "Next up", [*NEXT_UP, "Alpha", "Beta", "Gamma"])
    expect(tile(board, "Gamma")).to_contain_text("0/2")
    board.keyboard.press("Escape")
    board.keyboard.press("z")
    expect_cards(board, "Next up", NEXT_UP)


def test_several_lines_become_one_card_with_a_description(board: Page) -> None:
    compose(board)
    expect(field(board)).to_be_focused()
    paste(board, "Alpha\nThe rest of it")
    column(board, "Next up").get_by_role("button", name="One card with the rest as description").click()
    expect_cards(board, "Next up", [*NEXT_UP, "Alpha"])
    tile(board, "Alpha").get_by_role("link").click()
    expect(board.get_by_role("region", name="Description")).to_contain_text("The rest of it")


def test_shift_enter_makes_a_new_line_and_adds_nothing(board: Page) -> None:
    compose(board)
    expect(field(board)).to_be_focused()
    board.keyboard.type("One")
    board.keyboard.press("Shift+Enter")
    board.keyboard.type("Two")
    expect(field(board)).to_have_value("One\nTwo")
    expect_cards(board, "Next up", NEXT_UP)


def test_what_was_typed_is_kept_as_a_draft(board: Page) -> None:
    compose(board)
    expect(field(board)).to_be_focused()
    board.keyboard.type("Half a thou")
    board.keyboard.press("Escape")
    board.reload()
    compose(board)
    expect(field(board)).to_have_value("Half a thou")
    column(board, "Next up").get_by_role("button", name="Cancel").click()
    compose(board)
    expect(field(board)).to_have_value("")


def test_lists_are_added_the_same_way(board: Page) -> None:
    board.get_by_text("Add a list").click()
    expect(board.locator(".board__add textarea")).to_be_focused()
    board.keyboard.type("Later")
    board.keyboard.press("Enter")
    board.keyboard.type("Never")
    board.keyboard.press("Enter")
    expect_lists(board, ["Ideas", "Next up", "In progress", "Review", "Done", "Later", "Never"])
    board.keyboard.press("Escape")
    compose(board, "Never")
    board.keyboard.type("In a new list")
    board.keyboard.press("Enter")
    expect_cards(board, "Never", ["In a new list"])


def test_a_list_offers_the_same_in_its_menu(board: Page) -> None:
    column(board, "Review").get_by_role("button", name="Actions for Review").click()
    column(board, "Review").get_by_role("link", name="Add a card").click()
    expect(field(board, "Review")).to_be_focused()
