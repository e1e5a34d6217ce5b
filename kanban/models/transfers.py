"""Boards on their way in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models.boards import Board
from kanban.models.workspaces import Workspace
from kanban.support.clock import now
from kanban.support.db import JSON, Model, UTCDateTime

STATES = ("uploaded", "checked", "queued", "running", "done", "failed", "cancelled")


class Transfer(Model):
    """One import: the file, what it holds (`receipt`), who is who (`people`), how far it is.

    `heartbeat_at` moves while a worker is at it; one that has stopped moving is taken up
    again by the sweep, at most three times (`tries`).
    """

    __tablename__ = "transfers"
    __table_args__ = (
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.Index("ix_transfers_user_id_id", "user_id", "id"),
        sa.Index("ix_transfers_state_heartbeat_at", "state", "heartbeat_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(16))
    # The id of the board in the file, once the file has been read.
    source_id: Mapped[str | None] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(16), default="uploaded")
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    workspace_id: Mapped[int] = mapped_column(sa.ForeignKey("workspaces.id", ondelete="CASCADE"))
    board_id: Mapped[int | None] = mapped_column(sa.ForeignKey("boards.id", ondelete="SET NULL"))
    # A board that this file was imported into before, to be updated instead of copied.
    into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("boards.id", ondelete="SET NULL"))
    path: Mapped[str] = mapped_column(sa.String(255))
    filename: Mapped[str] = mapped_column(sa.String(255))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    people: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    options: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.Text)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    workspace: Mapped[Workspace] = relationship(lazy="select")
    board: Mapped[Board | None] = relationship(lazy="select", foreign_keys=[board_id])
