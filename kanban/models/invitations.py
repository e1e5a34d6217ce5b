"""Ways onto a board or into a workspace: invitations, requests to join, links for readers."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.boards import Board
from kanban.models.users import User
from kanban.models.workspaces import Workspace
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime


class Invitation(Model):
    """A role in a workspace or on a board, for whoever holds the secret.

    With an `email` it is for the account of that address alone, and once. Without, it is a
    link that `uses_left` people may follow. The role is the one written here, whatever a
    form says.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        sa.CheckConstraint("uses_left >= 0", name="uses_left"),
        sa.Index("ix_invitations_workspace_id", "workspace_id"),
        sa.Index("ix_invitations_board_id", "board_id"),
        sa.Index("ix_invitations_email", "email"),
        sa.Index("ix_invitations_invited_by_id", "invited_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(sa.ForeignKey("workspaces.id", ondelete="CASCADE"))
    board_id: Mapped[int | None] = mapped_column(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    # A role of the board where there is one, else of the workspace.
    role: Mapped[str] = mapped_column(sa.String(16))
    email: Mapped[str | None] = mapped_column(sa.String(limits.EMAIL))
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    uses_left: Mapped[int] = mapped_column(default=1)
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    workspace: Mapped[Workspace] = relationship(lazy="select")
    board: Mapped[Board | None] = relationship(lazy="select")
    invited_by: Mapped[User | None] = relationship(lazy="select")


class JoinRequest(Model):
    """A person's wish to join a board they can see; one at a time is open."""

    __tablename__ = "join_requests"
    __table_args__ = (
        sa.Index(
            "uq_join_requests_open",
            "board_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
        sa.Index("ix_join_requests_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    is_granted: Mapped[bool | None]

    board: Mapped[Board] = relationship(lazy="select")
    user: Mapped[User] = relationship(lazy="select", foreign_keys=[user_id])


class ShareLink(Model):
    """A secret address under which anybody may read a board, until it ends."""

    __tablename__ = "share_links"
    __table_args__ = (
        sa.Index("ix_share_links_board_id", "board_id"),
        sa.Index("ix_share_links_created_by_id", "created_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Its last four characters, by which an admin knows it again.
    hint: Mapped[str] = mapped_column(sa.String(8))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    board: Mapped[Board] = relationship(lazy="select")


@dataclass(frozen=True, slots=True)
class LinkReader:
    """Whoever holds the secret of a share link: nobody in particular.

    A kind of principal of its own. It has no id and no person, so that nothing which asks
    for an `Actor` takes it, and the number of its link is never taken for somebody's.
    """

    link: ShareLink
