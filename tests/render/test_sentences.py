"""Every event can be told, as one's own and as somebody's."""

import pytest
from flask import Flask

from kanban.models import Event
from kanban.models.events import ACTIONS
from kanban.render import sentences


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    "detail", [{}, {"name": "100 % <b>x</b> %(name)s", "count": 3, "added": ["a"], "due": "x", "limit": 3}]
)
def test_it_has_a_notice_and_a_line(app: Flask, action: str, detail: dict[str, object]) -> None:
    event = Event(action=action, detail=detail, changes=[], depth=0)
    assert sentences.notice(event)[0].isupper()
    assert sentences.line(event)[0].islower()


def test_undo_and_redo_say_so(app: Flask) -> None:
    event = Event(action="card.archived", detail={"name": "Rent"}, changes=[], depth=1)
    assert sentences.notice(event) == "Undone: Archived “Rent”"
    event.depth = 2
    assert sentences.line(event) == "did again: archived “Rent”"


def test_a_move_says_where_from_and_where_to(app: Flask) -> None:
    event = Event(action="card.moved", detail={"name": "Rent", "from": "To do", "to": "Done"}, changes=[], depth=0)
    assert sentences.line(event) == "moved “Rent” from To do to Done"
    event.detail = {**event.detail, "same_list": True}
    assert sentences.line(event) == "moved “Rent” within Done"
    event.detail = {"name": "Rent", "to": "B", "to_board": "Work"}
    assert sentences.line(event) == "moved “Rent” from another board to B"
    assert sentences.notice(event) == "Moved “Rent” to B on Work"
