"""What is kept of everything that concerns accounts, roles and settings; nobody can change it unseen."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kanban.models import limits
from kanban.support.clock import now
from kanban.support.db import JSON, Model, UTCDateTime


class AuditEntry(Model):
    """One line of the audit log. Each holds the hash of the one before it, so that none can be changed or left out.

    Ids are plain numbers: a line outlives what it speaks of.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.Index("ix_audit_entries_action_id", "action", "id"),
        sa.Index("ix_audit_entries_actor_id_id", "actor_id", "id"),
        sa.Index("ix_audit_entries_subject_kind_subject_id", "subject_kind", "subject_id"),
        sa.Index("ix_audit_entries_at", "at"),
    )

    # Without a gap from 1 on; the writer takes it under a lock.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(sa.String(limits.NAME), default="")
    action: Mapped[str] = mapped_column(sa.String(48))
    subject_kind: Mapped[str] = mapped_column(sa.String(16), default="")
    subject_id: Mapped[int | None]
    subject_name: Mapped[str] = mapped_column(sa.String(limits.EMAIL), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    request_id: Mapped[str | None] = mapped_column(sa.String(64))
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
