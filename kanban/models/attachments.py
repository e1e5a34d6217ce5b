"""What hangs on a card: links, and files left where an import found them."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.boards import Board
from kanban.models.cards import Card
from kanban.models.recorded import Imported, Recorded, SoftDeleted, index_of_deleted, tracked
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime

ATTACHMENT_KINDS = ("link", "elsewhere")
_LIVE = sa.text("deleted_at IS NULL")


class Attachment(Recorded, SoftDeleted, Imported, Model):
    """A link. `size` in bytes and `media_type` are known of files that an import left elsewhere."""

    __tablename__ = "attachments"
    __table_args__ = (
        sa.CheckConstraint(f"kind IN {ATTACHMENT_KINDS}", name="kind"),
        sa.CheckConstraint("size IS NULL OR size >= 0", name="size"),
        sa.Index("ix_attachments_live", "board_id", "card_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        # Deleting a card looks for what hangs on it, whatever its board.
        sa.Index("ix_attachments_card_id", "card_id"),
        index_of_deleted("attachments"),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = tracked(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    card_id: Mapped[int] = tracked(sa.ForeignKey("cards.id", ondelete="CASCADE"))
    storage: Mapped[str] = tracked("kind", sa.String(16), default="link")
    title: Mapped[str] = tracked(sa.String(limits.TITLE))
    url: Mapped[str] = tracked(sa.String(limits.URL))
    size: Mapped[int | None] = tracked(sa.BigInteger)
    media_type: Mapped[str | None] = tracked(sa.String(127))
    added_by_id: Mapped[int | None] = tracked(sa.ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    board: Mapped[Board] = relationship(lazy="select")
    card: Mapped[Card] = relationship(lazy="select")
