"""What somebody's hands, eyes and ears do at a board: look, drag, touch, listen."""

from collections.abc import Callable, Sequence

from playwright.sync_api import FloatRect, Locator, Page, Route, expect


def column(page: Page, name: str) -> Locator:
    """A list of the board, by its name."""
    return page.locator("section.list", has=page.locator(".list__name", has_text=name))


def tile(page: Page, title: str) -> Locator:
    """A card's tile, by its title."""
    return page.locator(".tile[data-card]", has=page.get_by_role("link", name=title))


def expect_cards(page: Page, name: str, titles: Sequence[str]) -> None:
    """Wait until a list shows these cards in this order."""
    shown = column(page, name).locator(".tile[data-card] h3 a")
    expect(shown).to_have_count(len(titles))
    for at, title in enumerate(titles):
        expect(shown.nth(at)).to_contain_text(title)


def expect_lists(page: Page, names: Sequence[str]) -> None:
    """Wait until the board shows these lists in this order."""
    expect(page.locator("section.list .list__name:is(h2)")).to_have_text(list(names))


def expect_heard(page: Page, words: str) -> None:
    """Wait until a screen reader has been told this at once."""
    expect(page.locator("#say_now")).to_contain_text(words)


def wait_for_rest(thing: Locator) -> None:
    """Wait until something that opens has its place and size: hands aim at what stands still."""
    thing.evaluate("""async (element) => {
        await new Promise(requestAnimationFrame);
        await Promise.allSettled(element.getAnimations().map((each) => each.finished));
    }""")


def drag(page: Page, thing: Locator, onto: Locator, *, below: bool = False, release: bool = True) -> None:
    """Drag by mouse, in steps as a hand does; `below` puts it at the lower half of what it is dragged onto."""
    thing.scroll_into_view_if_needed()
    grip = _middle(thing)
    page.mouse.move(*grip)
    page.mouse.down()
    page.mouse.move(grip[0] + 6, grip[1] + 6, steps=3)
    expect(page.locator(".sortable-fallback")).to_be_attached()
    box = onto.bounding_box()
    assert box is not None
    target = (box["x"] + box["width"] / 2, box["y"] + box["height"] * (0.8 if below else 0.3))
    free = page.locator("[class*='--ghost']").bounding_box()
    page.mouse.move(*target, steps=15)
    _settle(page, free)
    if release:
        page.mouse.up()


def _settle(page: Page, left: FloatRect | None) -> None:
    """Wait until the place that is kept free has left where it was and come to rest: it is looked for every 50 ms."""
    assert left is not None
    page.wait_for_function(
        """([x, y]) => {
            const free = document.querySelector("[class*='--ghost']").getBoundingClientRect();
            const place = `${free.x} ${free.y}`;
            if (window.freeAt !== place) window.restsSince = performance.now();
            window.freeAt = place;
            const hasLeft = Math.abs(free.x - x) + Math.abs(free.y - y) > 2;
            return hasLeft && performance.now() - window.restsSince > 150;
        }""",
        arg=[left["x"], left["y"]],
    )


def _middle(thing: Locator) -> tuple[float, float]:
    box = thing.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class Finger:
    """One finger on the glass: real touches, as the browser gets them from a screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._screen = page.context.new_cdp_session(page)
        self._at = (0.0, 0.0)

    def press(self, thing: Locator, *, aside: float = 0) -> None:
        """Put the finger onto a thing, or so many pixels beside its middle."""
        x, y = _middle(thing)
        self._at = (x + aside, y)
        self._touch("touchStart", [self._at])

    def hold(self, thing: Locator) -> None:
        """Put the finger onto a card and wait until it is picked up."""
        self.press(thing)
        expect(self.page.locator(".sortable-chosen")).to_be_visible()

    def move(self, x: float, y: float, steps: int = 12) -> None:
        """Move the finger over the glass."""
        from_x, from_y = self._at
        for step in range(1, steps + 1):
            part = step / steps
            self._touch("touchMove", [(from_x + (x - from_x) * part, from_y + (y - from_y) * part)])
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        self._at = (x, y)

    def lift(self) -> None:
        """Take the finger off."""
        self._touch("touchEnd", [])

    def _touch(self, kind: str, points: Sequence[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self._screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def between(page: Page, pattern: str, answer: Callable[[Route], object]) -> None:
    """Stand between a page and the server.

    A page that is open already hears of it in its own time, and what it sends until then goes past; so it opens anew.
    """
    page.route(pattern, lambda route: answer(route))
    page.reload()
    page.wait_for_function("() => window.Sortable")
