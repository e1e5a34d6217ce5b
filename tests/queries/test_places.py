"""Where things could go: few statements however many boards there are, and no more cards than one can choose from."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from kanban.actions.boards import create_board
from kanban.actions.states import archive_card, archive_list
from kanban.models import Actor, Board, Card, List, Workspace
from kanban.queries import places as module
from kanban.queries.places import lists_of, places
from kanban.support.db import db, memo
from tests.world import one, order


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent within the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_many_boards_take_no_more_statements_than_one(ada: Actor, workspace: Workspace, launch: Board) -> None:
    for number in range(5):
        create_board(ada, workspace, f"Board {number}")
    memo(db.session()).clear()
    with statements() as seen:
        found = places(ada, launch)
    assert [board.name for board in found.boards] == [*(f"Board {number}" for number in range(5)), "Launch"]
    assert len([each for each in seen if each.startswith(("SELECT", "WITH"))]) == 2


def test_only_boards_one_may_write_to_are_offered(edgar: Actor, launch: Board) -> None:
    assert places(edgar, launch).boards == []


def test_lists_come_in_order_with_their_cards_in_order(
    ada: Actor, launch: Board, report: Card, hall: Card, poster: Card, done: List
) -> None:
    archive_card(ada, poster)
    todo, doing, last = lists_of(launch, report)
    assert (todo.name, doing.name, last.name) == ("To do", "Doing", "Done")
    assert todo.count == len(todo.cards) + 1, "the card that moves stands there, and is no place to go to"
    assert [spot.name for spot in todo.cards] == [
        title for title in order(one(List, name="To do")) if title != report.title
    ]
    assert (doing.count, doing.cards) == (0, [])
    archive_list(ada, done)
    assert [each.name for each in lists_of(launch)] == ["To do", "Doing"]


def test_no_more_cards_are_offered_than_one_can_choose_from(
    launch: Board, todo: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NEIGHBOURS", 1)
    first = lists_of(launch)[0]
    assert first.count == len(order(todo))
    assert [spot.name for spot in first.cards] == order(todo)[:1]
