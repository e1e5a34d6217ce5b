"""Moving a card: what changes, who may, what is written down."""

import sqlalchemy as sa

from kanban.actions.events import undo
from kanban.actions.positions import move_card
from kanban.models import Actor, Board, Card, Event, List
from kanban.render import sentences
from kanban.support.db import db


def test_it_writes_down_where_the_card_came_from(ada, report, todo, doing):
    event = move_card(ada, report, to=doing)
    assert event.action == "card.moved"
    assert event.change(report, "list_id") == (todo.id, doing.id)


def test_neither_boards_log_names_the_other(ada: Actor, report: Card, launch: Board, garden: Board, beds: List) -> None:
    event = move_card(ada, report, to=beds)
    undo(ada, event)
    said = {board.name: "" for board in (launch, garden)}
    for row in db.session.scalars(sa.select(Event).where(Event.action == "card.moved")):
        name = launch.name if row.board_id == launch.id else garden.name
        said[name] += f"{row.detail} {sentences.line(row)} "
    assert "Garden" not in said["Launch"]
    assert "Beds" not in said["Launch"]
    assert "Launch" not in said["Garden"]
    assert "To do" not in said["Garden"]
