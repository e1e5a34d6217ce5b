"""What has run out: sessions, tokens and links that are good for nothing any more are thrown away."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from kanban.models import Challenge, MailLink, PendingSignIn, PersonalToken, RefreshToken, Session, TokenFamily
from kanban.support.clock import now
from kanban.support.db import db, transaction

_AT_ONCE = 500
# An ended token stays in its owner's list for a while: it says why a program of theirs has stopped.
_SHOWN_FOR = timedelta(days=30)


def purge_expired() -> int:
    """Throw away what nobody can use any more; how many rows that were.

    Works in small transactions, so that nobody waits for it; safe to run twice, and late.
    """
    at = now()
    gone = 0
    for ids, throw in (
        (_ids(Session, sa.or_(Session.expires_at <= at, Session.idle_until <= at)), sa.delete(Session)),
        (_ids(PendingSignIn, PendingSignIn.expires_at <= at), sa.delete(PendingSignIn)),
        (_ids(Challenge, Challenge.expires_at <= at), sa.delete(Challenge)),
        (_ids(MailLink, MailLink.expires_at <= at), sa.delete(MailLink)),
        (_ids(RefreshToken, RefreshToken.expires_at <= at), sa.delete(RefreshToken)),
        # The last refresh token of a family outlives all its access tokens.
        (_ids(TokenFamily, sa.or_(TokenFamily.expires_at <= at, ~_has_tokens())), sa.delete(TokenFamily)),
        (_ids(PersonalToken, PersonalToken.expires_at <= at - _SHOWN_FOR), sa.delete(PersonalToken)),
    ):
        gone += _throw(ids, throw)
    return gone


def _ids(model: Any, over: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(model.id).where(over).order_by(model.id).limit(_AT_ONCE)


def _has_tokens() -> sa.ColumnElement[bool]:
    return sa.exists().where(RefreshToken.family_id == TokenFamily.id)


def _throw(ids: sa.Select[Any], throw: sa.Delete) -> int:
    table: Any = throw.table
    gone = 0
    while found := list(db.session.scalars(ids)):
        with transaction() as session:
            # Asked again inside: a session may have been used a moment ago, and have its end put off.
            still = list(session.scalars(ids.where(table.c.id.in_(found))))
            session.execute(throw.where(table.c.id.in_(still)).execution_options(synchronize_session=False))
        gone += len(still)
    return gone
