"""A board in Chromium, from an empty cache: bytes over the wire, and when its last card is painted."""

import os
import shutil
import statistics
from dataclasses import dataclass
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ROUNDS = 5
# Resolves with the time since the navigation began, two frames after all cards are there: what
# was in the document at the first has then been painted.
_PAINTED = """
new Promise(done => {
  const look = () => document.readyState !== "loading" && document.querySelectorAll("[data-card]").length >= %d
    ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))
    : setTimeout(look, 1)
  look()
})
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page opened with an empty cache, then again."""

    painted_ms: float
    cold_kb: float
    warm_kb: float
    requests: int


def chromium() -> str | None:
    """The browser of this machine, if there is one."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def open_page(address: str, path: str, cookies: dict[str, str], cards: int) -> Opened:
    """Open a page of a board that draws so many cards: the medians of some rounds."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        rounds = [_round(browser, address, path, cookies, cards) for _ in range(_ROUNDS)]
        browser.close()
    return Opened(
        painted_ms=statistics.median(each.painted_ms for each in rounds),
        cold_kb=statistics.median(each.cold_kb for each in rounds),
        warm_kb=statistics.median(each.warm_kb for each in rounds),
        requests=rounds[-1].requests,
    )


def _round(browser: Any, address: str, path: str, cookies: dict[str, str], cards: int) -> Opened:
    # A context has its own cache, which is empty.
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    wire: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"] / 1000))
    page.goto(address + path, wait_until="commit")
    painted = page.evaluate(_PAINTED % cards)
    page.wait_for_load_state("networkidle")
    cold, requests = sum(wire), len(wire)
    wire.clear()
    page.goto(address + path, wait_until="networkidle")
    warm = sum(wire)
    context.close()
    return Opened(painted, cold, warm, requests)
