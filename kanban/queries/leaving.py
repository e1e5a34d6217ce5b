"""What stands behind somebody who wants to delete their account: workspaces that only they own."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kanban.models import Board, User, Workspace, WorkspaceMember
from kanban.support.db import db


@dataclass(frozen=True, slots=True)
class Legacy:
    """A workspace with no other owner: one of its `heirs` must become one; without any it is deleted."""

    workspace: Workspace
    heirs: Sequence[User]
    boards: int


def legacy_of(person: User) -> list[Legacy]:
    """The workspaces that nobody else owns, in the order of their ids."""
    me, other = sa.orm.aliased(WorkspaceMember), sa.orm.aliased(WorkspaceMember)
    another_owner = (
        sa.exists()
        .where(other.workspace_id == me.workspace_id, other.role == "owner", other.user_id != person.id)
        .where(User.id == other.user_id, User.disabled_at.is_(None))
    )
    query = (
        sa.select(Workspace)
        .join(me, me.workspace_id == Workspace.id)
        .where(me.user_id == person.id, me.role == "owner", Workspace.deleted_at.is_(None), ~another_owner)
        .order_by(Workspace.id)
    )
    return [Legacy(each, _heirs(each, person), _boards(each)) for each in db.session.scalars(query)]


def _heirs(workspace: Workspace, person: User) -> Sequence[User]:
    query = (
        sa.select(User)
        .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
        .where(WorkspaceMember.workspace_id == workspace.id, User.id != person.id, User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return db.session.scalars(query).all()


def _boards(workspace: Workspace) -> int:
    query = sa.select(sa.func.count()).where(Board.workspace_id == workspace.id, Board.deleted_at.is_(None))
    return db.session.scalar(query) or 0
