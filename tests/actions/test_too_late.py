"""Every action a second time, by a form sent twice, on what is gone by now, and by somebody who was disabled."""

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
from kanban.models import Actor, Event
from kanban.support.clock import travel
from kanban.support.db import db
from kanban.support.errors import Conflict, NotFound
from tests.actions.deeds import DEEDS, build_furnished_world, launch, mark_deleted, person, state
from tests.world import Events, lay_out

# These are no deeds of a person on a board that is there, and have tests of their own.
_APART = {
    "accept_invitation",
    "grant_request",
    "withdraw_member",
    "undo",
    "undo_last",
    "redo_last",
    "create_sample",
    "create_workspace",
}
# After these the actor does not see any more what they did it to.
_FAREWELLS = {"leave_workspace", "leave_board"}
_MODULES_APART = {"people", "profiles", "transfers", "staging", "refreshing"}

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


@pytest.mark.parametrize("name", [name for name, deed in DEEDS.items() if not deed.repeats and name not in _FAREWELLS])
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
    assert [one.id for one in events if one.cause_id is None] == [event.id]
    assert state() == after
    # A mark is its sender's alone.
    assert actor == ada or DEEDS[name].does(ada, once="mark").id != event.id


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
