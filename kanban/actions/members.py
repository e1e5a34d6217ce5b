"""Who belongs to a workspace or a board."""

from kanban.actions import values
from kanban.eventlog import recording
from kanban.models import Actor, Board, BoardMember, Event, User, Workspace, WorkspaceMember
from kanban.models.boards import BOARD_ROLES
from kanban.models.workspaces import WORKSPACE_ROLES
from kanban.policies import allow, forget_roles
from kanban.support.db import db


def add_workspace_member(actor: Actor, workspace: Workspace, user: User, role: str = "member") -> Event:
    """Let a person into a workspace; one who is in keeps the role they have."""
    with recording(actor, "workspace.member_added", workspace, lock=[workspace]) as event:
        allow(actor, "add_workspace_member", workspace)
        if values.one_of(role, WORKSPACE_ROLES, "role") == "owner":
            allow(actor, "add_owner", workspace)
        if db.session.get(WorkspaceMember, (workspace.id, user.id)) is None:
            db.session.add(WorkspaceMember(workspace_id=workspace.id, user_id=user.id, role=role))
        event.detail = {"person": user.name, "role": role}
    forget_roles()
    return event


def add_board_member(actor: Actor, board: Board, user: User, role: str = "member") -> Event:
    """Add a person to a board; one who is on it keeps the role they have."""
    with recording(actor, "board.member_added", board, lock=[board]) as event:
        allow(actor, "add_member", board)
        values.one_of(role, BOARD_ROLES, "role")
        if db.session.get(BoardMember, (board.id, user.id)) is None:
            db.session.add(BoardMember(board_id=board.id, user_id=user.id, role=role))
        event.detail = {"person": user.name, "role": role}
    forget_roles()
    return event
