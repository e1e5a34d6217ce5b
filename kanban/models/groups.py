"""Groups of people in a workspace, which can be added to boards."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.recorded import Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.models.users import User
from kanban.models.workspaces import Workspace
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime


class Group(Recorded, SoftDeleted, Model):
    """Some people of a workspace under one name, such as "Design"."""

    __tablename__ = "groups"
    __table_args__ = (
        sa.Index("ix_groups_workspace_id", "workspace_id"),
        index_of_deleted("groups"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "group"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = tracked(sa.ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = tracked(sa.String(limits.NAME))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    workspace: Mapped[Workspace] = relationship(lazy="select")


class GroupMember(Recorded, Model):
    """A person in a group."""

    __tablename__ = "group_members"
    __table_args__ = (sa.Index("ix_group_members_user_id_group_id", "user_id", "group_id"),)
    kind: ClassVar[str] = "group_member"

    group_id: Mapped[int] = tracked(sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = tracked(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class BoardGroup(Recorded, Model):
    """The role that everybody of a group has on a board."""

    __tablename__ = "board_groups"
    __table_args__ = (
        sa.CheckConstraint("role IN ('observer', 'member', 'admin')", name="role"),
        sa.Index("ix_board_groups_group_id", "group_id"),
    )
    kind: ClassVar[str] = "board_group"

    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = tracked(sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = tracked(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    group: Mapped[Group] = relationship(lazy="raise_on_sql")
