"""What proves a person beside the password: codes by time, recovery codes, passkeys, other sites."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kanban.models import limits
from kanban.support.clock import now
from kanban.support.db import JSON, Model, UTCDateTime


class Totp(Model):
    """The shared secret of an authenticator (RFC 6238); kept once a first code has shown that it has arrived."""

    __tablename__ = "totps"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    # Sealed with a key made from SECRET_KEY: whoever reads the database alone makes no codes.
    sealed: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    # The 30 seconds whose code was used last: no code is good twice.
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    # Wrong codes since the last right one, and when the latest came: the more, the longer the next must wait.
    wrong: Mapped[int] = mapped_column(default=0)
    wrong_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Model):
    """One of ten codes for the day the authenticator is gone; the row goes when it is used."""

    __tablename__ = "recovery_codes"
    __table_args__ = (sa.UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(sa.String(255))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Passkey(Model):
    """A public key of an authenticator (WebAuthn Level 2), by which a person signs in."""

    __tablename__ = "passkeys"
    __table_args__ = (sa.Index("ix_passkeys_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(limits.NAME))
    # Both in base64url without padding.
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(sa.Text)
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    transports: Mapped[str] = mapped_column(sa.String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Identity(Model):
    """Who somebody is at an identity provider or a directory: its name and theirs there, never an address."""

    __tablename__ = "identities"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"), sa.Index("ix_identities_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(sa.String(512))
    subject: Mapped[str] = mapped_column(sa.String(255))
    # What people call that provider: its name in the settings.
    provider: Mapped[str] = mapped_column(sa.String(64))
    # The roles that a directory has given by its groups, by workspace: it takes back no others.
    given: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
