"""Who a session belongs to."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from kanban.models import Passkey, Session, Setting, Totp, User
from kanban.models.settings import REQUIRE_FACTOR
from kanban.queries.site import default_of
from kanban.support.db import db
from kanban.support.tokens import digest


class Entrance(NamedTuple):
    """A session with all that each request asks of it."""

    session: Session
    user: User
    has_factor: bool
    # Who must have a second factor: nobody, admins or everybody.
    factor_rule: str

    @property
    def lacks_factor(self) -> bool:
        """Whether this person must set up a second factor before they see anything."""
        return self.factor_rule == "everybody" and not self.has_factor


def entrance(secret: str, at: datetime) -> Entrance | None:
    """The session of a secret, unless it has ended, or its person is disabled or has no proved address."""
    row = db.session.execute(_entrance(), {"hash": digest(secret), "at": at}).one_or_none()
    if row is None:
        return None
    return Entrance(row[0], row[1], bool(row[2]), row[3] or default_of(REQUIRE_FACTOR))


def has_factor(user_id: Any) -> sa.ColumnElement[bool]:
    """Whether a person has a second factor: an authenticator or a passkey."""
    totp = sa.exists().where(Totp.user_id == user_id)
    return sa.or_(totp, sa.exists().where(Passkey.user_id == user_id))


@cache
def _entrance() -> sa.Select[Any]:
    """Built once: each request asks it."""
    rule = sa.select(Setting.value).where(Setting.name == REQUIRE_FACTOR).scalar_subquery()
    at = sa.bindparam("at", type_=Session.expires_at.type)
    return (
        sa.select(Session, User, has_factor(User.id), rule)
        .join(User, User.id == Session.user_id)
        .where(
            Session.secret_hash == sa.bindparam("hash"),
            Session.expires_at > at,
            Session.idle_until > at,
            User.disabled_at.is_(None),
            User.verified_at.is_not(None),
        )
    )
