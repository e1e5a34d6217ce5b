"""Who belongs where, and as what: who may change it, what ends with it, and who must stay."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.assignments import assign_card, watch_card
from kanban.actions.boards import create_board, edit_board, star_board
from kanban.actions.events import last_to_undo, undo
from kanban.actions.groups import add_board_group, create_group, set_group_members
from kanban.actions.invitations import invite
from kanban.actions.members import (
    add_board_member,
    add_workspace_member,
    leave_board,
    leave_workspace,
    remove_board_member,
    remove_workspace_member,
    set_board_role,
    set_workspace_role,
)
from kanban.models import (
    Actor,
    Assignment,
    AuditEntry,
    Board,
    BoardMember,
    Card,
    Group,
    GroupMember,
    Invitation,
    User,
    Watch,
    Workspace,
    WorkspaceMember,
)
from kanban.policies import role_in, role_on
from kanban.queries.home import home, starred_boards
from kanban.queries.integrity import problems
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, Invalid, NotFound
from tests.world import Events, one

AT_ONCE = 20


def role_of(workspace: Workspace, actor: Actor) -> str | None:
    db.session.expire_all()
    member = db.session.get(WorkspaceMember, (workspace.id, actor.id))
    return member.role if member is not None else None


def test_a_role_is_given_and_written_down(ada: Actor, grace: Actor, workspace: Workspace, events: Events) -> None:
    event = set_workspace_role(ada, workspace, grace.user, "admin")
    assert event.detail == {"person": "Grace Hopper", "before": "member", "role": "admin"}
    assert role_in(grace, workspace) == "admin"
    assert events.actions == ["workspace.role_changed"]
    line = one(AuditEntry, action="workspace.role_changed")
    assert (line.actor_id, line.subject_id, line.detail["role"]) == (ada.id, workspace.id, "admin")


@pytest.mark.parametrize("role", ["king", "", "observer"])
def test_a_role_that_no_form_offers_is_refused(ada: Actor, grace: Actor, workspace: Workspace, role: str) -> None:
    with pytest.raises(Invalid):
        set_workspace_role(ada, workspace, grace.user, role)
    with pytest.raises(Invalid):
        add_workspace_member(ada, workspace, grace.user, role)


def test_nobody_gives_a_role_above_their_own(ada: Actor, grace: Actor, edgar: Actor, workspace: Workspace) -> None:
    set_workspace_role(ada, workspace, grace.user, "admin")
    with pytest.raises(Forbidden, match="Only an owner"):
        set_workspace_role(grace, workspace, edgar.user, "owner")
    with pytest.raises(Forbidden, match="Only an owner"):
        set_workspace_role(grace, workspace, grace.user, "owner")
    assert set_workspace_role(grace, workspace, edgar.user, "admin").id is not None


def test_admins_do_not_touch_owners(ada: Actor, grace: Actor, edgar: Actor, workspace: Workspace) -> None:
    set_workspace_role(ada, workspace, grace.user, "admin")
    set_workspace_role(ada, workspace, edgar.user, "owner")
    for act in (
        lambda: set_workspace_role(grace, workspace, edgar.user, "member"),
        lambda: remove_workspace_member(grace, workspace, edgar.user),
    ):
        with pytest.raises(Forbidden, match="Only an owner"):
            act()
    assert role_of(workspace, edgar) == "owner"


def test_the_last_owner_neither_leaves_nor_steps_down_nor_is_removed(ada: Actor, workspace: Workspace) -> None:
    for act in (
        lambda: leave_workspace(ada, workspace),
        lambda: set_workspace_role(ada, workspace, ada.user, "admin"),
        lambda: remove_workspace_member(ada, workspace, ada.user),
    ):
        with pytest.raises(Conflict, match="needs an owner"):
            act()
    assert role_of(workspace, ada) == "owner"


def test_an_owner_who_is_disabled_does_not_count(ada: Actor, grace: Actor, workspace: Workspace) -> None:
    set_workspace_role(ada, workspace, grace.user, "owner")
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE users SET disabled_at = created_at WHERE name = 'Grace Hopper'"))
    with pytest.raises(Conflict, match="needs an owner"):
        set_workspace_role(ada, workspace, ada.user, "member")


@pytest.mark.parametrize("deed", ["leave", "step down", "remove each other"])
def test_of_two_owners_who_go_at_once_one_stays(
    app: Flask, ada: Actor, grace: Actor, workspace: Workspace, launch: Board, deed: str
) -> None:
    set_workspace_role(ada, workspace, grace.user, "owner")
    set_board_role(ada, launch, grace.user, "admin")
    ids, workspace_id = (ada.id, grace.id), workspace.id

    def go(number: int) -> bool:
        with app.app_context():
            me, other = (db.session.get_one(User, ids[(number + n) % 2]) for n in (0, 1))
            place = db.session.get_one(Workspace, workspace_id)
            try:
                if deed == "leave":
                    leave_workspace(Actor(me), place)
                elif deed == "step down":
                    set_workspace_role(Actor(me), place, me, "member")
                else:
                    remove_workspace_member(Actor(me), place, other)
            except (Conflict, Forbidden, NotFound):
                return False
            return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert any(list(pool.map(go, range(AT_ONCE))))
    db.session.rollback()
    query = sa.select(sa.func.count()).select_from(WorkspaceMember)
    assert db.session.scalar(query.where(WorkspaceMember.workspace_id == workspace_id, WorkspaceMember.role == "owner"))
    assert problems() == []


def test_who_is_removed_loses_boards_groups_watches_and_ways_back(
    ada: Actor, grace: Actor, workspace: Workspace, launch: Board, garden: Board, report: Card
) -> None:
    create_group(ada, workspace, "Design")
    group = one(Group)
    set_group_members(ada, group, [grace.user])
    add_board_group(ada, garden, group, "member")
    assign_card(ada, report, grace.user)
    watch_card(grace, report)
    star_board(grace, launch)
    set_workspace_role(ada, workspace, grace.user, "admin")
    invite(grace, workspace, "member")
    invite(ada, garden, "member", email="grace@example.org")
    invite(ada, workspace, "member", email="new@example.org")
    seq = launch.seq

    event = remove_workspace_member(ada, workspace, grace.user)

    assert {change["kind"] for change in event.changes} >= {"workspace_member", "board_member", "group_member", "watch"}
    assert role_in(grace, workspace) is role_on(grace, launch) is role_on(grace, garden) is None
    for model in (BoardMember, GroupMember, WorkspaceMember, Watch):
        left = db.session.scalars(sa.select(model).where(model.user_id == grace.id)).all()
        assert [row for row in left if getattr(row, "workspace_id", None) in {None, workspace.id}] == []
    # What she did stays under her name.
    assert one(Assignment, card_id=report.id).user_id == grace.id
    still_good = db.session.scalars(sa.select(Invitation.email).where(Invitation.revoked_at.is_(None))).all()
    assert still_good == ["new@example.org"]
    # Each board's own log says so.
    assert db.session.get_one(Board, launch.id, populate_existing=True).seq == seq + 1
    assert problems() == []


def test_stale_bleed_who_is_removed_sees_no_title_anywhere(
    ada: Actor, grace: Actor, workspace: Workspace, launch: Board, report: Card
) -> None:
    star_board(grace, launch)
    assign_card(ada, report, grace.user)
    remove_workspace_member(ada, workspace, grace.user)
    assert starred_boards(grace) == []
    seen = home(grace)
    assert [each.name for each in seen.workspaces] == ["Personal"]
    assert seen.starred == seen.recent == []


def test_a_private_board_that_they_alone_ruled_goes_to_an_owner(ada: Actor, grace: Actor, workspace: Workspace) -> None:
    create_board(grace, workspace, "Own")
    own = one(Board, name="Own")
    assert role_on(ada, own) is None
    remove_workspace_member(ada, workspace, grace.user)
    assert role_on(ada, own) == "admin"


def test_who_alone_rules_a_private_board_hands_it_over_before_leaving(
    ada: Actor, grace: Actor, workspace: Workspace
) -> None:
    create_board(grace, workspace, "Own")
    with pytest.raises(Conflict, match="Only you rule “Own”"):
        leave_workspace(grace, workspace)
    add_board_member(grace, one(Board, name="Own"), ada.user, "admin")
    assert leave_workspace(grace, workspace).action == "workspace.member_left"
    assert role_of(workspace, grace) is None


def test_who_becomes_a_guest_stops_watching_what_is_not_theirs(
    ada: Actor, grace: Actor, workspace: Workspace, garden: Board, beds: Any, report: Card
) -> None:
    from kanban.actions.cards import NewCard, create_cards

    edit_board(ada, garden, visibility="workspace")
    create_cards(ada, beds, [NewCard("Tulips")])
    watch_card(grace, one(Card, title="Tulips"))
    watch_card(grace, report)
    set_workspace_role(ada, workspace, grace.user, "guest")
    assert role_on(grace, garden) is None
    assert [watch.card_id for watch in db.session.scalars(sa.select(Watch)).all()] == [report.id]


def test_a_private_board_keeps_an_admin_of_its_own(ada: Actor, grace: Actor, launch: Board) -> None:
    for act in (
        lambda: set_board_role(ada, launch, ada.user, "member"),
        lambda: leave_board(ada, launch),
        lambda: remove_board_member(ada, launch, ada.user),
    ):
        with pytest.raises(Conflict, match="needs an admin"):
            act()
    set_board_role(ada, launch, grace.user, "admin")
    assert leave_board(ada, launch).id is not None
    assert role_on(ada, launch) is None


def test_a_board_that_becomes_private_has_an_admin_of_its_own(
    ada: Actor, grace: Actor, workspace: Workspace, launch: Board
) -> None:
    edit_board(ada, launch, visibility="workspace")
    leave_board(ada, launch)
    assert role_on(ada, launch) == "admin"
    edit_board(ada, launch, visibility="private")
    assert db.session.get_one(BoardMember, (launch.id, ada.id)).role == "admin"


def test_who_leaves_a_board_may_see_it_still_through_the_workspace(ada: Actor, grace: Actor, launch: Board) -> None:
    edit_board(ada, launch, visibility="workspace", workspace_role="observer")
    leave_board(grace, launch)
    assert role_on(grace, launch) == "observer"
    with pytest.raises(NotFound, match="not on the board by name"):
        leave_board(grace, launch)


def test_an_observer_may_not_leave_others_out(edgar: Actor, grace: Actor, launch: Board) -> None:
    with pytest.raises(Forbidden):
        remove_board_member(edgar, launch, grace.user)


def test_no_undo_gives_back_what_was_taken(ada: Actor, grace: Actor, workspace: Workspace, launch: Board) -> None:
    removed = remove_workspace_member(ada, workspace, grace.user)
    with pytest.raises(Forbidden, match="Who belongs here"):
        undo(ada, removed)
    # The undo of one's last change passes over it.
    last = last_to_undo(ada, launch)
    assert last is not None
    assert last.action == "card.created"


def test_an_undo_makes_no_more_of_those_the_board_is_open_to(ada: Actor, launch: Board) -> None:
    edit_board(ada, launch, visibility="workspace", workspace_role="member")
    event = edit_board(ada, launch, workspace_role="observer")
    with pytest.raises(Conflict, match="lets nobody in"):
        undo(ada, event)
    event = edit_board(ada, launch, observers_comment=True)
    undone = undo(ada, event)
    with pytest.raises(Conflict, match="lets nobody in"):
        undo(ada, undone)
