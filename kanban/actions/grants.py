"""Programs sign in (OAuth 2.0): by a password, and then by refresh tokens, each of which is good once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.audit import note
from kanban.actions.factors import is_protected, prove_factor
from kanban.actions.keys import ACCESS_FOR, signing_key
from kanban.actions.mails import write_mail
from kanban.actions.sessions import Place, check_credentials, hold_account
from kanban.models import Actor, RefreshToken, Session, TokenFamily, User
from kanban.models.sessions import SCOPES
from kanban.queries.site import site
from kanban.support import jwt
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Invalid, NotFound, Refused
from kanban.support.tokens import digest, new_secret

# Leak scanners know a secret of ours by its beginning.
PREFIX = "kbr_"
_SEEN_EVERY = timedelta(minutes=5)
_BY_DEFAULT = "read write"
_CODE_MISSING = _("This account has a second factor. Send a code of it in the field otp, or use a personal token.")


class GrantRefused(Refused):
    """A program gets no token. `code` is one of RFC 6749, 5.2, or `mfa_required`."""

    status = 400

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Pair:
    """What a program is given: the token it shows with each request, and the one that gets it the next pair."""

    access: str
    refresh: str
    scope: str
    expires_in: int


def scopes_of(text: str) -> frozenset[str]:
    """What a scope allows: `write` has `read` in it, and `admin` both."""
    asked = set(text.split())
    return frozenset(SCOPES[: 1 + max((SCOPES.index(name) for name in asked & set(SCOPES)), default=-1)])


def grant_by_password(email: str, password: str, code: str, place: Place, *, scope: str = "") -> Pair:
    """Sign a program in by its owner's address and password, and by a code where they have a second factor.

    Raises GrantRefused. The password is looked at first: whoever does not know it learns
    nothing of a second factor.
    """
    if not site().password_grant:
        raise GrantRefused("unsupported_grant_type", _("Signing in by password is switched off here. Use a token."))
    wanted = _scope(scope or _BY_DEFAULT)
    try:
        user = check_credentials(email, password, place)
        if is_protected(user):
            if not code:
                raise GrantRefused("mfa_required", _CODE_MISSING)
            prove_factor(user, code, place)
        return _begin(user, place, wanted)
    except Invalid as wrong:
        raise GrantRefused("invalid_grant", wrong.message) from None


def refresh(secret: str, place: Place, *, scope: str = "") -> Pair:
    """The next pair of a family, for the refresh token of the last one, which is good once.

    One that comes a second time was copied: nobody can tell who has the copy, so the whole
    family ends (RFC 9700, 4.14.2). Of two that come at once, the second ends it too.
    Raises GrantRefused.
    """
    found = db.session.scalar(sa.select(RefreshToken).where(RefreshToken.secret_hash == digest(secret)))
    if found is None:
        raise _over()
    # Looked at before the family is touched: a scope that is refused must not use the token up.
    wanted = _scope(scope) if scope else ""
    with transaction() as session:
        # The family before its tokens, as those who end it do: in any other order two would wait for each other.
        family = session.get(TokenFamily, found.family_id, with_for_update=True, populate_existing=True)
        user = session.get(User, family.user_id, populate_existing=True) if family is not None else None
        token = session.get(RefreshToken, found.id, populate_existing=True) if family is not None else None
        pair = None
        if family is not None and user is not None and token is not None:
            pair = _next(session, family, user, token, place, wanted)
    if pair is None:
        raise _over()
    return pair


def end_family(actor: Actor, family_id: int) -> None:
    """Sign a program of one's own out. Raises NotFound for one that is not."""
    with transaction() as session:
        family = session.scalar(
            sa.select(TokenFamily).where(TokenFamily.id == family_id, TokenFamily.user_id == actor.id)
        )
        if family is None:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        note(actor, "program.ended", actor.user, program=family.device)
        session.delete(family)


def revoke_refresh(secret: str, place: Place) -> bool:
    """End the family of a refresh token, whether it was used or not; whether there was one."""
    query = (
        sa.select(TokenFamily, User)
        .join(User, User.id == TokenFamily.user_id)
        .join(RefreshToken, RefreshToken.family_id == TokenFamily.id)
        .where(RefreshToken.secret_hash == digest(secret))
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return False
    with transaction() as session:
        note(Actor(row[1], "api", address=place.address), "program.ended", row[1], program=row[0].device)
        session.execute(sa.delete(TokenFamily).where(TokenFamily.id == row[0].id))
    return True


def touch_family(family: TokenFamily) -> None:
    """Note that a program is in use; not at each request, which would cost a write."""
    at = now()
    if at - family.seen_at >= _SEEN_EVERY:
        with transaction() as session:
            session.execute(sa.update(TokenFamily).where(TokenFamily.id == family.id).values(seen_at=at))


def _begin(user: User, place: Place, scope: str) -> Pair:
    at = now()
    with transaction() as session:
        hold_account(user)
        is_new = _is_new(session, user, place)
        family = TokenFamily(
            user_id=user.id,
            device=place.device[:255],
            address=place.address[:45],
            scope=scope,
            created_at=at,
            seen_at=at,
            expires_at=at + timedelta(days=site().session_days),
        )
        session.add(family)
        session.flush()
        note(Actor(user, "api", address=place.address), "session.begun", user, method="api", program=family.device)
        if is_new:
            write_mail("new_device", user, device=family.device, address=family.address, at=at.isoformat())
        return _pair(session, family, scope)


def _is_new(session: Any, user: User, place: Place) -> bool:
    """Whether a person who has signed in before does so by a program unlike all of those."""
    known = sa.union(
        sa.select(TokenFamily.device).where(TokenFamily.user_id == user.id),
        sa.select(Session.device).where(Session.user_id == user.id),
    )
    devices = set(session.execute(known).scalars())
    return bool(devices) and place.device[:255] not in devices


def _next(session: Any, family: TokenFamily, user: User, token: RefreshToken, place: Place, wanted: str) -> Pair | None:
    """The pair after a token, or None; ends the family for a token that was used. Commits either way."""
    at = now()
    if token.used_at is not None:
        note(Actor(user, "api", address=place.address), "program.stopped", user, program=family.device)
        session.execute(sa.delete(TokenFamily).where(TokenFamily.id == family.id))
        return None
    is_over = min(token.expires_at, family.expires_at) <= at
    if is_over or user.disabled_at is not None or user.verified_at is None or not site().password_grant:
        return None
    if not scopes_of(wanted) <= scopes_of(family.scope):
        raise GrantRefused("invalid_scope", _("This scope is wider than the one that was granted."))
    token.used_at = family.seen_at = at
    family.address = place.address[:45]
    return _pair(session, family, wanted or family.scope)


def _pair(session: Any, family: TokenFamily, scope: str) -> Pair:
    at, secret = now(), PREFIX + new_secret()
    key_id, key = signing_key()
    expires_at = min(at + ACCESS_FOR, family.expires_at)
    session.add(
        RefreshToken(
            family_id=family.id,
            secret_hash=digest(secret),
            created_at=at,
            expires_at=min(at + timedelta(hours=site().session_idle_hours), family.expires_at),
        )
    )
    access = jwt.sign(
        key,
        key_id,
        subject=f"user:{family.user_id}",
        family=str(family.id),
        scope=scope,
        expires_at=expires_at,
    )
    return Pair(access, secret, scope, int((expires_at - at).total_seconds()))


def _scope(text: str) -> str:
    """A scope as it was asked for, each name once. Raises GrantRefused for one that there is not."""
    names = list(dict.fromkeys(text.split(" ")))
    if set(names) - set(SCOPES):
        raise GrantRefused("invalid_scope", _("The scopes are read, write and admin."))
    return " ".join(names)


def _over() -> GrantRefused:
    return GrantRefused(
        "invalid_grant", _("This refresh token was used, has ended, or is none of ours. Sign in again.")
    )
