"""The keys that sign access tokens: made when first needed, replaced by age or by hand."""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from kanban.actions.audit import note
from kanban.models import SigningKey
from kanban.support import jwt
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.tokens import seal, unseal

# How long a token is good, and so how long a retired key still has to check some.
ACCESS_FOR = timedelta(minutes=15)
_REPLACED_AFTER = timedelta(days=90)


def signing_key() -> tuple[str, str]:
    """The key to sign with, by its id: the newest that is not retired, made anew where there is none.

    One that was sealed under another SECRET_KEY is none: nobody can read it any more.
    """
    found = _newest()
    key = unseal(found.sealed) if found is not None else None
    if found is None or key is None:
        return _replace()
    return found.id, key


def checking_key(key_id: str) -> str | None:
    """The key of an id, as long as tokens that it has signed may be good."""
    found = db.session.get(SigningKey, key_id, populate_existing=True)
    if found is None or (found.retired_at is not None and found.retired_at + ACCESS_FOR <= now()):
        return None
    return unseal(found.sealed)


def rotate_keys(*, at_once: bool = False) -> str:
    """Sign with a fresh key from now on; its id. What the old ones have signed is good to its end.

    With `at_once` the old ones go now, and every access token with them: for the day a key
    has got out.
    """
    return _replace(at_once=at_once)[0]


def rotate_old_key() -> bool:
    """Replace the key that signs once it is 90 days old, and throw away those that check nothing any more."""
    at = now()
    with transaction() as session:
        session.execute(sa.delete(SigningKey).where(SigningKey.retired_at < at - ACCESS_FOR))
    found = _newest()
    if found is None or at - found.created_at < _REPLACED_AFTER:
        return False
    _replace()
    return True


def _newest() -> SigningKey | None:
    query = sa.select(SigningKey).where(SigningKey.retired_at.is_(None))
    return db.session.scalars(query.order_by(SigningKey.created_at.desc(), SigningKey.id).limit(1)).first()


def _replace(*, at_once: bool = False) -> tuple[str, str]:
    key_id, key = secrets.token_hex(8), jwt.new_key()
    with transaction() as session:
        if at_once:
            session.execute(sa.delete(SigningKey))
        session.execute(sa.update(SigningKey).where(SigningKey.retired_at.is_(None)).values(retired_at=now()))
        session.add(SigningKey(id=key_id, sealed=seal(key)))
        note(None, "keys.rotated", key_id=key_id, at_once=at_once)
    return key_id, key
