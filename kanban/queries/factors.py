"""A person's second factors, as pages show them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from kanban.models import Passkey, RecoveryCode, Totp, User
from kanban.support.db import db


class Factors(NamedTuple):
    """What somebody can prove themselves by, beside their password."""

    # Since when they have an authenticator, or None.
    totp_since: datetime | None
    passkeys: Sequence[Passkey]
    codes_left: int

    @property
    def are_there(self) -> bool:
        return self.totp_since is not None or bool(self.passkeys)

    @property
    def have_codes(self) -> bool:
        """Whether a code can be typed: of an authenticator, or to recover."""
        return self.totp_since is not None or self.codes_left > 0


def factors_of(user: User) -> Factors:
    """All of them, the oldest key first."""
    codes = sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.id)
    return Factors(
        totp_since=db.session.scalar(sa.select(Totp.created_at).where(Totp.user_id == user.id)),
        passkeys=db.session.scalars(sa.select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all(),
        codes_left=db.session.scalar(codes) or 0,
    )
