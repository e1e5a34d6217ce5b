"""Asking to join: who can, how often, and what the answer does."""

from datetime import timedelta

import pytest

from kanban.actions.boards import edit_board
from kanban.actions.join_requests import ask_to_join, grant_request, refuse_request
from kanban.actions.members import remove_workspace_member
from kanban.models import Actor, Board, JoinRequest, Workspace
from kanban.policies import role_on
from kanban.support.clock import travel
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, Invalid, NotFound
from tests.world import Events


@pytest.fixture
def opened(ada: Actor, garden: Board) -> Board:
    """The garden, which everyone of the workspace may look at."""
    edit_board(ada, garden, visibility="workspace", workspace_role="observer")
    return garden


def test_who_asked_is_let_in_with_a_role(ada: Actor, grace: Actor, opened: Board, events: Events) -> None:
    asked = ask_to_join(grace, opened)
    assert not events
    assert role_on(grace, opened) == "observer"
    event = grant_request(ada, asked, "member")
    assert (event.action, event.detail) == ("board.member_added", {"person": "Grace Hopper", "role": "member"})
    assert role_on(grace, opened) == "member"
    with pytest.raises(Conflict, match="decided in the meantime"):
        grant_request(ada, asked, "admin")
    with pytest.raises(Conflict, match="decided in the meantime"):
        refuse_request(ada, asked)


def test_asked_twice_is_asked_once(grace: Actor, opened: Board) -> None:
    assert ask_to_join(grace, opened).id == ask_to_join(grace, opened).id


def test_who_was_refused_may_ask_again(ada: Actor, grace: Actor, opened: Board) -> None:
    asked = ask_to_join(grace, opened)
    refuse_request(ada, asked)
    assert role_on(grace, opened) == "observer"
    with travel(timedelta(days=1)):
        assert ask_to_join(grace, opened).id != asked.id


def test_who_asked_takes_it_back(grace: Actor, opened: Board) -> None:
    asked = ask_to_join(grace, opened)
    refuse_request(grace, asked)
    assert asked.is_granted is False


def test_only_observers_through_the_workspace_ask(
    ada: Actor, grace: Actor, edgar: Actor, eve: Actor, launch: Board, opened: Board
) -> None:
    for actor, board in ((ada, opened), (edgar, launch), (grace, launch)):
        with pytest.raises(Forbidden, match="as observer through its workspace"):
            ask_to_join(actor, board)
    for actor in (eve, edgar):
        with pytest.raises(NotFound):
            ask_to_join(actor, opened)


def test_nobody_lets_themselves_in(ada: Actor, grace: Actor, eve: Actor, opened: Board) -> None:
    asked = ask_to_join(grace, opened)
    with pytest.raises(Forbidden):
        grant_request(grace, asked, "admin")
    with pytest.raises(NotFound):
        grant_request(eve, asked, "admin")
    with pytest.raises(Invalid):
        grant_request(ada, asked, "owner")
    assert role_on(grace, opened) == "observer"


def test_who_has_left_meanwhile_is_not_let_in(ada: Actor, grace: Actor, workspace: Workspace, opened: Board) -> None:
    asked = ask_to_join(grace, opened)
    remove_workspace_member(ada, workspace, grace.user)
    assert db.session.get_one(JoinRequest, asked.id, populate_existing=True).is_granted is False
    with pytest.raises(Conflict):
        grant_request(ada, asked, "member")
    assert role_on(grace, opened) is None
