"""Signing in and out: proving who one is, and the sessions that come of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.accounts import address_of, send_verification
from kanban.actions.audit import note
from kanban.actions.mails import has_had_enough, write_mail
from kanban.models import Actor, PersonalToken, Session, TokenFamily, User, limits
from kanban.queries.site import site
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Invalid, NotFound
from kanban.support.passwords import hash_password, needs_rehash, verify_password
from kanban.support.tokens import digest, new_secret

# Without "stay signed in" a browser is forgotten sooner, whatever an admin allows the others.
_SHORT_IDLE = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=5)
# Of a longer one nothing can be right: a letter and its accents are up to four characters.
_LONGEST = 4 * limits.PASSWORD_MAX + 1


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody signs in: what their browser calls itself, and their network address."""

    device: str = ""
    address: str = ""


def check_credentials(email: str, password: str, place: Place) -> User:
    """The person these belong to; a weaker hash of theirs is renewed on the way.

    Raises Invalid with one sentence for a wrong address, a wrong password, a disabled and an
    unverified account, after the same time. Whoever knows the password of an unverified one
    is sent the link again.
    """
    found = db.session.scalar(sa.select(User).where(User.email == _as_registered(email)))
    known = found.password_hash if found is not None else None
    good = verify_password(known, password[:_LONGEST])
    if found is None or not good or found.disabled_at is not None:
        with transaction():
            note(None, "session.refused", found, address=place.address)
        raise Invalid(
            _("That e-mail and password do not belong together. Check both, or ask for a new password."),
            field="password",
        )
    if needs_rehash(known or ""):
        renewed = hash_password(password)
        with transaction():
            hold_account(found)
            found.password_hash = renewed
    if found.verified_at is None:
        if has_had_enough(found, "verify"):
            # Whoever registers with the address of somebody else knows this password.
            raise Invalid(_("Open the link in the mail we sent to this address first. It was sent several times."))
        send_verification(found)
        raise Invalid(_("Open the link in the mail we sent to this address first. We have just sent it again."))
    return found


def hold_account(user: User) -> None:
    """Lock an account, within a transaction, and see that it is still as it was when its person proved themselves.

    Checking a password takes a tenth of a second. Whoever changed it in that time has ended
    all that the old one opened: nothing may be opened by it after that. Raises Invalid.
    """
    proved = user.password_hash, user.disabled_at
    db.session.refresh(user, ["password_hash", "disabled_at"], with_for_update={"key_share": True})
    if (user.password_hash, user.disabled_at) != proved:
        raise Invalid(_("This account has been changed in this moment. Sign in again."))


def prove_password(user: User, password: str, place: Place, *, refused: str = "confirmation.refused") -> None:
    """Raise Invalid, and note it as `refused`, unless this is the password of somebody whose account is known already.

    It is known by their session, or by a link that was mailed to them.
    """
    if verify_password(user.password_hash, password[:_LONGEST]):
        return
    with transaction():
        note(None, refused, user, address=place.address)
    raise Invalid(_("This is not your password. Check it."), field="password")


def begin_session(user: User, method: str, place: Place, *, is_remembered: bool) -> tuple[Session, str]:
    """A session of a person on one browser, and its secret, which is not kept.

    `method` is how they proved themselves: password, passkey, oidc, ldap or setup.
    """
    at, rules, secret = now(), site(), new_secret()
    session_row = Session(
        user_id=user.id,
        secret_hash=digest(secret),
        method=method,
        device=place.device[:255],
        address=place.address[:45],
        is_remembered=is_remembered,
        created_at=at,
        seen_at=at,
        fresh_at=at,
        idle_until=at + _idle(is_remembered, rules.session_idle_hours),
        expires_at=at + timedelta(days=rules.session_days),
    )
    with transaction() as session:
        hold_account(user)
        is_new = _is_new_device(user, place)
        session.add(session_row)
        session.flush()
        note(Actor(user, address=place.address), "session.begun", user, method=method)
        if is_new:
            write_mail("new_device", user, device=place.device[:255], address=place.address, at=at.isoformat())
    return session_row, secret


def touch_session(session_id: int, seen_at: datetime, *, is_remembered: bool) -> None:
    """Note that a session is in use; not at each page, which would cost a write."""
    at = now()
    if at - seen_at < _SEEN_EVERY:
        return
    idle_until = at + _idle(is_remembered, site().session_idle_hours)
    with transaction() as session:
        session.execute(
            sa.update(Session)
            .where(Session.id == session_id)
            .values(seen_at=at, idle_until=idle_until)
            .execution_options(synchronize_session=False)
        )


def freshen_session(actor: Actor, session_id: int) -> str:
    """Note that somebody has just proved again who they are; the session's new secret, which the old one gives way to.

    Whoever has taken the cookie from before does not profit from the proof (ASVS 7.2.4).
    """
    secret = new_secret()
    with transaction() as session:
        session.execute(
            sa.update(Session)
            .where(Session.id == session_id, Session.user_id == actor.id)
            .values(fresh_at=now(), secret_hash=digest(secret))
            .execution_options(synchronize_session=False)
        )
    return secret


def end_session(session_id: int) -> None:
    """End one session: signing out."""
    with transaction() as session:
        session.execute(sa.delete(Session).where(Session.id == session_id))


def end_own_session(actor: Actor, session_id: int) -> None:
    """Sign one of the actor's own browsers out. Raises NotFound for a session that is not theirs."""
    with transaction() as session:
        found = session.scalar(sa.select(Session).where(Session.id == session_id, Session.user_id == actor.id))
        if found is None:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        note(actor, "session.ended", actor.user, device=found.device)
        session.delete(found)


def end_other_sessions(actor: Actor, session_id: int) -> None:
    """Sign the actor out everywhere but in this session: other browsers, and programs that came in by password.

    Personal tokens stay: each was given out by itself, and is taken back by itself.
    """
    with transaction() as session:
        note(actor, "session.others_ended", actor.user)
        end_sessions(actor.user, but=session_id, tokens=False)
        session.execute(sa.delete(TokenFamily).where(TokenFamily.user_id == actor.id))


def end_sessions(user: User, *, but: int | None = None, tokens: bool = True) -> None:
    """End a person's sessions on every device, but for one; with `tokens` also whatever programs hold of them."""
    with transaction() as session:
        ending = sa.delete(Session).where(Session.user_id == user.id)
        session.execute(ending if but is None else ending.where(Session.id != but))
        if tokens:
            # Refresh tokens go with their family by the foreign key: whoever refreshes locks the family first, and
            # in another order the two would wait for each other.
            session.execute(sa.delete(TokenFamily).where(TokenFamily.user_id == user.id))
            session.execute(sa.delete(PersonalToken).where(PersonalToken.user_id == user.id))


def _idle(is_remembered: bool, hours: int) -> timedelta:
    return timedelta(hours=hours) if is_remembered else min(_SHORT_IDLE, timedelta(hours=hours))


def _is_new_device(user: User, place: Place) -> bool:
    """Whether a person who has signed in before does so from a browser unlike all of those."""
    rows: Any = db.session.execute(sa.select(Session.device).where(Session.user_id == user.id)).scalars().all()
    return bool(rows) and place.device[:255] not in rows


def _as_registered(email: str) -> str:
    """The address as accounts are kept under it; one that is none belongs to nobody."""
    try:
        return address_of(email)
    except Invalid:
        return ""
