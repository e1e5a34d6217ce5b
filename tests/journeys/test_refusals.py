"""What goes wrong: said where it happened, with the text kept and a way on."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from kanban.actions.cards import describe_card
from kanban.actions.lists import limit_list
from kanban.models import Actor, Board, Card, List
from tests.journeys.hands import between, column, drag, expect_cards, expect_heard, tile
from tests.world import one

MOVED = "Move me to the next list"
IN_PROGRESS = "Checkout in three steps instead of six"
REVIEW = "Names with apostrophes are accepted"


@pytest.fixture
def full(board: Page, ada: Actor) -> Page:
    """The example board, with Review full."""
    limit_list(ada, one(List, name="Review"), 1)
    board.reload(wait_until="networkidle")
    return board


def test_a_full_list_sends_the_card_back_and_says_why_on_it(full: Page) -> None:
    drag(full, tile(full, MOVED), tile(full, REVIEW))
    refused = tile(full, MOVED)
    expect(refused).to_contain_text("“Review” is full (1 of 1). The card went back to “Ideas”.")
    expect_heard(full, "“Review” is full")
    expect_cards(full, "Review", [REVIEW])
    expect(column(full, "Ideas").locator(".tile").first).to_contain_text(MOVED)
    refused.get_by_role("button", name="Move anyway").click()
    expect_cards(full, "Review", [MOVED, REVIEW])
    expect(column(full, "Review").locator(".count").first).to_contain_text("2 of 1")


def test_a_full_list_keeps_what_was_to_be_added(full: Page) -> None:
    column(full, "Review").locator(".list__foot summary").click()
    full.keyboard.type("One more")
    full.keyboard.press("Enter")
    field = column(full, "Review").locator(".composer textarea")
    expect(field).to_have_value("One more")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect_cards(full, "Review", [REVIEW])
    column(full, "Review").get_by_role("button", name="Add anyway").click()
    expect_cards(full, "Review", [REVIEW, "One more"])
    expect(field).to_have_value("")


def test_the_server_out_of_reach_loses_no_text(board: Page) -> None:
    between(board, "**/comments", lambda route: route.abort())
    tile(board, IN_PROGRESS).get_by_role("link").click()
    comment = board.get_by_placeholder("Write a comment")
    comment.fill("From the tunnel")
    board.keyboard.press("Control+Enter")
    toast = board.locator("#toasts .toast")
    expect(toast).to_contain_text("We could not reach the server.")
    expect(comment).to_have_value("From the tunnel")
    board.unroute("**/comments")
    toast.get_by_role("button", name="Try again").click()
    expect(board.locator(".line--comment").first).to_contain_text("From the tunnel")
    expect(comment).to_have_value("")


def test_moves_wait_for_the_server_and_go_out_in_order(board: Page) -> None:
    between(board, "**/position", lambda route: route.abort())
    for title in ("Search takes too long on slow phones", MOVED):
        tile(board, title).get_by_role("link").focus()
        board.keyboard.press(".")
    expect(tile(board, "Search takes too long on slow phones")).to_contain_text("Will send when online")
    board.unroute("**/position")
    board.evaluate("dispatchEvent(new Event('online'))")
    expect(board.locator("#toasts")).to_contain_text(MOVED)
    board.reload()
    expect_cards(board, "In progress", [IN_PROGRESS, "Search takes too long on slow phones"])
    expect_cards(board, "Next up", ["People can pay by invoice", MOVED])


def test_slowness_is_said(board: Page) -> None:
    held: list[Route] = []
    between(board, "**/position", held.append)
    tile(board, MOVED).get_by_role("link").focus()
    board.keyboard.press(".")
    expect(tile(board, MOVED)).to_contain_text("Saving")
    held[0].continue_()
    expect(tile(board, MOVED)).not_to_contain_text("Saving")


def test_a_form_sent_twice_is_sent_once(board: Page) -> None:
    held: list[Route] = []
    between(board, "**/comments", held.append)
    tile(board, IN_PROGRESS).get_by_role("link").click()
    board.get_by_placeholder("Write a comment").fill("Once")
    board.keyboard.press("Control+Enter")
    board.keyboard.press("Control+Enter")
    expect(board.locator("form[aria-busy=true]")).to_be_attached()
    for route in held:
        route.continue_()
    expect(board.locator(".line--comment", has_text="Once")).to_have_count(1)
    assert len(held) == 1


def test_a_session_that_has_ended_leads_to_signing_in_and_back_to_the_text(
    board: Page, sign_in: Callable[[Page, Actor], None], ada: Actor
) -> None:
    tile(board, IN_PROGRESS).get_by_role("link").click()
    board.get_by_placeholder("Write a comment").fill("Half a thought")
    board.context.clear_cookies()
    board.keyboard.press("Control+Enter")
    _sign_in_again(board, sign_in, ada, "cards")
    expect(board.get_by_placeholder("Write a comment")).to_have_value("Half a thought")
    expect(board.get_by_text("Draft kept on this device.")).to_be_visible()


def test_a_card_added_after_the_session_has_ended_is_not_lost(
    board: Page, sign_in: Callable[[Page, Actor], None], ada: Actor
) -> None:
    add = column(board, "Next up").locator(".list__foot summary")
    add.click()
    board.keyboard.type("Typed for nothing")
    board.context.clear_cookies()
    board.keyboard.press("Enter")
    _sign_in_again(board, sign_in, ada, "boards")
    add.click()
    expect(column(board, "Next up").locator(".composer textarea")).to_have_value("Typed for nothing")


def test_a_card_that_was_taken_is_no_draft_though_the_answer_leads_elsewhere(board: Page) -> None:
    board.route("**/lists/*/cards", lambda route: route.fulfill(status=200, headers={"HX-Redirect": "/"}))
    column(board, "Next up").locator(".list__foot summary").click()
    board.keyboard.type("Taken")
    board.keyboard.press("Enter")
    expect(board).to_have_url(re.compile(r"/$"))
    assert "Taken" not in board.evaluate("JSON.stringify(localStorage)")


def test_a_text_that_moved_on_is_shown_beside_ones_own(board: Page, grace: Actor, ada: Actor) -> None:
    tile(board, IN_PROGRESS).get_by_role("link").click()
    section = board.get_by_role("region", name="Description")
    section.get_by_text("Edit description").click()
    section.locator("textarea").fill("Mine")
    describe_card(ada, one(Card, title=IN_PROGRESS), "Theirs")
    section.get_by_role("button", name="Save description").click()
    expect(section.locator("[data-conflict]")).to_contain_text("Theirs")
    expect(section.locator("textarea")).to_have_value("Mine")
    section.get_by_role("button", name="Keep mine").click()
    expect(section.locator("textarea")).to_be_hidden()
    expect(section).to_contain_text("Mine")


def test_what_is_wrong_in_a_form_is_said_beside_the_field(board: Page, example: Board) -> None:
    column(board, "Review").get_by_role("button", name="Actions for Review").click()
    limit = board.get_by_label("Limit of cards").locator("visible=true")
    limit.evaluate("field => { field.removeAttribute('max'); }")
    limit.fill("5000")
    board.keyboard.press("Enter")
    expect(limit).to_have_attribute("aria-invalid", "true")
    expect(limit).to_be_focused()
    expect(column(board, "Review").locator(".field__error")).to_be_visible()
    limit.fill("5")
    board.keyboard.press("Enter")
    expect(column(board, "Review").locator(".count").first).to_contain_text("1 of 5")


def test_a_card_that_is_gone_is_said_and_the_board_stays(board: Page, ada: Actor) -> None:
    from kanban.actions.states import delete_card

    delete_card(ada, one(Card, title=REVIEW))
    tile(board, REVIEW).get_by_role("link").click()
    expect(board.locator("#toasts")).to_contain_text("There is nothing here for you")
    expect(board).to_have_url(re.compile(r"/boards/\d+$"))
    expect(board.locator("dialog[open]")).to_have_count(0)


def test_whoever_may_only_look_moves_nothing(
    open_page: Callable[..., Page], sign_in: Callable[[Page, Actor], None], edgar: Actor, launch: Board
) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    sign_in(page, edgar)
    page.goto(f"/boards/{launch.id}", wait_until="networkidle")
    tile(page, "Write the report").get_by_role("link").focus()
    for key in ("Shift+Space", "ArrowRight", "Enter", "c", "t", "."):
        page.keyboard.press(key)
    page.goto(f"/boards/{launch.id}")
    expect_cards(page, "To do", ["Write the report", "Book the hall", "Print the flyers"])
    expect(page.locator(".composer, .tile__tools")).to_have_count(0)


def _sign_in_again(board: Page, sign_in: Callable[[Page, Actor], None], actor: Actor, where: str) -> None:
    """Be led to the page that asks who one is, and from there back to where one was."""
    expect(board).to_have_url(re.compile(rf"/session/new\?next=%2F{where}%2F\d+"))
    sign_in(board, actor)
    board.reload()
    expect(board).to_have_url(re.compile(rf"/{where}/\d+$"))
