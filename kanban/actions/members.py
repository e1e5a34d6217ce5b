"""Who belongs to a workspace or a board, and as what."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.audit import note
from kanban.actions.membership import (
    boards_of,
    close_ways_back,
    end_watches,
    keep_an_admin,
    keep_an_owner,
    leave_groups,
    member_of,
    member_on,
    named_admins,
    owners,
    owners_give_owners,
    put_on_board,
)
from kanban.eventlog import recording
from kanban.models import Actor, Board, BoardMember, Event, User, Workspace, WorkspaceMember
from kanban.models.boards import BOARD_ROLES
from kanban.models.workspaces import WORKSPACE_ROLES
from kanban.policies import allow, forget_roles
from kanban.support.db import db
from kanban.support.errors import Conflict


def add_workspace_member(actor: Actor, workspace: Workspace, user: User, role: str = "member") -> Event:
    """Let a person into a workspace; one who is in keeps the role they have."""
    with recording(actor, "workspace.member_added", workspace, lock=[workspace]) as event:
        allow(actor, "add_workspace_member", workspace)
        owners_give_owners(actor, workspace, {values.one_of(role, WORKSPACE_ROLES, "role")})
        if db.session.get(WorkspaceMember, (workspace.id, user.id)) is None:
            db.session.add(WorkspaceMember(workspace_id=workspace.id, user_id=user.id, role=role))
            note(actor, "workspace.member_added", workspace, person=user.name, person_id=user.id, role=role)
        event.detail = {"person": user.name, "role": role}
    forget_roles()
    return event


def set_workspace_role(actor: Actor, workspace: Workspace, user: User, role: str) -> Event:
    """Give somebody another role in a workspace. Only owners make and unmake owners, and one stays."""
    with recording(actor, "workspace.role_changed", workspace, lock=[workspace]) as event:
        allow(actor, "add_workspace_member", workspace)
        values.one_of(role, WORKSPACE_ROLES, "role")
        member = member_of(workspace, user)
        before = member.role
        if role != before:
            owners_give_owners(actor, workspace, {before, role})
        if before == "owner" and role != "owner":
            keep_an_owner(workspace, user)
        if role != before:
            member.role = role
            end_watches(user, workspace=workspace)
            note(
                actor,
                "workspace.role_changed",
                workspace,
                person=user.name,
                person_id=user.id,
                before=before,
                role=role,
            )
        event.detail = {"person": user.name, "before": before, "role": role}
    forget_roles()
    return event


def remove_workspace_member(actor: Actor, workspace: Workspace, user: User) -> Event:
    """Take somebody out of a workspace, its groups and all its boards.

    What they did stays, under their name. A private board that they alone ruled goes to the
    owner who has been one for longest. Raises Conflict where they are the last owner.
    """
    hand_over = _hand_over(workspace, user)
    return _take_out(actor, "workspace.member_removed", "add_workspace_member", workspace, user, hand_over)


def withdraw_member(actor: Actor, workspace: Workspace) -> Event:
    """As remove_workspace_member, for an actor whom nobody here takes out, but a directory that had let them in."""
    hand_over = _hand_over(workspace, actor.user)
    return _take_out(actor, "workspace.member_removed", "leave_workspace", workspace, actor.user, hand_over)


def leave_workspace(actor: Actor, workspace: Workspace) -> Event:
    """Go out of a workspace oneself. Raises Conflict for its last owner, and for who alone rules a private board."""

    def look_after(boards: list[Board]) -> None:
        if boards:
            names = ", ".join(f"“{board.name}”" for board in boards)
            raise Conflict(_("Only you rule %(boards)s. Make somebody else an admin there first.", boards=names))

    return _take_out(actor, "workspace.member_left", "leave_workspace", workspace, actor.user, look_after)


def add_board_member(actor: Actor, board: Board, user: User, role: str = "member") -> Event:
    """Add a person to a board; one who is on it keeps the role they have."""
    # Whoever is taken out of the workspace in this moment must not stay on the board.
    with recording(actor, "board.member_added", board, lock=[board], beside=[board.workspace]) as event:
        allow(actor, "add_member", board)
        values.one_of(role, BOARD_ROLES, "role")
        if db.session.get(BoardMember, (board.id, user.id)) is None:
            db.session.add(BoardMember(board_id=board.id, user_id=user.id, role=role))
            note(actor, "board.member_added", board, person=user.name, person_id=user.id, role=role)
        event.detail = {"person": user.name, "role": role}
    forget_roles()
    return event


def set_board_role(actor: Actor, board: Board, user: User, role: str) -> Event:
    """Give somebody who is on a board by name another role. A private board keeps an admin."""
    with recording(actor, "board.role_changed", board, lock=[board]) as event:
        allow(actor, "add_member", board)
        values.one_of(role, BOARD_ROLES, "role")
        member = member_on(board, user)
        before = member.role
        if before == "admin" and role != "admin":
            keep_an_admin(board, user)
        if role != before:
            member.role = role
            note(actor, "board.role_changed", board, person=user.name, person_id=user.id, before=before, role=role)
        event.detail = {"person": user.name, "before": before, "role": role}
    forget_roles()
    return event


def remove_board_member(actor: Actor, board: Board, user: User) -> Event:
    """Take somebody off a board. A group or the workspace may still let them see it."""
    with recording(actor, "board.member_removed", board, lock=[board]) as event:
        allow(actor, "remove_member", board)
        _take_off(actor, "board.member_removed", board, user)
        event.detail = {"person": user.name}
    forget_roles()
    return event


def leave_board(actor: Actor, board: Board) -> Event:
    """Go off a board oneself."""
    with recording(actor, "board.member_left", board, lock=[board]) as event:
        allow(actor, "see", board)
        member_on(board, actor.user)
        _take_off(actor, "board.member_left", board, actor.user)
        event.detail = {"person": actor.user.name}
    forget_roles()
    return event


def _hand_over(workspace: Workspace, user: User) -> Callable[[list[Board]], None]:
    """Gives boards that somebody alone ruled to the owner who has been one for longest."""

    def hand_over(boards: list[Board]) -> None:
        heirs = owners(workspace, but=user)
        for board in boards:
            if heirs:
                put_on_board(board, heirs[0], "admin")

    return hand_over


def _take_out(
    actor: Actor, action: str, verb: str, workspace: Workspace, user: User, see_to: Callable[[list[Board]], None]
) -> Event:
    boards = boards_of(workspace, user)
    with recording(actor, action, workspace, scope=workspace, lock=[workspace, *boards]) as event:
        allow(actor, verb, workspace)
        event.detail = {"person": user.name}
        member = db.session.get(WorkspaceMember, (workspace.id, user.id), populate_existing=True)
        if member is None:
            return event
        owners_give_owners(actor, workspace, {member.role})
        if member.role == "owner":
            keep_an_owner(workspace, user)
        if boards_of(workspace, user) != boards:
            raise Conflict(_("They were put on another board in this moment. Try again."))
        see_to([board for board in boards if _rules_alone(board, user)])
        for board in boards:
            db.session.delete(member_on(board, user))
        leave_groups(workspace, user)
        db.session.delete(member)
        end_watches(user, workspace=workspace)
        close_ways_back(workspace, user)
        note(actor, action, workspace, person=user.name, person_id=user.id, role=member.role)
    forget_roles()
    return event


def _take_off(actor: Actor, action: str, board: Board, user: User) -> None:
    member = db.session.get(BoardMember, (board.id, user.id), populate_existing=True)
    if member is None:
        return
    if member.role == "admin":
        keep_an_admin(board, user)
    db.session.delete(member)
    end_watches(user, board=board)
    note(actor, action, board, person=user.name, person_id=user.id, role=member.role)


def _rules_alone(board: Board, user: User) -> bool:
    return (
        board.visibility == "private" and member_on(board, user).role == "admin" and not named_admins(board, but=user)
    )
