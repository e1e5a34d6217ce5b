"""What else admins of the site see: all workspaces, and the invitations that are still open."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kanban.models import Board, Invitation, User, Workspace, WorkspaceMember
from kanban.queries.pages import Page, containing, page_of
from kanban.support.db import db


def workspaces(find: str = "", before: int | None = None) -> Page[Any]:
    """Workspaces whose name holds the text, the newest first: each with how many people and boards it has."""
    members = (
        sa.select(sa.func.count())
        .select_from(WorkspaceMember)
        .where(WorkspaceMember.workspace_id == Workspace.id)
        .correlate(Workspace)
        .scalar_subquery()
    )
    boards = (
        sa.select(sa.func.count())
        .select_from(Board)
        .where(Board.workspace_id == Workspace.id, Board.deleted_at.is_(None))
        .correlate(Workspace)
        .scalar_subquery()
    )
    query = sa.select(
        Workspace.id,
        Workspace.name,
        Workspace.created_at,
        Workspace.requires_factor,
        members.label("people"),
        boards.label("boards"),
    ).where(Workspace.deleted_at.is_(None))
    if find:
        query = query.where(containing(Workspace.name, find))
    return page_of(query, Workspace.id, before)


def owners_of(ids: list[int]) -> dict[int, list[Any]]:
    """Who owns these workspaces: (id, name) by workspace."""
    query = (
        sa.select(WorkspaceMember.workspace_id, User.id, User.name)
        .join(User, User.id == WorkspaceMember.user_id)
        .where(WorkspaceMember.workspace_id.in_(ids), WorkspaceMember.role == "owner")
        .order_by(User.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.workspace_id, []).append(row)
    return found


def open_invitations(at: datetime, before: int | None = None) -> Page[Invitation]:
    """Invitations that somebody could still accept, the newest first."""
    query = (
        sa.select(Invitation)
        .where(Invitation.revoked_at.is_(None), Invitation.uses_left > 0, Invitation.expires_at > at)
        .options(joinedload(Invitation.workspace), joinedload(Invitation.board), joinedload(Invitation.invited_by))
    )
    return page_of(query, Invitation.id, before)
