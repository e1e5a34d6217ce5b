"""People, and who acts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kanban.models import limits
from kanban.models.recorded import Imported, Recorded, tracked
from kanban.support.clock import now
from kanban.support.db import Model, UTCDateTime
from kanban.support.text import initials

PERSON_KINDS = ("person", "placeholder")
THEMES = ("auto", "light", "dark")
LABEL_STYLES = ("names", "bars")


class User(Recorded, Imported, Model):
    """A person who signs in, or a placeholder for one whom an import named.

    A placeholder has no address and no password: it can neither sign in nor be written to.
    """

    __tablename__ = "users"
    __table_args__ = (
        sa.CheckConstraint(f"kind IN {PERSON_KINDS}", name="kind"),
        sa.CheckConstraint(
            "kind = 'person' OR (email IS NULL AND password_hash IS NULL)", name="placeholder_stays_out"
        ),
        sa.CheckConstraint(f"theme IN {THEMES}", name="theme"),
        sa.CheckConstraint(f"label_style IN {LABEL_STYLES}", name="label_style"),
        sa.UniqueConstraint("email"),
        sa.Index(
            "ix_users_source_source_id",
            "source",
            "source_id",
            sqlite_where=sa.text("source_id IS NOT NULL"),
            postgresql_where=sa.text("source_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )
    kind: ClassVar[str] = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_kind: Mapped[str] = tracked("kind", sa.String(16), default="person")
    name: Mapped[str] = tracked(sa.String(limits.NAME))
    # Kept in lower case: nobody has two accounts by typing a capital letter.
    email: Mapped[str | None] = tracked(sa.String(limits.EMAIL))
    is_admin: Mapped[bool] = tracked(default=False)
    disabled_at: Mapped[datetime | None] = tracked(UTCDateTime)
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    # In every session cookie; a new one ends them all.
    session_stamp: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    theme: Mapped[str] = mapped_column(sa.String(8), default="auto")
    label_style: Mapped[str] = mapped_column(sa.String(8), default="names")
    label_patterns: Mapped[bool] = mapped_column(default=False)
    single_keys: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(sa.String(16), default="en")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    seq: Mapped[int] = mapped_column(default=0)

    @property
    def is_placeholder(self) -> bool:
        return self.person_kind == "placeholder"

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def hue(self) -> int:
        """Which of the six avatar colours is theirs."""
        return hue_of(self.id)


def hue_of(user_id: int) -> int:
    """One of six avatar colours, spread so that neighbouring ids differ."""
    return (user_id * 2_654_435_761 >> 8) % 6


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and by which way in.

    `via` is one of web, api, cli, import, job. Tokens and links of later issues
    become principals of their own type here; an action never takes a bare id.
    """

    user: User
    via: str = "web"
    request_id: str | None = None

    @property
    def id(self) -> int:
        return self.user.id

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Actor) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)
