"""Mails on their way out."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kanban.models import limits
from kanban.support.clock import now
from kanban.support.db import JSON, Model, UTCDateTime


class Mail(Model):
    """A mail, written down in the transaction that is its reason, and sent after it by the worker.

    Where no server is set, it waits here for the admin to read. `context` may hold the
    secret of a link: it is emptied when the mail is sent, or can no longer be.
    """

    __tablename__ = "mails"
    __table_args__ = (
        sa.Index(
            "ix_mails_due_at",
            "due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.Index("ix_mails_user_id", "user_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    to: Mapped[str] = mapped_column("to_address", sa.String(limits.EMAIL))
    # The name of its two templates under templates/mail, and the words they need.
    template: Mapped[str] = mapped_column(sa.String(48))
    locale: Mapped[str] = mapped_column(sa.String(16), default="en")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    context: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    # When it is tried next; NULL once it is sent or given up.
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=now)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(sa.Text)
