"""Lists: the columns of a board."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from kanban.models import limits
from kanban.models.boards import Board
from kanban.models.recorded import Archived, Imported, Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.support.clock import now
from kanban.support.db import Model, Rank, UTCDateTime


class List(Recorded, SoftDeleted, Archived, Imported, Model):
    """A list of cards. `rank` orders it among the lists of its board."""

    __tablename__ = "lists"
    __table_args__ = (
        sa.CheckConstraint("wip_limit IS NULL OR wip_limit > 0", name="wip_limit"),
        sa.UniqueConstraint("board_id", "rank"),
        index_of_deleted("lists"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "list"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    name: Mapped[str] = tracked(sa.String(limits.NAME))
    rank: Mapped[str] = tracked(Rank)
    wip_limit: Mapped[int | None] = tracked()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))

    board: Mapped[Board] = relationship(lazy="select")

    @property
    def is_live(self) -> bool:
        return self.archived_at is None and self.deleted_at is None

    @property
    def card_count(self) -> int:
        """How many live cards stand in it."""
        from kanban.models.cards import Card  # a list does not know cards until it is asked

        return object_session(self).scalar(  # type: ignore[union-attr, return-value]
            sa.select(sa.func.count())
            .select_from(Card)
            .where(Card.list_id == self.id, Card.archived_at.is_(None), Card.deleted_at.is_(None))
        )

    @property
    def is_full(self) -> bool:
        """Whether its limit is reached; a list without a limit is never full."""
        return self.wip_limit is not None and self.card_count >= self.wip_limit
