"""Boards, who was added to them, and who starred them."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.recorded import Archived, Imported, Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.models.users import User
from kanban.models.workspaces import Workspace
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime

# Name and hue, in degrees of OKLCH.
TINTS = {
    "lagoon": 222,
    "sky": 250,
    "iris": 268,
    "plum": 300,
    "rose": 345,
    "brick": 30,
    "honey": 75,
    "moss": 120,
    "fern": 150,
    "teal": 195,
}
VISIBILITIES = ("private", "workspace")
BOARD_ROLES = ("observer", "member", "admin")
# What everybody of a workspace can be on a board that is open to it.
OPEN_ROLES = ("observer", "member")


class Board(Recorded, SoftDeleted, Archived, Imported, Model):
    """A board. `seq` counts its events, `last_number` its cards."""

    __tablename__ = "boards"
    __table_args__ = (
        sa.CheckConstraint(f"visibility IN {VISIBILITIES}", name="visibility"),
        sa.Index("ix_boards_workspace_id_id", "workspace_id", "id"),
        sa.Index(
            "ix_boards_source_source_id",
            "source",
            "source_id",
            sqlite_where=sa.text("source_id IS NOT NULL"),
            postgresql_where=sa.text("source_id IS NOT NULL"),
        ),
        index_of_deleted("boards"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "board"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = tracked(sa.ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = tracked(sa.String(limits.NAME))
    description: Mapped[str] = tracked(sa.Text, default="")
    tint: Mapped[str] = tracked(sa.String(16), default="lagoon")
    visibility: Mapped[str] = tracked(sa.String(16), default="private")
    time_zone: Mapped[str] = tracked(sa.String(64), default="UTC")
    # What everybody of the workspace is on a board that is open to it: member, or observer.
    workspace_role: Mapped[str] = tracked(sa.String(16), default="member", server_default="member")
    observers_comment: Mapped[bool] = tracked(default=False, server_default=sa.false())
    # While an import fills it, nobody can see the board.
    importing_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    last_number: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)

    workspace: Mapped[Workspace] = relationship(lazy="select")

    @property
    def is_live(self) -> bool:
        return self.archived_at is None and self.deleted_at is None


class BoardMember(Recorded, Model):
    """A person's role on a board."""

    __tablename__ = "board_members"
    __table_args__ = (
        sa.CheckConstraint(f"role IN {BOARD_ROLES}", name="role"),
        sa.Index("ix_board_members_user_id_board_id", "user_id", "board_id"),
    )
    kind: ClassVar[str] = "board_member"

    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = tracked(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = tracked(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class Star(Model):
    """A person's mark on a board, for nobody but them: it makes no event."""

    __tablename__ = "stars"
    __table_args__ = (sa.Index("ix_stars_board_id", "board_id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Visit(Model):
    """When a person last looked at a board: the home page's order, and later "what changed since"."""

    __tablename__ = "visits"
    __table_args__ = (sa.Index("ix_visits_board_id", "board_id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seen_seq: Mapped[int] = mapped_column(default=0)
