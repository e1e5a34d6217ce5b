"""Who wants to hear of what."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kanban.models.recorded import Recorded, tracked
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime


class Watch(Recorded, Model):
    """A person's wish to hear of one board, list or card: exactly one of `list_id`, `card_id` or neither is set."""

    __tablename__ = "watches"
    __table_args__ = (
        sa.CheckConstraint("list_id IS NULL OR card_id IS NULL", name="one_thing"),
        sa.Index(
            "uq_watches_board",
            "board_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("list_id IS NULL AND card_id IS NULL"),
            postgresql_where=sa.text("list_id IS NULL AND card_id IS NULL"),
        ),
        sa.Index(
            "uq_watches_list",
            "list_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("list_id IS NOT NULL"),
            postgresql_where=sa.text("list_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_watches_card",
            "card_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("card_id IS NOT NULL"),
            postgresql_where=sa.text("card_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "watch"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = tracked(sa.ForeignKey("users.id", ondelete="CASCADE"))
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    list_id: Mapped[int | None] = tracked(sa.ForeignKey("lists.id", ondelete="CASCADE"))
    card_id: Mapped[int | None] = tracked(sa.ForeignKey("cards.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
