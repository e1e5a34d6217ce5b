"""Personal tokens: secrets that a person gives to a program of theirs."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.audit import note
from kanban.models import Actor, Board, PersonalToken, User, limits
from kanban.policies import allow
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, NotFound
from kanban.support.tokens import digest, new_secret

# Leak scanners know a secret of ours by its beginning.
PREFIX = "kbn_"
LEVELS = {"read": "read", "write": "read write", "admin": "read write admin"}
# Days that a token may be good for; 0 is for ever.
LIVES = (7, 30, 90, 365, 0)
_SEEN_EVERY = timedelta(minutes=5)


def create_token(
    actor: Actor, name: str, *, level: str = "read", board: Board | None = None, days: int = 90
) -> tuple[PersonalToken, str]:
    """Make a token that may read, write or do all that its owner may, on one board or on all.

    Its secret is told here and never again. Raises Invalid.
    """
    name = values.line(name, limits.NAME, "name")
    values.one_of(level, tuple(LEVELS), "level")
    values.one_of(days, LIVES, "days")
    at, secret = now(), PREFIX + new_secret()
    with transaction() as session:
        if board is not None:
            allow(actor, "see", board)
        # Two at once must not both be the last one.
        session.get(User, actor.id, with_for_update=True, populate_existing=True)
        count = sa.select(sa.func.count()).select_from(PersonalToken).where(PersonalToken.user_id == actor.id)
        if (session.scalar(count) or 0) >= limits.TOKENS:
            raise Conflict(_("You have %(most)d tokens. Revoke one that you do not need.", most=limits.TOKENS))
        token = PersonalToken(
            user_id=actor.id,
            name=name,
            secret_hash=digest(secret),
            hint=secret[-4:],
            scope=LEVELS[level],
            board_id=board.id if board is not None else None,
            created_at=at,
            expires_at=at + timedelta(days=days) if days else None,
        )
        session.add(token)
        session.flush()
        note(actor, "token.created", token, scope=token.scope, board_id=token.board_id, days=days)
    return token, secret


def revoke_token(actor: Actor, token_id: int) -> None:
    """Take back a token of one's own. Raises NotFound for one that is not."""
    with transaction() as session:
        token = session.scalar(
            sa.select(PersonalToken).where(PersonalToken.id == token_id, PersonalToken.user_id == actor.id)
        )
        if token is None:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        note(actor, "token.revoked", token)
        session.delete(token)


def revoke_secret(secret: str, address: str) -> bool:
    """Take back the token of a secret, for whoever shows it; whether there was one."""
    query = (
        sa.select(PersonalToken, User)
        .join(User, User.id == PersonalToken.user_id)
        .where(PersonalToken.secret_hash == digest(secret))
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return False
    with transaction() as session:
        note(Actor(row[1], "api", address=address), "token.revoked", row[0])
        session.execute(sa.delete(PersonalToken).where(PersonalToken.id == row[0].id))
    return True


def touch_token(token: PersonalToken) -> None:
    """Note that a token is in use; not at each request, which would cost a write."""
    at = now()
    if token.used_at is None or at - token.used_at >= _SEEN_EVERY:
        with transaction() as session:
            session.execute(sa.update(PersonalToken).where(PersonalToken.id == token.id).values(used_at=at))
