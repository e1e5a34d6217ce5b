"""A new password of one's own, and all that ends with the one before."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.audit import note
from kanban.actions.mails import write_mail
from kanban.actions.passwords import check_password
from kanban.actions.sessions import end_sessions, hold_account
from kanban.models import Actor, MailLink, PendingSignIn, limits
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Invalid
from kanban.support.passwords import hash_password, verify_password


def change_password(actor: Actor, old: str, new: str, *, but: int | None = None) -> None:
    """Give oneself another password; all sessions `but` this one end, and all tokens. Raises Invalid."""
    person = actor.user
    if not verify_password(person.password_hash, old[: limits.PASSWORD_MAX + 1]):
        raise Invalid(_("This is not your password. Check it, or ask for a new one by mail."), field="old_password")
    check_password(new, person.name, person.email or "")
    hashed = hash_password(new)
    with transaction():
        hold_account(person)
        put_password(actor, hashed, "password.changed", but=but)


def put_password(actor: Actor, hashed: str, action: str, *, but: int | None = None) -> None:
    """Set the hash of a person's password within a transaction, and end whatever the one before it opened."""
    person = actor.user
    person.password_hash = hashed
    end_sessions(person, but=but)
    session = db.session()
    session.execute(sa.delete(PendingSignIn).where(PendingSignIn.user_id == person.id))
    # Whoever knew the old one may have begun to take the account to an address of theirs.
    began = ("verify", "reset", "leave_address", "take_address")
    session.execute(
        sa.delete(MailLink).where(
            MailLink.user_id == person.id, MailLink.purpose.in_(began), MailLink.used_at.is_(None)
        )
    )
    note(actor, action, person)
    write_mail("password_changed", person, address=actor.address, at=now().isoformat())
