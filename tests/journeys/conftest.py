"""Browsers for the journeys: Debian's Chromium, headless, by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from kanban.actions.samples import create_sample
from kanban.models import Actor, Board, Workspace
from tests.world import one, session_of

# A machine may have more to do than these tests.
expect.set_options(timeout=15_000)

# What is said of answers, and of their absence, that a test provokes on purpose.
_EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",
    "Failed to load resource: net::ERR_FAILED",
)
_UNREACHED = "htmx: htmx:error: Failed to fetch"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys of a worker."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    found = found or shutil.which("google-chrome")
    if found is None:
        pytest.fail("There is no Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM.")
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start under root, nor in most containers.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"] if os.getuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def open_page(app: Flask, browser: Browser, live_server: str) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody else: `open_page()`, `open_page(java_script_enabled=False)`, `open_page(**PHONE)`.

    A test fails on any script error, and on anything the content policy blocks.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        is_expected = message.text.startswith(_EXPECTED) and "/static/" not in message.location["url"]
        if message.type == "error" and not is_expected and not message.text.startswith(_UNREACHED):
            wrong.append(message.text)

    def new_page(**options: Any) -> Page:
        context = browser.new_context(base_url=live_server, locale="en-GB", **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", note)
        return page

    yield new_page
    for context in contexts:
        context.close()
    assert not wrong, f"The page reported errors: {wrong}"


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page on a desktop screen."""
    return open_page(viewport={"width": 1280, "height": 800})


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a touch screen of 390 px."""
    return open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def plain_page(open_page: Callable[..., Page]) -> Page:
    """A page without JavaScript."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def sign_in(app: Flask, live_server: str) -> Callable[[Page, Actor], None]:
    """Gives a page somebody's session; the form for it has journeys of its own."""
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]

    def enter(page: Page, actor: Actor) -> None:
        session = {"_user_id": session_of(actor.user), "_fresh": True}
        name = f"kanban_{live_server.rpartition(':')[2]}"
        cookie = {"name": name, "value": serializer.dumps(session), "url": live_server}
        page.context.add_cookies([cookie])  # type: ignore[list-item]

    return enter


@pytest.fixture
def example(ada: Actor, workspace: Workspace) -> Board:
    """The board that newcomers are offered."""
    create_sample(ada, workspace, "product")
    found: Board = one(Board, name="Product team")
    return found


@pytest.fixture
def board(page: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, example: Board) -> Page:
    """The example board on a desktop screen."""
    return _ready(_open(page, sign_in, ada, example))


@pytest.fixture
def phone_board(phone: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, example: Board) -> Page:
    """The example board on a touch screen."""
    return _ready(_open(phone, sign_in, ada, example))


@pytest.fixture
def plain_board(plain_page: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, example: Board) -> Page:
    """The example board without JavaScript."""
    return _open(plain_page, sign_in, ada, example)


def _open(page: Page, sign_in: Callable[[Page, Actor], None], actor: Actor, board: Board) -> Page:
    sign_in(page, actor)
    page.goto(f"/boards/{board.id}")
    return page


def _ready(page: Page) -> Page:
    # What a board does not begin with has come by now too.
    page.wait_for_function("() => window.Sortable")
    return page
