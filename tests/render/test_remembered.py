"""What looks the same is drawn once, and anew when anything of it changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale, get_locale
from markupsafe import Markup

from kanban.queries.tiles import LabelFace, Tile
from kanban.render.tiles import remembered
from kanban.render.words import fixed
from kanban.support import clock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLAIN = Tile(7, 3, "Pay rent", 5, None, True, None, None, False, 0, 0, 0, 0, (), (), "UTC")
DUE = PLAIN._replace(due_at=NOON + timedelta(hours=60))


class Pen:
    """Draws tiles, and counts how many it was really asked for."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, tile: Tile) -> Markup:
        self.count += 1
        return Markup("<li>{}</li>").format(tile.title)


@pytest.fixture
def pen(application: Flask) -> Iterator[Pen]:
    with application.test_request_context(), clock.freeze(NOON):
        yield Pen()


def test_the_same_tile_is_drawn_once(pen: Pen) -> None:
    first = remembered(pen, [PLAIN])
    again = remembered(pen, [PLAIN._replace(title="Pay " + "rent")])
    assert (again, pen.count) == (first, 1)


def test_tiles_stand_in_order_and_stay_markup(pen: Pen) -> None:
    drawn = remembered(pen, [PLAIN, PLAIN._replace(id=8, title="<b>")])
    assert drawn == Markup("<li>Pay rent</li>\n<li>&lt;b&gt;</li>")


@pytest.mark.parametrize(
    "change",
    [{"title": "Pay"}, {"comment_count": 1}, {"labels": (LabelFace(1, "", "red"),)}, {"completed_at": NOON}],
    ids=lambda change: next(iter(change)),
)
def test_a_tile_that_changed_is_drawn_anew(pen: Pen, change: dict[str, object]) -> None:
    remembered(pen, [PLAIN])
    remembered(pen, [PLAIN._replace(**change)])
    assert pen.count == 2


def test_a_due_date_is_drawn_anew_when_it_stands_otherwise_and_on_another_day(pen: Pen) -> None:
    remembered(pen, [DUE])
    with clock.travel(timedelta(hours=1)):
        remembered(pen, [DUE])
    assert pen.count == 1
    with clock.travel(timedelta(hours=12)):  # another day, and within 48 hours
        remembered(pen, [DUE])
    with clock.travel(timedelta(hours=61)):  # late
        remembered(pen, [DUE])
    assert pen.count == 3


def test_what_depends_on_the_language_alone_is_drawn_once_in_each(application: Flask) -> None:
    drawn: list[str] = []

    def draw() -> Markup:
        drawn.append(str(get_locale()))
        return Markup("<p>{}</p>").format(drawn[-1])

    with application.test_request_context():
        with force_locale("en"):
            first = fixed(draw)
            assert fixed(draw) is first
        with force_locale("de"):
            assert fixed(draw) == Markup("<p>de</p>")
        with force_locale("en"):
            assert fixed(draw) is first
    assert drawn == ["en", "de"]
