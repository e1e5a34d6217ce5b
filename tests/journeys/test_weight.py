"""How much script a page begins with, and that it asks for all of that at once."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, Route, expect

from kanban.models import Actor, Board, Card
from tests.world import one

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
IMPORTS = re.compile(r'^(?:import|export) .*"\./([a-z_]+)\.js";$', re.MULTILINE)
PRELOADS = re.compile(r'rel="modulepreload" href="/static/[0-9a-f]+/js/([a-z_]+)\.js"')


def needed(entry: str) -> set[str]:
    """A module and all that it imports, without what it fetches later."""
    found: set[str] = set()
    left = {entry}
    while left:
        name = left.pop()
        found.add(name)
        left |= set(IMPORTS.findall((SCRIPTS / f"{name}.js").read_text())) - found
    return found


@pytest.fixture
def visit(
    page: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, example: Board
) -> Callable[[str], list[Response]]:
    """Opens a page of a kind for the first time; all that it has received."""

    def go(entry: str) -> list[Response]:
        received: list[Response] = []
        page.on("response", lambda response: received.append(response))
        sign_in(page, ada)
        card = one(Card, title="Write the report")
        paths = {"shell": "/", "board": f"/boards/{example.id}", "card": f"/cards/{card.id}"}
        page.goto(paths[entry], wait_until="networkidle")
        return received

    return go


@pytest.mark.parametrize("entry", ["shell", "board", "card"])
def test_a_page_announces_every_module_it_begins_with_and_no_other(
    visit: Callable[[str], list[Response]], entry: str
) -> None:
    markup = visit(entry)[0].text()
    assert set(PRELOADS.findall(markup)) | {entry} == needed(entry)


@pytest.mark.parametrize("entry", ["shell", "board", "card"])
def test_its_modules_weigh_22_kilobytes_at_most(visit: Callable[[str], list[Response]], entry: str) -> None:
    modules = needed(entry)
    sizes = {
        name: len(gzip.compress(each.body(), 9)) for each in visit(entry) if (name := Path(each.url).stem) in modules
    }
    assert sizes.keys() == modules
    assert sum(sizes.values()) <= 22 * 1024, sizes


def test_a_board_comes_in_under_a_hundred_kilobytes(visit: Callable[[str], list[Response]]) -> None:
    sizes = {each.url: each.request.sizes()["responseBodySize"] for each in visit("board")}
    assert sum(sizes.values()) <= 100_000, sizes


def test_no_card_is_laid_out_before_the_styles_are_there(
    page: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, example: Board
) -> None:
    sign_in(page, ada)
    held: list[Route] = []
    page.route("**/css/all.css", lambda route: held.append(route))
    with page.expect_request_finished(lambda request: request.is_navigation_request()):
        page.goto(f"/boards/{example.id}", wait_until="commit")
    # Asked by the clock: there are no frames to ask by while styles are awaited.
    page.wait_for_function(
        "performance.getEntriesByType('resource').some(each => each.name.endsWith('/js/board.js'))", polling=20
    )
    assert page.locator("[data-card]").count() == 0
    held[0].continue_()
    expect(page.locator("[data-card]").first).to_be_visible()


def test_no_module_holds_a_string_that_looks_like_a_remark() -> None:
    for script in SCRIPTS.glob("*.js"):
        inside = "".join(re.findall(r"`[^`]*`", script.read_text()))
        assert not re.search(r"^\s*//", inside, re.MULTILINE), script.name
