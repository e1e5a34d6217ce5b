"""The example board on a touch screen of 390 px."""

from playwright.sync_api import Page, expect

from tests.journeys.hands import Finger, column, expect_cards, tile

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


def expect_in_view(page: Page, name: str) -> None:
    expect(page.locator("#board_tabs [aria-current=true]")).to_contain_text(name)
    expect(column(page, name)).to_be_in_viewport(ratio=0.8)


def test_a_swipe_goes_on_to_the_next_list_and_moves_no_card(phone_board: Page) -> None:
    expect_in_view(phone_board, "Ideas")
    finger = Finger(phone_board)
    finger.press(tile(phone_board, IDEAS[1]), aside=155)
    finger.move(5, 280)
    finger.lift()
    expect_in_view(phone_board, "Next up")
    expect_cards(phone_board, "Ideas", IDEAS)


def test_a_tab_goes_to_its_list_and_a_second_tap_opens_its_menu(phone_board: Page) -> None:
    phone_board.get_by_role("link", name="Review").tap()
    expect_in_view(phone_board, "Review")
    phone_board.get_by_role("link", name="Review").tap()
    expect(phone_board.get_by_role("group", name="Actions for Review")).to_be_visible()


def test_a_card_that_is_held_is_carried(phone_board: Page) -> None:
    finger = Finger(phone_board)
    finger.hold(tile(phone_board, IDEAS[0]))
    box = tile(phone_board, IDEAS[2]).bounding_box()
    assert box is not None
    finger.move(200, box["y"] + box["height"] * 0.8)
    expect(phone_board.locator("#list_4_cards, .list__cards").first.locator(".tile h3 a").nth(2)).to_contain_text(
        IDEAS[0]
    )
    finger.lift()
    expect(phone_board.locator("#toasts")).to_contain_text("Moved")
    expect_cards(phone_board, "Ideas", [IDEAS[1], IDEAS[2], IDEAS[0], *IDEAS[3:]])


def test_at_the_side_the_next_list_comes(phone_board: Page) -> None:
    finger = Finger(phone_board)
    finger.hold(tile(phone_board, IDEAS[0]))
    finger.move(380, 260)
    expect(column(phone_board, "Ideas")).not_to_be_in_viewport(ratio=0.2)
    finger.move(180, 150)
    expect(phone_board.locator(".tile--ghost")).to_be_in_viewport()
    expect(column(phone_board, "Ideas").locator(".tile--ghost")).to_have_count(0)
    finger.lift()
    expect(phone_board.locator("#toasts")).to_contain_text("Moved")
    phone_board.reload()
    expect_cards(phone_board, "Ideas", IDEAS[1:])


def test_a_finger_that_drifts_scrolls_and_carries_nothing(phone_board: Page) -> None:
    finger = Finger(phone_board)
    finger.press(tile(phone_board, IDEAS[5]))
    finger.move(200, 160, steps=6)
    finger.lift()
    expect(tile(phone_board, IDEAS[6])).to_be_in_viewport()
    expect(phone_board.locator(".sortable-chosen, .tile--place")).to_have_count(0)
    expect_cards(phone_board, "Ideas", IDEAS)


def test_held_and_let_go_it_asks_for_a_place(phone_board: Page) -> None:
    finger = Finger(phone_board)
    finger.hold(tile(phone_board, IDEAS[0]))
    finger.lift()
    bar = phone_board.locator(".hint")
    expect(bar).to_contain_text(IDEAS[0])
    phone_board.get_by_role("link", name="In progress").tap()
    expect_in_view(phone_board, "In progress")
    column(phone_board, "In progress").get_by_role("button", name="Place here").last.tap()
    expect(bar).to_have_count(0)
    expect_cards(phone_board, "In progress", ["Checkout in three steps instead of six", IDEAS[0]])
    phone_board.locator("#toasts").get_by_role("button", name="Undo").tap()
    expect_cards(phone_board, "Ideas", IDEAS)


def test_placing_is_cancelled(phone_board: Page) -> None:
    finger = Finger(phone_board)
    finger.hold(tile(phone_board, IDEAS[0]))
    finger.lift()
    phone_board.locator(".hint").get_by_role("button", name="Cancel").tap()
    expect(phone_board.locator(".tile--place")).to_have_count(0)
    expect_cards(phone_board, "Ideas", IDEAS)


def test_a_tap_opens_a_card_and_the_way_back_leads_to_it(phone_board: Page) -> None:
    tile(phone_board, IDEAS[2]).tap()
    dialog = phone_board.get_by_role("dialog", name=IDEAS[2])
    expect(dialog).to_be_visible()
    dialog.get_by_role("checkbox", name="Tick this").tap()
    expect(dialog.get_by_role("checkbox", name="Tick this")).to_be_checked()
    phone_board.go_back()
    expect(dialog).to_be_hidden()
    expect(tile(phone_board, IDEAS[2])).to_contain_text("1/3")


def test_the_plus_adds_to_the_list_in_view(phone_board: Page) -> None:
    phone_board.get_by_role("link", name="Review").tap()
    expect_in_view(phone_board, "Review")
    phone_board.get_by_role("link", name="New board").tap()
    field = column(phone_board, "Review").locator(".composer textarea")
    expect(field).to_be_focused()
    field.fill("From the train")
    phone_board.get_by_role("button", name="Add card").locator("visible=true").tap()
    expect_cards(phone_board, "Review", ["Names with apostrophes are accepted", "From the train"])


def test_nothing_is_wider_than_the_screen(phone_board: Page) -> None:
    assert phone_board.evaluate("document.documentElement.scrollWidth") == 390


def test_the_name_stands_beside_its_mark_where_there_is_nothing(phone: Page) -> None:
    phone.goto("/nowhere")
    brand = phone.locator(".door__brand")
    mark, name = brand.locator("svg").bounding_box(), brand.get_by_text("Kanban").bounding_box()
    assert mark is not None
    assert name is not None
    assert name["x"] >= mark["x"] + mark["width"]
