"""Questions put to one browser, each good for one answer: to a passkey, or to an identity provider."""

from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from kanban.models import Challenge, User
from kanban.support.clock import now
from kanban.support.db import transaction
from kanban.support.tokens import digest


class Question(NamedTuple):
    """What was asked, and of whom where they are known."""

    value: dict[str, Any]
    user_id: int | None


def pose_challenge(
    secret: str, purpose: str, value: dict[str, Any], *, within: timedelta, user: User | None = None
) -> None:
    """Keep a question until it is answered, or too old. `secret` is random and comes back with the answer."""
    at = now()
    with transaction() as session:
        # Those that nobody has answered go with the next one: there is no schedule for them.
        session.execute(sa.delete(Challenge).where(Challenge.expires_at <= at))
        session.add(
            Challenge(
                secret_hash=digest(secret),
                purpose=purpose,
                value=value,
                user_id=user.id if user is not None else None,
                expires_at=at + within,
            )
        )


def take_challenge(secret: str, purpose: str) -> Question | None:
    """The question of a secret, which is used up by this; None where it was, is too old, or was never put.

    Of two that come with it at once, one gets it.
    """
    taking = (
        sa.delete(Challenge)
        .where(Challenge.secret_hash == digest(secret), Challenge.purpose == purpose)
        .returning(Challenge.value, Challenge.user_id, Challenge.expires_at)
        .execution_options(synchronize_session=False)
    )
    with transaction() as session:
        row = session.execute(taking).one_or_none()
    return Question(row.value, row.user_id) if row is not None and row.expires_at > now() else None
