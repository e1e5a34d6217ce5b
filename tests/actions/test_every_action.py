"""What holds of every action: who may, what is written down, undo and redo, a second time, too late."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

import kanban.actions
from kanban.actions.boards import archive_board, delete_board
from kanban.actions.events import undo
from kanban.models import Actor, Event, Outbox
from kanban.support.clock import travel
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, NotFound
from tests.actions.deeds import DEEDS, build_furnished_world, launch, mark_deleted, person, state
from tests.world import Events, lay_out

# These are no deeds of a person on a board that is there, and have tests of their own.
_APART = {"undo", "undo_last", "redo_last", "create_sample", "create_workspace"}
_MODULES_APART = {"transfers", "staging", "refreshing"}
_ACCESS = {"add_board_member", "add_workspace_member"}

every_deed = pytest.mark.parametrize("name", DEEDS)


@pytest.fixture
def world(app: Flask) -> None:
    lay_out(build_furnished_world)


def _actions() -> dict[str, Callable[..., Event]]:
    names = [module.name for module in pkgutil.iter_modules(kanban.actions.__path__)]
    modules = [importlib.import_module(f"kanban.actions.{name}") for name in names if name not in _MODULES_APART]
    return {
        name: function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and _is_action(function)
    }


def _is_action(function: Callable[..., Any]) -> bool:
    return "actor" in inspect.signature(function).parameters and function.__annotations__.get("return") is Event


_WITH_A_FORM = [
    name for name, one in _actions().items() if name in DEEDS and "once" in inspect.signature(one).parameters
]


def test_every_action_is_among_the_deeds() -> None:
    assert set(DEEDS) | _APART == set(_actions())


@every_deed
def test_it_is_written_down_and_can_be_taken_back_and_done_again(name: str, events: Events) -> None:
    deed, actor = DEEDS[name], person(DEEDS[name].by)
    before = state()
    event = deed.does(actor)
    after = state()
    assert after != before
    assert (events[0].id, event.action, event.actor_id) == (event.id, deed.action, actor.id)
    assert event.detail
    assert db.session.get(Outbox, event.id) is not None
    if name in _ACCESS:
        return
    undone = undo(actor, event)
    assert undone.is_undo
    assert undone.reverses_id == event.id
    assert state() == before
    undo(actor, undone)
    assert state() == after


@pytest.mark.parametrize("name", sorted(_ACCESS))
def test_who_belongs_where_is_not_changed_by_an_undo(name: str, ada: Actor) -> None:
    event = DEEDS[name].does(ada)
    after = state()
    with pytest.raises(Forbidden):
        undo(ada, event)
    assert state() == after


@every_deed
def test_who_may_not(name: str, edgar: Actor, eve: Actor, events: Events) -> None:
    """Observers may look, outsiders do not learn that there is anything, members are no admins."""
    before = state()
    with pytest.raises(NotFound):
        DEEDS[name].does(eve)
    refused = [] if name == "watch_card" else [edgar]
    refused += [person("grace")] if DEEDS[name].by == "ada" else []
    for actor in refused:
        with pytest.raises(NotFound if name == "restore_board" else Forbidden):
            DEEDS[name].does(actor)
    assert not events
    assert state() == before


@pytest.mark.parametrize("name", [name for name, deed in DEEDS.items() if not deed.repeats])
def test_a_second_time_changes_nothing_and_leaves_no_event(name: str, events: Events) -> None:
    actor = person(DEEDS[name].by)
    DEEDS[name].does(actor)
    after, count, seq = state(), len(events), launch().seq
    # What is done again later is not marked with the later time.
    with travel(timedelta(days=1)):
        assert DEEDS[name].does(actor).id is None
    assert state() == after
    assert len(events) == count
    assert launch().seq == seq


@pytest.mark.parametrize("name", _WITH_A_FORM)
def test_a_form_sent_twice_does_it_once(name: str, events: Events, ada: Actor) -> None:
    actor = person(DEEDS[name].by)
    event = DEEDS[name].does(actor, once="mark")
    after = state()
    assert DEEDS[name].does(actor, once="mark").id == event.id
    assert [one.id for one in events] == [event.id]
    assert state() == after
    # A mark is its sender's alone.
    assert DEEDS[name].does(ada, once="mark").id != event.id


@pytest.mark.parametrize("name", [name for name, deed in DEEDS.items() if not deed.on_archived])
def test_an_archived_board_is_read_only_and_a_deleted_one_not_there(name: str, ada: Actor, events: Events) -> None:
    actor = person(DEEDS[name].by)
    archive_board(ada, launch())
    with pytest.raises(Forbidden, match="archived"):
        DEEDS[name].does(actor)
    delete_board(ada, launch())
    with pytest.raises(NotFound, match="deleted"):
        DEEDS[name].does(actor)
    assert events.actions == ["board.archived", "board.deleted"]


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name, deed in DEEDS.items() for place in range(len(deed.needs))]
)
def test_what_has_been_deleted_meanwhile_is_a_conflict(name: str, place: int, events: Events) -> None:
    deed = DEEDS[name]
    mark_deleted(deed.needs[place]())
    with pytest.raises(Conflict):
        deed.does(person(deed.by))
    assert not events


@every_deed
def test_a_disabled_person_does_nothing(name: str, events: Events) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE users SET disabled_at = created_at"))
    db.session.remove()
    actor = person(DEEDS[name].by)
    with pytest.raises(NotFound):
        DEEDS[name].does(actor)
    assert not events
