"""What people say on a card."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models.boards import Board
from kanban.models.cards import Card
from kanban.models.recorded import Imported, Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.models.users import User
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime

_LIVE = sa.text("deleted_at IS NULL")


class Comment(Recorded, SoftDeleted, Imported, Model):
    """A comment in Markdown."""

    __tablename__ = "comments"
    __table_args__ = (
        sa.Index("ix_comments_live", "board_id", "card_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        sa.Index("ix_comments_card_id_created_at", "card_id", "created_at"),
        index_of_deleted("comments"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    card_id: Mapped[int] = tracked(sa.ForeignKey("cards.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = tracked(sa.ForeignKey("users.id", ondelete="SET NULL"))
    body: Mapped[str] = tracked(sa.Text)
    edited_at: Mapped[datetime | None] = tracked(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    board: Mapped[Board] = relationship(lazy="select")
    card: Mapped[Card] = relationship(lazy="select")
    author: Mapped[User | None] = relationship(lazy="select", foreign_keys=[author_id])
