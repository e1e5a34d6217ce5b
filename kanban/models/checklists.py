"""Checklists and their items."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.boards import Board
from kanban.models.cards import Card
from kanban.models.recorded import Imported, Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.support.clock import now
from kanban.support.db import Model, Rank, UTCDateTime

_LIVE = sa.text("deleted_at IS NULL")


class Checklist(Recorded, SoftDeleted, Imported, Model):
    """A checklist of a card."""

    __tablename__ = "checklists"
    __table_args__ = (
        sa.UniqueConstraint("card_id", "rank"),
        sa.Index("ix_checklists_board_id_card_id", "board_id", "card_id"),
        index_of_deleted("checklists"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "checklist"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    card_id: Mapped[int] = tracked(sa.ForeignKey("cards.id", ondelete="CASCADE"))
    title: Mapped[str] = tracked(sa.String(limits.TITLE))
    rank: Mapped[str] = tracked(Rank)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    board: Mapped[Board] = relationship(lazy="select")
    card: Mapped[Card] = relationship(lazy="select")


class Item(Recorded, SoftDeleted, Imported, Model):
    """One thing to tick."""

    __tablename__ = "items"
    __table_args__ = (
        sa.UniqueConstraint("checklist_id", "rank"),
        # The badges of the board page count by card.
        sa.Index("ix_items_live", "board_id", "card_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        # Deleting a card looks for what hangs on it, whatever its board.
        sa.Index("ix_items_card_id", "card_id"),
        index_of_deleted("items"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    card_id: Mapped[int] = tracked(sa.ForeignKey("cards.id", ondelete="CASCADE"))
    checklist_id: Mapped[int] = tracked(sa.ForeignKey("checklists.id", ondelete="CASCADE"))
    text: Mapped[str] = tracked(sa.String(limits.ITEM))
    rank: Mapped[str] = tracked(Rank)
    completed_at: Mapped[datetime | None] = tracked(UTCDateTime)
    due_at: Mapped[datetime | None] = tracked(UTCDateTime)
    assignee_id: Mapped[int | None] = tracked(sa.ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    board: Mapped[Board] = relationship(lazy="select")
    card: Mapped[Card] = relationship(lazy="select")
    checklist: Mapped[Checklist] = relationship(lazy="select")
