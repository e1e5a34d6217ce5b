"""A card's tile: what it shows, and how little it may cost on a page of a thousand."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kanban.queries.tiles import LabelFace, PersonFace, Tile
from kanban.support import clock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BUSY = Tile(
    id=4711,
    number=12,
    title="Keep the ticket readable offline",
    list_id=5,
    due_at=NOON + timedelta(hours=5),
    due_has_time=True,
    completed_at=None,
    cover_color=None,
    has_description=False,
    comment_count=4,
    attachment_count=0,
    item_count=6,
    item_done_count=1,
    labels=(LabelFace(1, "feature", "blue"), LabelFace(2, "a11y", "teal")),
    people=(PersonFace(1, "Ada Lovelace", "AL", 0),),
    zone="Europe/Oslo",
)


@pytest.fixture
def draw(application: Flask):
    template = application.jinja_env.from_string('{% from "cards/_tile.html" import tile %}{{ tile(t) }}')
    with application.test_request_context(), clock.freeze(NOON):
        yield lambda **changes: template.render(t=BUSY._replace(**changes))


def test_a_busy_card_stays_within_its_budget(draw) -> None:
    assert len(draw().encode()) <= 700


def test_it_holds_nothing_to_be_scanned_and_nothing_of_the_viewer(draw) -> None:
    drawn = draw()
    for costly in ("hx-", "<form", "<svg", "csrf", "style="):
        assert costly not in drawn


def test_its_title_is_escaped(draw) -> None:
    assert "<b>" not in draw(title="<b>bold</b>")


@pytest.mark.parametrize(
    ("due", "completed", "state", "words"),
    [
        (timedelta(hours=5), None, "soon", "Today"),
        (timedelta(hours=20), None, "soon", "Tomorrow"),
        (timedelta(days=4), None, "", "28 Nov"),
        (timedelta(days=-2), None, "late", "22 Nov"),
        (timedelta(days=-2), NOON, "done", "22 Nov"),
    ],
)
def test_a_due_date_says_how_near_it_is(draw, due, completed, state, words) -> None:
    drawn = draw(due_at=NOON + due, completed_at=completed)
    assert [each for each in ("done", "late", "soon") if f"badge--{each}" in drawn] == ([state] if state else [])
    assert f">{words}</time>" in drawn


def test_days_are_those_of_the_board(draw) -> None:
    # Half past eleven at night in London is tomorrow in Oslo.
    assert ">Tomorrow</time>" in draw(due_at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(("done", "eighths"), [(0, "0"), (1, "1"), (3, "4"), (5, "6")])
def test_a_checklist_is_a_ring_that_fills(draw, done, eighths) -> None:
    assert f'data-p="{eighths}"' in draw(item_done_count=done)


def test_a_full_ring_becomes_a_tick(draw) -> None:
    drawn = draw(item_done_count=6)
    assert "badge--ticked" in drawn
    assert "data-p=" not in drawn


def test_a_done_card_says_so_in_words_too(draw) -> None:
    drawn = draw(completed_at=NOON)
    assert "data-done" in drawn
    assert "Done:" in drawn


def test_a_label_without_a_name_is_called_by_its_colour(draw) -> None:
    assert ">Teal</span>" in draw(labels=(LabelFace(2, "", "teal"),))


def test_the_fourth_person_is_only_counted(draw) -> None:
    people = tuple(PersonFace(n, f"Person {n}", f"P{n}", n % 6) for n in range(5))
    drawn = draw(people=people)
    assert "P2" in drawn
    assert "P3" not in drawn
    assert "+2" in drawn


def test_an_empty_card_is_a_title_and_nothing_else(draw) -> None:
    drawn = draw(due_at=None, comment_count=0, item_count=0, labels=(), people=())
    assert "<p>" not in drawn
    assert "labels" not in drawn
