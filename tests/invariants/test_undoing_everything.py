"""Whatever people did and in whatever order it is undone: nothing is lost, nothing breaks."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanban.actions.events import redo_last, undo, undo_last
from kanban.models import Actor, Board, Event
from kanban.queries.integrity import problems
from kanban.support.db import db
from kanban.support.errors import Refused
from tests.invariants.histories import Deed, Stage, check_logs, deeds, set_stage, state_of

SOME = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Reversal:
    """Somebody takes back one of the events so far, or the last of their own."""

    who: int
    which: int
    how: str


reversals = st.builds(
    Reversal,
    who=st.integers(0, 1),
    which=st.integers(0, 30),
    how=st.sampled_from(["strictly", "partly", "overwriting", "last", "again"]),
)


@pytest.fixture
def people(ada: Actor, grace: Actor) -> tuple[int, int]:
    return ada.id, grace.id


@pytest.mark.slow
@SOME
@given(history=st.lists(deeds, min_size=1, max_size=15))
def test_any_history_undone_in_reverse_gives_the_first_state_and_redone_the_last(
    people: tuple[int, int], history: list[Deed]
) -> None:
    stage = set_stage(*people)
    first = state_of(stage.board_ids)
    done = [(deed.who, event.id) for deed in history if (event := stage.try_it(deed)) is not None]
    last = state_of(stage.board_ids)

    undone = [(who, _undo(stage, who, event_id)) for who, event_id in reversed(done)]
    assert state_of(stage.board_ids) == first
    for who, event_id in reversed(undone):
        _undo(stage, who, event_id)
    assert state_of(stage.board_ids) == last
    check_logs(stage.board_ids)


@pytest.mark.slow
@SOME
@given(history=st.lists(deeds | deeds | reversals, min_size=5, max_size=30))
def test_undoing_in_any_order_breaks_nothing(people: tuple[int, int], history: list[Deed | Reversal]) -> None:
    stage = set_stage(*people)
    events: list[int] = []
    for each in history:
        made = stage.try_it(each) if isinstance(each, Deed) else _try_reversal(stage, each, events)
        if made is not None:
            events.append(made.id)
    db.session.rollback()
    assert problems() == []
    check_logs(stage.board_ids)


def _undo(stage: Stage, who: int, event_id: int) -> int:
    # As after a restart: nothing is left of the session that made the change.
    db.session.remove()
    return undo(stage.actor(who), db.session.get_one(Event, event_id)).id


def _try_reversal(stage: Stage, each: Reversal, events: list[int]) -> Event | None:
    db.session.remove()
    actor = stage.actor(each.who)
    try:
        if each.how in {"last", "again"}:
            board = db.session.get_one(Board, stage.board_ids[each.which % 2])
            return undo_last(actor, board) if each.how == "last" else redo_last(actor, board)
        if not events:
            return None
        event = db.session.get_one(Event, events[each.which % len(events)])
        return undo(actor, event, partly=each.how == "partly", overwrite=each.how == "overwriting")
    except Refused:
        return None
