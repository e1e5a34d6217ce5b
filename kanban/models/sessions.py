"""What signs somebody in: sessions of browsers, tokens of programs, and the links of mails."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models import limits
from kanban.models.users import User
from kanban.support.clock import now
from kanban.support.db import JSON, Model, UTCDateTime

SCOPES = ("read", "write", "admin")
LINK_PURPOSES = ("verify", "reset", "leave_address", "take_address")
# Of each secret only its SHA-256 is kept: who reads the database cannot sign in with it.
_HASH = sa.String(64)


class Session(Model):
    """A browser that is signed in. The row is the session: without it the cookie is worth nothing."""

    __tablename__ = "sessions"
    __table_args__ = (sa.Index("ix_sessions_user_id", "user_id"), sa.Index("ix_sessions_expires_at", "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    secret_hash: Mapped[str] = mapped_column(_HASH, unique=True)
    # How they signed in: password, passkey, oidc, ldap, setup.
    method: Mapped[str] = mapped_column(sa.String(16))
    device: Mapped[str] = mapped_column(sa.String(255), default="")
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    is_remembered: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    # Set anew every few minutes at most: a page that is read must not cost a write.
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    # When they last proved who they are; what is dangerous asks for it again after a while.
    fresh_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    # Whichever comes first: so long without use, or so long at all.
    idle_until: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class PendingSignIn(Model):
    """A sign-in whose first factor was right and whose second is still asked for: it opens nothing."""

    __tablename__ = "pending_sign_ins"
    __table_args__ = (sa.Index("ix_pending_sign_ins_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    secret_hash: Mapped[str] = mapped_column(_HASH, unique=True)
    method: Mapped[str] = mapped_column(sa.String(16))
    is_remembered: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Challenge(Model):
    """Something asked of one browser and good for one answer: of a passkey, or of an identity provider."""

    __tablename__ = "challenges"
    __table_args__ = (
        sa.Index("ix_challenges_expires_at", "expires_at"),
        sa.Index("ix_challenges_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The browser holds the secret in its cookie.
    secret_hash: Mapped[str] = mapped_column(_HASH, unique=True)
    purpose: Mapped[str] = mapped_column(sa.String(16))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    value: Mapped[dict[str, object]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class TokenFamily(Model):
    """A sign-in by the API: the access tokens and the chain of refresh tokens that came of it."""

    __tablename__ = "token_families"
    # Access tokens name it by its id: no later one may get the id of one that has ended.
    __table_args__ = (sa.Index("ix_token_families_user_id", "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    device: Mapped[str] = mapped_column(sa.String(255), default="")
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    scope: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    # The end of the whole family, however often it is refreshed.
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class RefreshToken(Model):
    """One link of the chain. One that was used stays, so that its second use can be recognised."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (sa.Index("ix_refresh_tokens_family_id", "family_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("token_families.id", ondelete="CASCADE"))
    secret_hash: Mapped[str] = mapped_column(_HASH, unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PersonalToken(Model):
    """A secret that a person gave to a program, with what it may do: scopes, and one board or all of theirs."""

    __tablename__ = "personal_tokens"
    __table_args__ = (
        sa.Index("ix_personal_tokens_user_id", "user_id"),
        sa.Index("ix_personal_tokens_board_id", "board_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(limits.NAME))
    secret_hash: Mapped[str] = mapped_column(_HASH, unique=True)
    # Its last four characters, by which a person knows it again.
    hint: Mapped[str] = mapped_column(sa.String(8))
    scope: Mapped[str] = mapped_column(sa.String(64))
    board_id: Mapped[int | None] = mapped_column(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class SigningKey(Model):
    """A key that signs access tokens; a retired one only checks those it has signed."""

    __tablename__ = "signing_keys"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    # Sealed with a key made from SECRET_KEY.
    sealed: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class MailLink(Model):
    """A link that was mailed to somebody, good once and for a while.

    `verify` proves an address, `reset` sets a new password. A change of address has two:
    `leave_address` went to the old one and `take_address` to the new one, and both must be
    opened.
    """

    __tablename__ = "mail_links"
    __table_args__ = (
        sa.CheckConstraint("purpose IN ('verify', 'reset', 'leave_address', 'take_address')", name="purpose"),
        sa.Index("ix_mail_links_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(sa.String(16))
    # The address it is about: for a change, the new one in both links.
    email: Mapped[str] = mapped_column(sa.String(limits.EMAIL))
    secret_hash: Mapped[str] = mapped_column(_HASH, unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(lazy="raise_on_sql")
