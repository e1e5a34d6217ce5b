"""Checklists: ticked, added to, and put in order by mouse and by keys."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.hands import drag, expect_heard, tile, wait_for_rest

CARD = "Checkout in three steps instead of six"
ITEMS = ["Merge the forms", "Keep typed data on the back button", "Test with a screen reader"]


@pytest.fixture
def card(board: Page) -> Page:
    """The example board with a card open whose checklist has three items."""
    tile(board, CARD).get_by_role("link").click()
    dialog = board.get_by_role("dialog", name=CARD)
    expect(dialog).to_be_visible()
    wait_for_rest(dialog)
    return board


def expect_items(page: Page, *texts: str) -> None:
    expect(page.locator(".item [id$=_text]:not(textarea)")).to_have_text(list(texts))


def item(page: Page, text: str):  # type: ignore[no-untyped-def]
    return page.locator(".item", has_text=text)


def test_a_tick_counts_on_the_card_and_on_the_board(card: Page) -> None:
    card.get_by_role("checkbox", name=ITEMS[2]).click()
    expect(card.get_by_role("checkbox", name=ITEMS[2])).to_be_checked()
    expect(card.locator(".checklist__count")).to_contain_text("3 of 3")
    expect(tile(card, CARD)).to_contain_text("3/3")


def test_items_are_added_one_after_another(card: Page) -> None:
    card.locator(".checklist .composer summary").first.click()
    card.keyboard.type("Fourth")
    card.keyboard.press("Enter")
    card.keyboard.type("Fifth")
    card.keyboard.press("Enter")
    expect_items(card, *ITEMS, "Fourth", "Fifth")


def test_an_item_is_dragged_by_its_handle(card: Page) -> None:
    drag(card, item(card, ITEMS[0]).locator("[data-handle]"), item(card, ITEMS[2]).locator("[data-handle]"), below=True)
    expect_items(card, ITEMS[1], ITEMS[2], ITEMS[0])
    expect(card.locator("#toasts")).to_contain_text(ITEMS[0])
    card.reload()
    expect_items(card, ITEMS[1], ITEMS[2], ITEMS[0])


def test_an_item_is_nudged_and_carried_by_keys(card: Page) -> None:
    card.get_by_role("checkbox", name=ITEMS[0]).focus()
    with card.expect_response("**/items/*/position"):
        card.keyboard.press("Alt+ArrowDown")
    expect_items(card, ITEMS[1], ITEMS[0], ITEMS[2])
    expect(card.get_by_role("checkbox", name=ITEMS[0])).to_be_focused()
    card.keyboard.press("Shift+Space")
    expect_heard(card, f"Picked up “{ITEMS[0]}”. 2 of 3.")
    card.keyboard.press("ArrowDown")
    with card.expect_response("**/items/*/position"):
        card.keyboard.press("Enter")
    expect_heard(card, "Dropped, 3 of 3.")
    expect_items(card, ITEMS[1], ITEMS[2], ITEMS[0])
    # Of the two toasts that look alike, neither says that the second move has arrived; its answer does.
    expect(card.locator("#toasts")).to_contain_text(ITEMS[0])
    card.reload()
    expect_items(card, ITEMS[1], ITEMS[2], ITEMS[0])


def test_an_item_goes_to_another_checklist(card: Page) -> None:
    card.locator("[id$=_add_checklist] summary").click()
    card.keyboard.type("Afterwards")
    card.keyboard.press("Enter")
    expect(card.get_by_role("heading", name="Afterwards")).to_be_visible()
    card.keyboard.press("Escape")
    card.get_by_role("checkbox", name=ITEMS[0]).focus()
    for key in ("Shift+Space", "ArrowRight", "Enter"):
        card.keyboard.press(key)
    expect(card.get_by_role("region", name="Afterwards").locator(".item")).to_have_count(1)
    expect(card.locator("#toasts")).to_contain_text(ITEMS[0])
    card.reload()
    expect(card.get_by_role("region", name="Afterwards").locator(".item")).to_contain_text(ITEMS[0])


def test_an_item_is_changed_deleted_and_brought_back(card: Page) -> None:
    item(card, ITEMS[0]).locator("summary").click()
    card.keyboard.type("Merge all forms")
    card.keyboard.press("Enter")
    expect_items(card, "Merge all forms", *ITEMS[1:])
    item(card, "Merge all forms").locator("summary").click()
    item(card, "Merge all forms").get_by_role("button", name="Delete").click()
    expect_items(card, *ITEMS[1:])
    card.locator("#toasts").get_by_role("button", name="Undo").click()
    expect_items(card, "Merge all forms", *ITEMS[1:])
