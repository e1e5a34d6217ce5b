"""What belonging is made of: the rows that give roles, and what ends with them."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.models import (
    Actor,
    Board,
    BoardMember,
    Group,
    GroupMember,
    Invitation,
    JoinRequest,
    User,
    Watch,
    Workspace,
    WorkspaceMember,
)
from kanban.models.boards import BOARD_ROLES
from kanban.models.workspaces import WORKSPACE_ROLES
from kanban.policies import forget_roles, may, role_on
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, NotFound


def put_in_workspace(workspace: Workspace, user: User, role: str) -> WorkspaceMember:
    """Make somebody a member, or give one who is a member this role if it is more than they have."""
    member = db.session.get(WorkspaceMember, (workspace.id, user.id))
    if member is None:
        member = WorkspaceMember(workspace_id=workspace.id, user_id=user.id, role=role)
        db.session.add(member)
    elif WORKSPACE_ROLES.index(role) > WORKSPACE_ROLES.index(member.role):
        member.role = role
    return member


def put_on_board(board: Board, user: User, role: str) -> BoardMember:
    """As put_in_workspace, on a board."""
    member = db.session.get(BoardMember, (board.id, user.id))
    if member is None:
        member = BoardMember(board_id=board.id, user_id=user.id, role=role)
        db.session.add(member)
    elif BOARD_ROLES.index(role) > BOARD_ROLES.index(member.role):
        member.role = role
    return member


def member_of(workspace: Workspace, user: User) -> WorkspaceMember:
    """The membership of somebody in a workspace, as it is now. Raises NotFound."""
    found = db.session.get(WorkspaceMember, (workspace.id, user.id), populate_existing=True)
    if found is None:
        raise NotFound(_("This person does not belong to the workspace any more."))
    return found


def member_on(board: Board, user: User) -> BoardMember:
    """The membership by name of somebody on a board, as it is now. Raises NotFound."""
    found = db.session.get(BoardMember, (board.id, user.id), populate_existing=True)
    if found is None:
        raise NotFound(_("This person is not on the board by name. A group or the workspace may let them in."))
    return found


def owners_give_owners(actor: Actor, workspace: Workspace, roles: Collection[str]) -> None:
    """Raise Forbidden where the role of an owner is given or taken by somebody who is none."""
    if "owner" in roles and not may(actor, "add_owner", workspace):
        raise Forbidden(_("Only an owner decides who owns the workspace. Ask one of them."), field="role")


def keep_an_owner(workspace: Workspace, leaving: User) -> None:
    """Raise Conflict where nobody would own the workspace any more. To be asked under its lock."""
    if not owners(workspace, but=leaving):
        raise Conflict(_("A workspace needs an owner. Make somebody else an owner first."), field="role")


def owners(workspace: Workspace, *, but: User) -> list[User]:
    """Who else owns a workspace and can sign in, the longest-standing first."""
    query = (
        sa.select(User)
        .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
        .where(WorkspaceMember.workspace_id == workspace.id, WorkspaceMember.role == "owner")
        .where(User.id != but.id, User.disabled_at.is_(None))
        .order_by(WorkspaceMember.created_at, User.id)
    )
    return list(db.session.scalars(query))


def named_admins(board: Board, *, but: User | None = None) -> list[int]:
    """Ids of those who rule a board by name and can sign in."""
    query = (
        sa.select(BoardMember.user_id)
        .join(User, User.id == BoardMember.user_id)
        .where(BoardMember.board_id == board.id, BoardMember.role == "admin", User.disabled_at.is_(None))
    )
    return list(db.session.scalars(query if but is None else query.where(User.id != but.id)))


def keep_an_admin(board: Board, leaving: User) -> None:
    """Raise Conflict where nobody would rule a private board any more. To be asked under its lock."""
    if board.visibility == "private" and not named_admins(board, but=leaving):
        raise Conflict(
            _("“%(board)s” needs an admin of its own. Make somebody else one first.", board=board.name), field="role"
        )


def boards_of(workspace: Workspace, user: User) -> list[Board]:
    """The boards of a workspace that somebody is on by name, deleted ones too."""
    query = (
        sa.select(Board)
        .join(BoardMember, BoardMember.board_id == Board.id)
        .where(Board.workspace_id == workspace.id, BoardMember.user_id == user.id)
        .order_by(Board.id)
    )
    return list(db.session.scalars(query))


def end_watches(user: User, *, workspace: Workspace | None = None, board: Board | None = None) -> None:
    """Take the watches off what somebody cannot see any more, now that their roles have changed."""
    db.session.flush()
    forget_roles()
    among: Any = Board.workspace_id == workspace.id if workspace is not None else Board.id == getattr(board, "id", None)
    query = sa.select(Watch, Board).join(Board, Board.id == Watch.board_id).where(Watch.user_id == user.id, among)
    for watch, watched in db.session.execute(query).all():
        # As a job: a workspace may ask for a second factor, and that is another matter.
        if role_on(Actor(user, "job"), watched) is None:
            db.session.delete(watch)


def leave_groups(workspace: Workspace, user: User) -> None:
    """Take somebody out of every group of a workspace: of a deleted one too, which could come back."""
    query = (
        sa.select(GroupMember)
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.workspace_id == workspace.id, GroupMember.user_id == user.id)
    )
    for member in db.session.scalars(query).all():
        db.session.delete(member)


def close_ways_back(workspace: Workspace, user: User) -> None:
    """End the invitations to somebody who goes and those they have made, whose secrets they know."""
    theirs = sa.or_(Invitation.email == user.email, Invitation.invited_by_id == user.id)
    for row in db.session.scalars(
        sa.select(Invitation).where(Invitation.workspace_id == workspace.id, theirs, Invitation.revoked_at.is_(None))
    ).all():
        row.revoked_at = now()
    asked = (
        sa.select(JoinRequest)
        .join(Board, Board.id == JoinRequest.board_id)
        .where(Board.workspace_id == workspace.id, JoinRequest.user_id == user.id, JoinRequest.decided_at.is_(None))
    )
    for request in db.session.scalars(asked).all():
        request.decided_at, request.is_granted = now(), False
