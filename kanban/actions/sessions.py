"""Signing in and out."""

import secrets

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.accounts import address
from kanban.models import User, limits
from kanban.support.db import db, transaction
from kanban.support.errors import Invalid
from kanban.support.passwords import hash_password, needs_rehash, verify_password


def sign_in(email: str, password: str) -> User:
    """The person these belong to; a weaker hash of theirs is renewed on the way.

    Raises Invalid with one sentence for a wrong address, a wrong password and a
    disabled account, after the same time.
    """
    found = db.session.scalar(sa.select(User).where(User.email == _as_registered(email)))
    known = found.password_hash if found is not None else None
    good = verify_password(known, password[: limits.PASSWORD_MAX + 1])
    if found is None or not good or found.disabled_at is not None:
        raise Invalid(_("That e-mail and password do not belong together. Check both."), field="password")
    if needs_rehash(known or ""):
        renewed = hash_password(password)
        with transaction() as session:
            session.refresh(found)
            found.password_hash = renewed
    return found


def end_sessions(user: User) -> None:
    """End every session of a person, on every device."""
    with transaction() as session:
        session.refresh(user)
        user.session_stamp = secrets.token_urlsafe(24)


def _as_registered(email: str) -> str:
    """The address as accounts are kept under it; one that is none belongs to nobody."""
    try:
        return address(email)
    except Invalid:
        return ""
