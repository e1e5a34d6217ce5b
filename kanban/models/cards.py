"""Cards, and who is on them."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.boards import Board
from kanban.models.labels import LABEL_COLORS
from kanban.models.lists import List
from kanban.models.recorded import Archived, Imported, Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.support.clock import now
from kanban.support.db import Model, Rank, UTCDateTime

_LIVE = sa.text("archived_at IS NULL AND deleted_at IS NULL")


class Card(Recorded, SoftDeleted, Archived, Imported, Model):
    """A card. `number` is what people call it on its board (#12); `rank` orders it in its list."""

    __tablename__ = "cards"
    __table_args__ = (
        sa.UniqueConstraint("board_id", "number"),
        sa.UniqueConstraint("list_id", "rank"),
        sa.CheckConstraint(
            f"cover_color IS NULL OR cover_color IN {LABEL_COLORS}",
            name="cover_color",
        ),
        # The board page: the live cards of a board, list by list, in order.
        sa.Index("ix_cards_live", "board_id", "list_id", "rank", sqlite_where=_LIVE, postgresql_where=_LIVE),
        sa.Index(
            "ix_cards_put_away",
            "board_id",
            "archived_at",
            sqlite_where=sa.text("archived_at IS NOT NULL OR deleted_at IS NOT NULL"),
            postgresql_where=sa.text("archived_at IS NOT NULL OR deleted_at IS NOT NULL"),
        ),
        index_of_deleted("cards"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "card"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    list_id: Mapped[int] = tracked(sa.ForeignKey("lists.id", ondelete="CASCADE"))
    number: Mapped[int] = tracked()
    title: Mapped[str] = tracked(sa.String(limits.TITLE))
    description: Mapped[str] = tracked(sa.Text, default="")
    rank: Mapped[str] = tracked(Rank)
    start_at: Mapped[datetime | None] = tracked(UTCDateTime)
    due_at: Mapped[datetime | None] = tracked(UTCDateTime)
    # A due date without a time is the end of that day in the board's time zone.
    due_has_time: Mapped[bool] = tracked(default=True)
    completed_at: Mapped[datetime | None] = tracked(UTCDateTime)
    cover_color: Mapped[str | None] = tracked(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))

    board: Mapped[Board] = relationship(lazy="select")
    list: Mapped[List] = relationship(lazy="select")

    @property
    def is_live(self) -> bool:
        return self.archived_at is None and self.deleted_at is None

    @property
    def is_done(self) -> bool:
        return self.completed_at is not None


class Assignment(Recorded, Model):
    """A person on a card."""

    __tablename__ = "assignments"
    __table_args__ = (
        sa.Index("ix_assignments_board_id_card_id", "board_id", "card_id"),
        sa.Index("ix_assignments_user_id_card_id", "user_id", "card_id"),
    )
    kind: ClassVar[str] = "assignment"

    card_id: Mapped[int] = tracked(sa.ForeignKey("cards.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = tracked(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
