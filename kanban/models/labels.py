"""Labels: a board's own, named and coloured."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.boards import Board
from kanban.models.recorded import Imported, Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime

LABEL_COLORS = ("red", "orange", "yellow", "lime", "green", "teal", "blue", "violet", "pink", "slate")


class Label(Recorded, SoftDeleted, Imported, Model):
    """A label; one without a name shows the name of its colour."""

    __tablename__ = "labels"
    __table_args__ = (
        sa.CheckConstraint(f"color IN {LABEL_COLORS}", name="color"),
        sa.Index("ix_labels_board_id_id", "board_id", "id"),
        index_of_deleted("labels"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "label"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    name: Mapped[str] = tracked(sa.String(limits.LABEL), default="")
    color: Mapped[str] = tracked(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    board: Mapped[Board] = relationship(lazy="select")


class CardLabel(Recorded, Model):
    """A label on a card."""

    __tablename__ = "card_labels"
    __table_args__ = (
        sa.Index("ix_card_labels_board_id_card_id", "board_id", "card_id"),
        sa.Index("ix_card_labels_label_id_card_id", "label_id", "card_id"),
    )
    kind: ClassVar[str] = "card_label"

    card_id: Mapped[int] = tracked(sa.ForeignKey("cards.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[int] = tracked(sa.ForeignKey("labels.id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
