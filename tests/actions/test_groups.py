"""Groups: who is in them, what they open, and that the highest of all roles counts."""

import itertools

import pytest

from kanban.actions.boards import edit_board
from kanban.actions.events import undo
from kanban.actions.groups import (
    add_board_group,
    create_group,
    delete_group,
    remove_board_group,
    rename_group,
    set_group_members,
)
from kanban.actions.members import add_board_member, set_workspace_role
from kanban.actions.workspaces import create_workspace
from kanban.models import Actor, Board, BoardGroup, Group, Workspace, limits
from kanban.policies import role_on, visible_boards
from kanban.queries.card_page import people_who_see
from kanban.support.db import db
from kanban.support.errors import Conflict, Invalid, NotFound
from tests.world import one

ORDER = (None, "observer", "member", "admin")


@pytest.fixture
def design(ada: Actor, grace: Actor, workspace: Workspace) -> Group:
    """A group with Grace in it."""
    create_group(ada, workspace, "Design")
    found: Group = one(Group, name="Design")
    set_group_members(ada, found, [grace.user])
    return found


def test_its_people_have_its_role_on_a_board(ada: Actor, grace: Actor, garden: Board, design: Group) -> None:
    assert role_on(grace, garden) is None
    event = add_board_group(ada, garden, design, "observer")
    assert (event.action, event.detail) == ("board.group_added", {"name": "Design", "role": "observer"})
    assert role_on(grace, garden) == "observer"
    assert grace.user in people_who_see(garden)
    assert add_board_group(ada, garden, design, "admin").action == "board.group_changed"
    assert role_on(grace, garden) == "admin"
    remove_board_group(ada, garden, design)
    assert role_on(grace, garden) is None


@pytest.mark.parametrize(("named", "grouped", "through"), itertools.product(ORDER, ORDER, ORDER[:3]))
def test_of_all_sources_the_highest_counts(
    ada: Actor, grace: Actor, garden: Board, design: Group, named: str | None, grouped: str | None, through: str | None
) -> None:
    if named:
        add_board_member(ada, garden, grace.user, named)
    if grouped:
        add_board_group(ada, garden, design, grouped)
    if through:
        edit_board(ada, garden, visibility="workspace", workspace_role=through)
    expected = max((named, grouped, through), key=ORDER.index)
    assert role_on(grace, garden) == expected
    assert (garden.id in set(db.session.scalars(visible_boards(grace.id)))) is (expected is not None)


def test_of_two_groups_the_higher_counts(
    ada: Actor, grace: Actor, workspace: Workspace, garden: Board, design: Group
) -> None:
    create_group(ada, workspace, "Print")
    other = one(Group, name="Print")
    set_group_members(ada, other, [grace.user])
    add_board_group(ada, garden, design, "member")
    add_board_group(ada, garden, other, "observer")
    assert role_on(grace, garden) == "member"


@pytest.mark.parametrize("way", ["out of the group", "group off the board", "group deleted"])
def test_what_only_a_group_gave_is_lost_at_once(
    ada: Actor, grace: Actor, garden: Board, design: Group, way: str
) -> None:
    add_board_group(ada, garden, design, "admin")
    assert role_on(grace, garden) == "admin"
    if way == "out of the group":
        set_group_members(ada, design, [])
    elif way == "group off the board":
        remove_board_group(ada, garden, design)
    else:
        delete_group(ada, design)
    assert role_on(grace, garden) is None
    assert garden.id not in set(db.session.scalars(visible_boards(grace.id)))


def test_a_group_brought_back_by_an_undo_opens_nothing(ada: Actor, grace: Actor, garden: Board, design: Group) -> None:
    add_board_group(ada, garden, design, "admin")
    undone = undo(ada, delete_group(ada, design))
    assert not db.session.get_one(Group, design.id, populate_existing=True).is_deleted
    assert role_on(grace, garden) is None
    redone = undo(ada, undone)
    assert redone.is_redo
    assert db.session.get_one(Group, design.id, populate_existing=True).is_deleted


def test_no_chain_of_undos_opens_what_a_group_once_opened(
    ada: Actor, grace: Actor, workspace: Workspace, garden: Board
) -> None:
    made = create_group(ada, workspace, "Print")
    group = db.session.get_one(Group, made.subject_id)
    set_group_members(ada, group, [grace.user])
    add_board_group(ada, garden, group, "admin")
    undone = undo(ada, made, overwrite=True)
    assert role_on(grace, garden) is None
    undo(ada, undone)
    assert role_on(grace, garden) is None
    assert db.session.query(BoardGroup).count() == 0


def test_only_people_of_the_workspace_are_in_its_groups(ada: Actor, eve: Actor, design: Group) -> None:
    with pytest.raises(Invalid, match="people of the workspace"):
        set_group_members(ada, design, [eve.user])


def test_a_group_of_another_workspace_is_not_there(ada: Actor, garden: Board) -> None:
    create_workspace(ada, "Second")
    create_group(ada, one(Workspace, name="Second"), "Far")
    with pytest.raises(NotFound):
        add_board_group(ada, garden, one(Group, name="Far"), "member")


def test_a_guest_may_be_in_a_group(
    ada: Actor, grace: Actor, workspace: Workspace, garden: Board, design: Group
) -> None:
    set_workspace_role(ada, workspace, grace.user, "guest")
    add_board_group(ada, garden, design, "member")
    assert role_on(grace, garden) == "member"


def test_no_two_groups_have_one_name(ada: Actor, workspace: Workspace, design: Group) -> None:
    with pytest.raises(Conflict, match="of this name"):
        create_group(ada, workspace, "DESIGN")
    create_group(ada, workspace, "Print")
    with pytest.raises(Conflict, match="of this name"):
        rename_group(ada, one(Group, name="Print"), "design")
    assert rename_group(ada, design, "DESIGN").detail == {"before": "Design", "name": "DESIGN"}


def test_there_is_a_most(ada: Actor, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GROUPS", 1)
    create_group(ada, workspace, "One")
    with pytest.raises(Invalid, match="the limit"):
        create_group(ada, workspace, "Two")


def test_what_is_deleted_is_not_changed(ada: Actor, design: Group) -> None:
    delete_group(ada, design)
    with pytest.raises(Conflict, match="deleted in the meantime"):
        rename_group(ada, design, "Other")
    with pytest.raises(Conflict, match="deleted in the meantime"):
        set_group_members(ada, design, [])
