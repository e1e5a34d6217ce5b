"""All that one does with a board, in a browser without JavaScript: links, forms, and a notice with the way back."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from kanban.models import Board
from tests.world import PASSWORD

pytestmark = pytest.mark.usefixtures("example")


def tile(page: Page, title: str) -> Locator:
    return page.locator(".tile", has_text=title)


def in_list(page: Page, name: str) -> Locator:
    return page.locator("section.list", has=page.get_by_role("heading", name=name, exact=True))


def titles(page: Page, name: str) -> list[str]:
    return in_list(page, name).locator(".tile h3 a").all_inner_texts()


def undo(page: Page) -> None:
    page.locator(".notice").get_by_role("button", name="Undo").click()


def open_card(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_from_the_door_to_a_board_of_ones_own(plain_page: Page) -> None:
    page = plain_page
    page.goto("/")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("main").get_by_role("link", name="New board").first.click()
    page.get_by_label("Board name").fill("Regatta")
    page.get_by_role("button", name="Create board").click()
    expect(page.get_by_role("heading", name="Regatta", level=1)).to_be_visible()
    for name in ("To do", "Doing", "Done"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.get_by_role("heading", name="Regatta", level=1)).to_have_count(0)


def test_cards_are_added_and_taken_back(plain_board: Page) -> None:
    page = plain_board
    ideas = in_list(page, "Ideas")
    ideas.locator(".composer__open").click()
    ideas.get_by_role("textbox", name="Title of the card").fill("Sail\n  Mend it\n  Fold it\nRow")
    ideas.get_by_role("button", name="Add card").click()
    expect(tile(page, "Sail")).to_contain_text("0/2")
    assert titles(page, "Ideas")[-2:] == ["Sail", "Row"]
    expect(page.locator(".notice")).to_contain_text("Added 2 cards to Ideas")
    undo(page)
    expect(tile(page, "Sail")).to_have_count(0)


def test_a_card_is_named_described_and_ticked(plain_board: Page) -> None:
    page = plain_board
    open_card(page, "Open me and change what I say")
    page.locator("summary", has=page.get_by_role("heading", level=1)).click()
    page.get_by_label("Rename card").fill("Opened")
    page.get_by_label("Rename card").press("Enter")
    expect(page.get_by_role("heading", name="Opened", level=1)).to_be_visible()
    boxes = page.get_by_role("checkbox")
    expect(boxes.nth(1)).to_have_attribute("aria-checked", "false")
    boxes.nth(1).click()
    expect(page.get_by_role("checkbox").nth(1)).to_have_attribute("aria-checked", "true")
    page.get_by_text("Edit description").click()
    page.get_by_role("textbox", name="Description").fill("Now **otherwise**")
    page.get_by_role("button", name="Save description").click()
    expect(page.locator(".prose strong")).to_have_text("otherwise")
    undo(page)
    expect(page.locator(".prose").first).to_contain_text("Markdown")


def test_labels_people_and_dates(plain_board: Page) -> None:
    page = plain_board
    open_card(page, "Move me to the next list")
    page.get_by_role("button", name="Labels").click()
    page.locator(".menu:popover-open").get_by_label("bug").check()
    page.locator(".menu:popover-open").get_by_role("button", name="Save").click()
    expect(page.locator(".property", has_text="Labels")).to_contain_text("bug")
    page.get_by_role("button", name="Members").click()
    page.locator(".menu:popover-open").get_by_label("Ada Lovelace").check()
    page.locator(".menu:popover-open").get_by_role("button", name="Save").click()
    expect(page.locator(".property", has_text="Members")).to_contain_text("AL")
    page.get_by_role("button", name="Due").click()
    page.locator(".menu:popover-open").get_by_label("Due").fill("2031-03-31")
    page.locator(".menu:popover-open").get_by_role("button", name="Save dates").click()
    expect(page.locator(".property", has_text="Due")).to_contain_text("31 Mar 2031")


def test_a_checklist_grows_and_is_ticked(plain_board: Page) -> None:
    page = plain_board
    open_card(page, "Add a card below me")
    page.get_by_text("Add a checklist").click()
    page.get_by_label("Name of the checklist").fill("Steps")
    page.get_by_role("button", name="Add checklist").click()
    steps = page.locator(".checklist", has_text="Steps")
    steps.get_by_text("Add an item").click()
    steps.get_by_label("What is to be done").fill("One\nTwo\nThree")
    steps.get_by_role("button", name="Add item").click()
    steps.get_by_role("checkbox", name="Two").click()
    expect(steps).to_contain_text("1 of 3")
    steps.locator("summary", has_text="Three").click()
    steps.get_by_role("link", name="Move…").last.click()
    page.get_by_role("button", name="Move item").click()
    assert page.locator(".checklist", has_text="Steps").locator("[id$=_text]").all_inner_texts() == [
        "Three",
        "One",
        "Two",
    ]


def test_talk_and_links(plain_board: Page) -> None:
    page = plain_board
    open_card(page, "Dark mode for the receipts")
    page.get_by_label("Write a comment").fill("Looks *good*")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".line--comment em")).to_have_text("good")
    page.get_by_text("Attach a link").click()
    page.get_by_label("Address").fill("https://example.org/paper")
    page.get_by_role("button", name="Attach link").click()
    expect(page.locator(".attachment")).to_contain_text("example.org/paper")


def test_moving_by_the_move_page(plain_board: Page) -> None:
    page = plain_board
    open_card(page, "Dark mode for the receipts")
    page.get_by_role("link", name="Move…").first.click()
    page.get_by_label("List", exact=True).select_option("Review · 1 card")
    page.get_by_role("button", name="Show the places there").click()
    page.get_by_role("button", name="Move card").click()
    expect(in_list(page, "Review").locator(".tile h3 a").first).to_have_text("Dark mode for the receipts")
    undo(page)
    expect(in_list(page, "Ideas")).to_contain_text("Dark mode for the receipts")


def test_putting_away_and_bringing_back(plain_board: Page) -> None:
    page = plain_board
    open_card(page, "Archive me, then undo it")
    page.get_by_role("complementary").get_by_role("button", name="Archive").click()
    expect(tile(page, "Archive me, then undo it")).to_have_count(0)
    page.get_by_role("button", name="Board menu").click()
    page.get_by_role("link", name="Archived cards and lists").click()
    page.get_by_role("button", name="Put back").click()
    expect(page.locator(".notice")).to_contain_text("Reopened")
    page.get_by_role("link", name="Product team").first.click()
    expect(tile(page, "Archive me, then undo it")).to_be_visible()


def test_history_takes_back_any_of_it(plain_board: Page, example: Board) -> None:
    page = plain_board
    open_card(page, "Tick off my checklist")
    page.get_by_role("complementary").get_by_role("button", name="Delete").click()
    page.goto(f"/boards/{example.id}/events")
    page.locator(".line", has_text="deleted “Tick off my checklist”").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Do it again")).to_be_visible()
    page.goto(f"/boards/{example.id}")
    expect(tile(page, "Tick off my checklist")).to_be_visible()


def test_lists_are_added_limited_moved_and_put_away(plain_board: Page) -> None:
    page = plain_board
    page.get_by_text("Add a list").click()
    page.get_by_role("textbox", name="Name of the list").fill("Later")
    page.get_by_role("button", name="Add list").click()
    expect(page.get_by_role("heading", name="Later", exact=True)).to_be_visible()
    page.get_by_role("button", name="Actions for Later").click()
    page.get_by_role("link", name="Move…").click()
    page.get_by_label("Position").select_option("First")
    page.get_by_role("button", name="Move list").click()
    expect(page.locator("section.list h2").first).to_have_text("Later")
    page.get_by_role("button", name="Actions for Later").click()
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("Soon")
    page.get_by_label("Limit of cards").fill("1")
    page.get_by_role("button", name="Save list").click()
    expect(in_list(page, "Soon")).to_contain_text("0 of 1")
    page.get_by_role("button", name="Actions for Soon").click()
    page.get_by_role("button", name="Archive list").click()
    expect(page.get_by_role("heading", name="Soon", exact=True)).to_have_count(0)
    undo(page)
    expect(page.get_by_role("heading", name="Soon", exact=True)).to_be_visible()


def test_a_refusal_keeps_what_was_typed(plain_board: Page) -> None:
    page = plain_board
    in_list(page, "Ideas").locator(".composer__open").click()
    in_list(page, "Ideas").get_by_role("textbox", name="Title of the card").fill("x" * 600)
    in_list(page, "Ideas").get_by_role("button", name="Add card").click()
    expect(page.get_by_text("This is 88 characters too long")).to_be_visible()
    expect(page.get_by_label("Titles")).to_have_value("x" * 600)
    page.get_by_label("Titles").fill("Short enough")
    page.get_by_role("button", name="Add cards").click()
    expect(tile(page, "Short enough")).to_be_visible()


def test_the_theme_is_kept_by_a_plain_form(plain_board: Page) -> None:
    page = plain_board
    page.get_by_role("button", name=re.compile("Ada Lovelace")).click()
    page.locator("#me_menu").get_by_text("Dark").click()
    page.locator("#me_menu").get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name=re.compile("Ada Lovelace")).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def test_the_last_change_is_undone_and_done_again_by_buttons(plain_board: Page) -> None:
    page = plain_board
    open_card(page, "People can pay by invoice")
    page.get_by_role("button", name="Archive").locator("visible=true").first.click()
    expect(tile(page, "People can pay by invoice")).to_have_count(0)
    page.get_by_role("button", name="Undo my last change").click()
    expect(tile(page, "People can pay by invoice")).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(tile(page, "People can pay by invoice")).to_have_count(0)


def test_nothing_is_offered_that_needs_a_script(plain_board: Page) -> None:
    expect(plain_board.locator(".only-script:visible")).to_have_count(0)
