"""Who belongs to a workspace or a board, and by what: the pages of people."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kanban.models import (
    Actor,
    Board,
    BoardGroup,
    BoardMember,
    Group,
    GroupMember,
    Invitation,
    JoinRequest,
    User,
    Workspace,
    WorkspaceMember,
)
from kanban.models.boards import BOARD_ROLES
from kanban.models.workspaces import WORKSPACE_ROLES
from kanban.policies import may, role_in, role_on, role_through
from kanban.support.clock import now
from kanban.support.db import db


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role; `groups` are those of the workspace they are in, `offered` the roles one may give them."""

    user: User
    role: str
    since: datetime
    groups: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    may_remove: bool = False


@dataclass(frozen=True, slots=True)
class GroupFace:
    """A group, how many are in it, and its role on the board that is looked at."""

    id: int
    name: str
    count: int
    role: str = ""


@dataclass(frozen=True, slots=True)
class WorkspacePeople:
    """The people of a workspace; `may_manage` is whether the reader may change anything about them."""

    workspace: Workspace
    people: list[Person]
    invitations: list[Invitation]
    own_role: str | None
    may_manage: bool


@dataclass(frozen=True, slots=True)
class BoardPeople:
    """The people of a board: by name, by groups, and through its workspace.

    `open_to` counts those of the workspace whom the board is open to; `to_add` and
    `groups_to_add` are the people and groups who could be added by name.
    """

    board: Board
    people: list[Person]
    groups: list[GroupFace]
    open_to: int
    to_add: list[User]
    groups_to_add: list[GroupFace]
    invitations: list[Invitation]
    requests: list[JoinRequest]
    own_role: str | None
    is_named: bool
    may_ask: bool
    asked: JoinRequest | None
    may_manage: bool
    may_remove: bool


def workspace_people(actor: Actor, workspace: Workspace) -> WorkspacePeople:
    """Who belongs to a workspace, as one of them sees it."""
    manages = may(actor, "add_workspace_member", workspace)
    role = role_in(actor, workspace)
    groups = _groups_by_person(workspace)
    query = (
        sa.select(WorkspaceMember, User)
        .join(User, User.id == WorkspaceMember.user_id)
        .where(WorkspaceMember.workspace_id == workspace.id)
        .order_by(User.name, User.id)
    )
    people = []
    for member, user in db.session.execute(query):
        reach = manages and (role == "owner" or member.role != "owner")
        people.append(
            Person(
                user=user,
                role=member.role,
                since=member.created_at,
                groups=tuple(groups.get(user.id, ())),
                offered=roles_to_give(role) if reach else (),
                may_remove=reach and user.id != actor.id,
            )
        )
    return WorkspacePeople(
        workspace=workspace,
        people=people,
        invitations=_open_invitations(Invitation.workspace_id == workspace.id, Invitation.board_id.is_(None))
        if manages
        else [],
        own_role=role,
        may_manage=manages,
    )


def roles_to_give(own: str | None) -> tuple[str, ...]:
    """The roles of a workspace that somebody with this role may give: none above their own."""
    return WORKSPACE_ROLES if own == "owner" else WORKSPACE_ROLES[:-1]


def board_people(actor: Actor, board: Board) -> BoardPeople:
    """Who can see a board, and by what, as one of them sees it."""
    manages, removes = may(actor, "add_member", board), may(actor, "remove_member", board)
    query = (
        sa.select(BoardMember, User)
        .join(User, User.id == BoardMember.user_id)
        .where(BoardMember.board_id == board.id)
        .order_by(User.name, User.id)
    )
    people = [
        Person(
            user=user,
            role=member.role,
            since=member.created_at,
            offered=BOARD_ROLES if manages else (),
            may_remove=removes and user.id != actor.id,
        )
        for member, user in db.session.execute(query)
    ]
    groups = _groups_on(board)
    is_named = any(person.user.id == actor.id for person in people)
    own = role_on(actor, board)
    return BoardPeople(
        board=board,
        people=people,
        groups=groups,
        open_to=_open_to(board),
        to_add=_to_add(board) if manages else [],
        groups_to_add=[group for group in groups_of(board.workspace) if group.id not in {one.id for one in groups}]
        if manages
        else [],
        invitations=_open_invitations(Invitation.board_id == board.id) if manages else [],
        requests=_open_requests(board) if manages else [],
        own_role=own,
        is_named=is_named,
        may_ask=may_ask_to_join(actor, board),
        asked=open_request(actor, board),
        may_manage=manages,
        may_remove=removes,
    )


def groups_of(workspace: Workspace) -> list[GroupFace]:
    """The groups of a workspace by name, with how many people are in each."""
    count = (
        sa.select(sa.func.count()).where(GroupMember.group_id == Group.id).correlate(Group).scalar_subquery()
    ).label("count")
    query = (
        sa.select(Group.id, Group.name, count)
        .where(Group.workspace_id == workspace.id, Group.deleted_at.is_(None))
        .order_by(Group.name, Group.id)
    )
    return [GroupFace(row[0], row[1], row[2]) for row in db.session.execute(query)]


def people_of_workspace(workspace: Workspace) -> list[User]:
    """Everybody of a workspace, by name."""
    query = (
        sa.select(User)
        .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
        .where(WorkspaceMember.workspace_id == workspace.id)
        .order_by(User.name, User.id)
    )
    return list(db.session.scalars(query))


def ids_in_group(group: Group) -> set[int]:
    """Who is in a group."""
    return set(db.session.scalars(sa.select(GroupMember.user_id).where(GroupMember.group_id == group.id)))


def may_ask_to_join(actor: Actor, board: Board) -> bool:
    """Whether somebody sees a board as observer through its workspace alone, and could ask for more."""
    if not board.is_live or role_on(actor, board) != "observer":
        return False
    through = role_through(role_in(actor, board.workspace), board.visibility, board.workspace_role)
    return through == "observer"


def open_request(actor: Actor, board: Board) -> JoinRequest | None:
    """What somebody has asked of a board, if it is not decided yet."""
    return db.session.scalar(
        sa.select(JoinRequest).where(
            JoinRequest.board_id == board.id, JoinRequest.user_id == actor.id, JoinRequest.decided_at.is_(None)
        )
    )


def _groups_by_person(workspace: Workspace) -> dict[int, list[str]]:
    query = (
        sa.select(GroupMember.user_id, Group.name)
        .join(Group, Group.id == GroupMember.group_id)
        .where(Group.workspace_id == workspace.id, Group.deleted_at.is_(None))
        .order_by(Group.name)
    )
    found: dict[int, list[str]] = {}
    for user_id, name in db.session.execute(query):
        found.setdefault(user_id, []).append(name)
    return found


def _groups_on(board: Board) -> list[GroupFace]:
    roles = {
        row[0]: row[1]
        for row in db.session.execute(
            sa.select(BoardGroup.group_id, BoardGroup.role).where(BoardGroup.board_id == board.id)
        )
    }
    return [
        GroupFace(group.id, group.name, group.count, roles[group.id])
        for group in groups_of(board.workspace)
        if group.id in roles
    ]


def _open_to(board: Board) -> int:
    if board.visibility != "workspace":
        return 0
    query = sa.select(sa.func.count()).where(
        WorkspaceMember.workspace_id == board.workspace_id, WorkspaceMember.role != "guest"
    )
    return db.session.scalar(query) or 0


def _to_add(board: Board) -> list[User]:
    on_it = sa.select(BoardMember.user_id).where(BoardMember.board_id == board.id)
    query = (
        sa.select(User)
        .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
        .where(WorkspaceMember.workspace_id == board.workspace_id, User.id.not_in(on_it), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return list(db.session.scalars(query))


def _open_invitations(*where: sa.ColumnElement[bool]) -> list[Invitation]:
    query = (
        sa.select(Invitation)
        .where(*where, Invitation.revoked_at.is_(None), Invitation.uses_left > 0, Invitation.expires_at > now())
        .order_by(Invitation.id.desc())
        .options(joinedload(Invitation.invited_by))
    )
    return list(db.session.scalars(query))


def _open_requests(board: Board) -> list[JoinRequest]:
    query = (
        sa.select(JoinRequest)
        .where(JoinRequest.board_id == board.id, JoinRequest.decided_at.is_(None))
        .order_by(JoinRequest.id)
        .options(joinedload(JoinRequest.user))
    )
    return list(db.session.scalars(query))
