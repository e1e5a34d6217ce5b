"""Whatever people did, undone from the last to the first, leaves things as they were."""

import itertools

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanban.actions.boards import create_board
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.events import undo
from kanban.actions.members import add_board_member
from kanban.actions.workspaces import create_workspace
from kanban.models import Actor, Board, Event, List, Workspace
from kanban.support.db import db
from tests.invariants.histories import Deed, Stage, deeds, state_of

_names = itertools.count()


@pytest.fixture
def people(ada: Actor, grace: Actor) -> tuple[int, int]:
    return ada.id, grace.id


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(deeds, min_size=1, max_size=15))
def test_any_history_undone_in_reverse_gives_the_first_state_and_redone_the_last(
    people: tuple[int, int], history: list[Deed]
) -> None:
    stage = _stage(*people)
    first = state_of(stage.board_ids)
    done = [(deed.who, event.id) for deed in history if (event := stage.try_it(deed)) is not None]
    last = state_of(stage.board_ids)

    undone = [(who, _undo(stage, who, event_id)) for who, event_id in reversed(done)]
    assert state_of(stage.board_ids) == first
    for who, event_id in reversed(undone):
        _undo(stage, who, event_id)
    assert state_of(stage.board_ids) == last
    _check_logs(stage)


def _undo(stage: Stage, who: int, event_id: int) -> int:
    # As after a restart: nothing is left of the session that made the change.
    db.session.remove()
    return undo(stage.actor(who), db.session.get_one(Event, event_id)).id


def _stage(ada_id: int, grace_id: int) -> Stage:
    """Two fresh boards with a few cards, which Ada administers and Grace works on."""
    db.session.remove()
    stage = Stage([ada_id, grace_id], [])
    ada, grace = stage.actor(0), stage.actor(1)
    workspace = db.session.get_one(Workspace, create_workspace(ada, "Stage").workspace_id)
    for _each in range(2):
        name = f"Board {next(_names)}"
        create_board(ada, workspace, name, lists=["One", "Two"])
        board = db.session.scalars(sa.select(Board).where(Board.name == name)).one()
        add_board_member(ada, board, grace.user)
        for to in db.session.scalars(sa.select(List).where(List.board_id == board.id)).all():
            create_cards(ada, to, [NewCard("a"), NewCard("b", "- [ ] box")])
        stage.board_ids.append(board.id)
    return stage


def _check_logs(stage: Stage) -> None:
    """Every board's events are numbered without a gap, and its counter is at the last of them."""
    for board_id in stage.board_ids:
        numbers = db.session.scalars(sa.select(Event.seq).where(Event.board_id == board_id).order_by(Event.seq)).all()
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert db.session.get_one(Board, board_id, populate_existing=True).seq == len(numbers)
