"""What axe-core finds, what a narrow screen shows, and what less movement means."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kanban.models import Actor, Board, Card
from tests.journeys.hands import tile
from tests.world import one

AXE = (Path(__file__).parent / "axe.min.js").read_text()
CARD = "Checkout in three steps instead of six"


def faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page as it stands."""
    # Colours are measured as they are once everything has faded in.
    page.evaluate("""() => Promise.allSettled(
        document.getAnimations().map(run => run.effect.getComputedTiming().endTime < 1000 && run.finished)
    )""")
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })"
    )
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@pytest.fixture
def visit(page: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, example: Board) -> Callable[[str], Page]:
    """Goes to a page of the example, by name."""
    card = one(Card, title=CARD)
    paths = {
        "board": f"/boards/{example.id}",
        "card": f"/cards/{card.id}",
        "home": "/",
        "move": f"/cards/{card.id}/position",
        "history": f"/boards/{example.id}/events",
        "labels": f"/boards/{example.id}/labels",
        "archive": f"/boards/{example.id}/archive",
        "help": "/help",
        "people": f"/boards/{example.id}/members",
        "invite": f"/boards/{example.id}/invitations/new",
        "members": f"/workspaces/{example.workspace_id}/members",
        "groups": f"/workspaces/{example.workspace_id}/groups",
        "import": "/imports/new",
    }

    def go(name: str) -> Page:
        sign_in(page, ada)
        page.goto(paths[name], wait_until="networkidle")
        return page

    return go


PAGES = (
    "board",
    "card",
    "home",
    "move",
    "history",
    "labels",
    "archive",
    "help",
    "import",
    "people",
    "invite",
    "members",
    "groups",
)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_fault(visit: Callable[[str], Page], name: str, theme: str) -> None:
    page = visit(name)
    page.locator("html").evaluate("(root, theme) => { root.dataset.theme = theme; }", theme)
    assert not faults(page)


@pytest.mark.parametrize("path", ["/session/new", "/accounts/new"])
def test_nor_has_the_door(page: Page, world: None, path: str) -> None:
    page.goto(path)
    assert not faults(page)


def test_nor_has_what_opens_over_the_board(board: Page) -> None:
    tile(board, CARD).get_by_role("link").click()
    expect(board.get_by_role("dialog", name=CARD)).to_be_visible()
    assert not faults(board)
    board.get_by_role("button", name="Labels").click()
    assert not faults(board)


def test_nor_has_a_card_in_the_air(board: Page) -> None:
    tile(board, CARD).get_by_role("link").focus()
    board.keyboard.press("Shift+Space")
    expect(board.locator(".hint")).to_be_visible()
    assert not faults(board)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(visit: Callable[[str], Page], name: str) -> None:
    page = visit(name)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_door_fits_320_pixels(page: Page, world: None) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/session/new")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_whoever_wants_less_movement_gets_none(board: Page) -> None:
    board.emulate_media(reduced_motion="reduce")
    board.reload(wait_until="networkidle")
    tile(board, CARD).get_by_role("link").focus()
    board.keyboard.press("Shift+Space")
    board.keyboard.press("ArrowRight")
    gliding = (
        "() => document.getAnimations().filter(run => !(run instanceof CSSTransition || run instanceof CSSAnimation))"
    )
    assert board.evaluate(f"({gliding})().length") == 0
    board.keyboard.press("Escape")
