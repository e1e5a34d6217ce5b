"""Workspaces and who belongs to them."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.recorded import Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.models.users import User
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime

WORKSPACE_ROLES = ("guest", "member", "admin", "owner")


class Workspace(Recorded, SoftDeleted, Model):
    """A company, a team, or somebody's own corner: it holds boards and people."""

    __tablename__ = "workspaces"
    __table_args__ = (index_of_deleted("workspaces"), {"sqlite_autoincrement": True})
    kind: ClassVar[str] = "workspace"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = tracked(sa.String(limits.NAME))
    # Whether its people must have a second factor to open anything in it. Not in the event log but in the audit
    # log: no undo opens what was closed.
    requires_factor: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seq: Mapped[int] = mapped_column(default=0)


class WorkspaceMember(Recorded, Model):
    """A person's role in a workspace."""

    __tablename__ = "workspace_members"
    __table_args__ = (
        sa.CheckConstraint(f"role IN {WORKSPACE_ROLES}", name="role"),
        sa.Index("ix_workspace_members_user_id_workspace_id", "user_id", "workspace_id"),
    )
    kind: ClassVar[str] = "workspace_member"

    workspace_id: Mapped[int] = tracked(sa.ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = tracked(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = tracked(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    workspace: Mapped[Workspace] = relationship(lazy="raise_on_sql")
    user: Mapped[User] = relationship(lazy="raise_on_sql")
