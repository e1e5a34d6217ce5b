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
        sa.Index("uq_users_passkey_handle", "passkey_handle", unique=True),
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
    # When they proved that the address is theirs; before that nothing is shown to them.
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    # What passkeys know the account by: random, so that it tells nothing (WebAuthn Level 2, 14.6.1).
    passkey_handle: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    theme: Mapped[str] = mapped_column(sa.String(8), default="auto")
    label_style: Mapped[str] = mapped_column(sa.String(8), default="names")
    label_patterns: Mapped[bool] = mapped_column(default=False)
    single_keys: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(sa.String(16), default="en")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    # ISO 8601: 1 is Monday, 7 is Sunday.
    first_weekday: Mapped[int] = mapped_column(default=1, server_default="1")
    # The name of their picture among the stored files; initials are drawn without one.
    avatar: Mapped[str | None] = tracked(sa.String(64))
    # An erased account stays as a name for what it did: a placeholder without address and password.
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
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

    `via` is one of web, api, cli, import, job. A token narrows what its owner may do: to
    `scopes`, and to the board `only_board_id`; it never adds anything. An action never takes
    a bare id.
    """

    user: User
    via: str = "web"
    request_id: str | None = None
    address: str = ""
    # Whether the account has a second factor: some workspaces ask for one.
    has_factor: bool = False
    scopes: frozenset[str] | None = None
    only_board_id: int | None = None

    @property
    def id(self) -> int:
        return self.user.id

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Actor) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)
