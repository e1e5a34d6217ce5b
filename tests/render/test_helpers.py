"""What templates may call: boxes that tick without a script, lines of activity that stand together."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from flask import Flask

from kanban.render.helpers import folded, tickable
from kanban.render.markdown import to_html

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def line(person: str, minutes_ago: int, kind: str = "change") -> SimpleNamespace:
    return SimpleNamespace(kind=kind, person=person, at=NOON - timedelta(minutes=minutes_ago))


def sizes(*lines: SimpleNamespace) -> list[int]:
    return [len(group) for group in folded(lines)]


def test_what_one_person_did_within_ten_minutes_stands_together() -> None:
    assert sizes(line("Ada", 0), line("Ada", 4), line("Ada", 10), line("Ada", 11)) == [3, 1]


def test_changes_of_two_people_stay_apart() -> None:
    assert sizes(line("Ada", 0), line("Grace", 1), line("Ada", 2)) == [1, 1, 1]


def test_a_comment_stands_alone() -> None:
    assert sizes(line("Ada", 0), line("Ada", 1, "comment"), line("Ada", 2, "comment")) == [1, 1, 1]


def test_nothing_folds_to_nothing() -> None:
    assert sizes() == []


def test_boxes_of_a_text_are_buttons_of_its_form(application: Flask) -> None:
    with application.test_request_context():
        html = tickable(to_html("- [ ] ask\n- [x] answer"), "/cards/7")
    assert 'aria-checked="false" aria-label="Tick" formaction="/cards/7/boxes/0?_method=put"' in html
    assert 'aria-checked="true" aria-label="Tick" formaction="/cards/7/boxes/1?_method=delete"' in html
    assert "<input" not in html


def test_a_text_without_boxes_stays_as_it_is(application: Flask) -> None:
    with application.test_request_context():
        assert tickable(to_html("**bold**"), "/cards/7") == to_html("**bold**")
