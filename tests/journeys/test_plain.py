"""The example board with JavaScript off: plain links and forms."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.hands import column, expect_cards, expect_lists, tile

CARD = "Checkout in three steps instead of six"
NEXT_UP = ["People can pay by invoice", "Search takes too long on slow phones"]


def expect_notice(page: Page, words: str) -> None:
    expect(page.locator(".notices")).to_contain_text(words)


def test_a_card_is_added_and_taken_back(plain_board: Page) -> None:
    column(plain_board, "Next up").locator(".list__foot summary").click()
    column(plain_board, "Next up").locator(".composer textarea").fill("By hand\nand another")
    column(plain_board, "Next up").get_by_role("button", name="Add card").click()
    expect_cards(plain_board, "Next up", [*NEXT_UP, "By hand", "and another"])
    expect_notice(plain_board, "Added")
    plain_board.locator(".notices").get_by_role("button", name="Undo").click()
    expect_cards(plain_board, "Next up", NEXT_UP)


def test_a_card_is_moved_by_a_form(plain_board: Page) -> None:
    tile(plain_board, CARD).get_by_role("link").click()
    plain_board.get_by_role("link", name="In progress").first.click()
    plain_board.get_by_label("List", exact=True).select_option(label="Next up · 2 cards")
    plain_board.get_by_role("button", name="Show the places there").click()
    plain_board.get_by_label("Position in Next up").select_option(label=f"After “{NEXT_UP[0]}”")
    plain_board.get_by_role("button", name="Move card").click()
    expect(plain_board).to_have_url(re.compile(r"/boards/\d+#card_\d+$"))
    expect_cards(plain_board, "Next up", [NEXT_UP[0], CARD, NEXT_UP[1]])


def test_a_list_is_moved_renamed_and_archived(plain_board: Page) -> None:
    review = column(plain_board, "Review")
    review.get_by_role("button", name="Actions for Review").click()
    review.get_by_role("link", name="Move…").click()
    plain_board.get_by_role("combobox").last.select_option(index=0)
    plain_board.get_by_role("button", name="Move list").click()
    expect_lists(plain_board, ["Review", "Ideas", "Next up", "In progress", "Done"])
    review.locator("summary").first.click()
    review.get_by_label("Rename list").fill("Proof")
    review.get_by_role("button", name="Save").click()
    expect_lists(plain_board, ["Proof", "Ideas", "Next up", "In progress", "Done"])
    column(plain_board, "Proof").get_by_role("button", name="Actions for Proof").click()
    plain_board.get_by_role("button", name="Archive list").locator("visible=true").click()
    expect_lists(plain_board, ["Ideas", "Next up", "In progress", "Done"])
    plain_board.locator(".notices").get_by_role("button", name="Undo").click()
    expect_lists(plain_board, ["Proof", "Ideas", "Next up", "In progress", "Done"])


def test_a_card_is_worked_through(plain_board: Page) -> None:
    tile(plain_board, CARD).get_by_role("link").click()
    expect(plain_board.get_by_role("heading", name=CARD, level=1)).to_be_visible()
    plain_board.get_by_role("checkbox", name="Test with a screen reader").click()
    expect(plain_board.get_by_role("checkbox", name="Test with a screen reader")).to_be_checked()
    plain_board.get_by_text("Edit description").click()
    plain_board.locator("textarea[name=description]").fill("- [ ] by hand")
    plain_board.get_by_role("button", name="Save description").click()
    plain_board.get_by_role("region", name="Description").get_by_role("checkbox").click()
    expect(plain_board.get_by_role("region", name="Description").get_by_role("checkbox")).to_be_checked()
    plain_board.get_by_role("button", name="Labels").click()
    plain_board.get_by_role("checkbox", name="bug").check()
    plain_board.get_by_role("button", name="Save").locator("visible=true").click()
    expect(plain_board.locator(".property .label")).to_have_text(["bug", "feature", "design"])
    plain_board.get_by_role("button", name="Due").click()
    plain_board.get_by_label("Due", exact=True).fill("2031-03-04")
    plain_board.get_by_role("button", name="Save dates").click()
    expect(plain_board.locator(".property", has_text="Due")).to_contain_text("4 Mar 2031")
    plain_board.get_by_placeholder("Write a comment").fill("Without a script")
    plain_board.get_by_role("button", name="Comment", exact=True).click()
    expect(plain_board.locator(".line--comment").first).to_contain_text("Without a script")
    plain_board.get_by_role("button", name="Mark as done").click()
    expect(tile(plain_board, CARD)).to_have_attribute("data-done", "")
    expect(tile(plain_board, CARD)).to_contain_text("3/3")


def test_the_last_change_is_undone_and_redone_by_buttons(plain_board: Page) -> None:
    tile(plain_board, NEXT_UP[0]).get_by_role("link").click()
    plain_board.get_by_role("button", name="Archive").locator("visible=true").first.click()
    expect_cards(plain_board, "Next up", NEXT_UP[1:])
    plain_board.get_by_role("button", name="Undo my last change").click()
    expect_cards(plain_board, "Next up", NEXT_UP)
    plain_board.get_by_role("button", name="Redo").click()
    expect_cards(plain_board, "Next up", NEXT_UP[1:])


def test_what_is_wrong_is_said_beside_its_field_and_kept(plain_board: Page) -> None:
    too_long = "x" * 600
    column(plain_board, "Next up").locator(".list__foot summary").click()
    field = column(plain_board, "Next up").locator(".composer textarea")
    field.fill(too_long)
    column(plain_board, "Next up").get_by_role("button", name="Add card").click()
    wrong = plain_board.locator("[aria-invalid=true]")
    expect(wrong).to_have_value(too_long)
    expect(plain_board.locator(".field__error")).to_be_visible()


def test_nothing_is_offered_that_needs_a_script(plain_board: Page) -> None:
    expect(plain_board.locator(".only-script:visible")).to_have_count(0)
