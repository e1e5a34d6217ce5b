"""The second factor: whether a code is good, and what follows when somebody's factors change."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.audit import note
from kanban.actions.mails import write_mail
from kanban.actions.recovery_codes import use_recovery_code
from kanban.actions.sessions import Place, end_sessions
from kanban.models import Actor, Passkey, PendingSignIn, RecoveryCode, Totp, User
from kanban.queries.sessions import has_factor
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Invalid
from kanban.support.tokens import unseal

# RFC 6238: a code is that of its 30 seconds, and clocks may be one step apart.
_STEP = 30
_APART = (0, -1, 1)
# Six digits are guessed by trying. From the tenth wrong one on, each makes the next wait: twice as long, to a quarter
# of an hour. Recovery codes and passkeys cannot be guessed, and never wait: nobody is locked out by a stranger.
_FREE_TRIES = 10
_LONGEST = timedelta(minutes=15)
_TOLD_AT = 5
_SIX_DIGITS = re.compile(r"[0-9]{6}")
WRONG_CODE = _("This code is not right, or was used before. Type the one that your app shows now.")


def check_factor(user: User, code: str, place: Place) -> bool:
    """Whether a code proves this person now: of their authenticator, or one of their recovery codes.

    A good one is used up by this, and a wrong one written down, whatever becomes of the
    request: both are committed here.
    """
    text = _read(code)
    with transaction():
        good = _use_totp(user, text) if _SIX_DIGITS.fullmatch(text) else use_recovery_code(user, text, place)
        if not good:
            note(None, "factor.refused", user, address=place.address)
    return good


def seconds_to_wait(user: User) -> int:
    """How long no code of this person's authenticator is looked at, after too many wrong ones; mostly 0."""
    totp = db.session.get(Totp, user.id, populate_existing=True)
    return _left(totp) if totp is not None else 0


def prove_factor(user: User, code: str, place: Place) -> None:
    """As check_factor, for a form: raises Invalid with what to do instead."""
    check_wait(user, code)
    if not check_factor(user, code, place):
        raise Invalid(WRONG_CODE, field="code")


def check_wait(user: User, code: str) -> None:
    """Raise Invalid, with the way round, for a code of an authenticator while those are not looked at."""
    if _SIX_DIGITS.fullmatch(_read(code)) and (seconds := seconds_to_wait(user)):
        raise Invalid(
            _(
                "Too many wrong codes were tried. Wait %(minutes)d min, or use a recovery code or a passkey.",
                minutes=-(-seconds // 60),
            ),
            field="code",
        )


def use_step(totp: Totp, code: str) -> bool:
    """Whether this is the code of these moments, and not of a step that was used; then the step is."""
    secret = unseal(totp.sealed)
    if secret is None:
        # SECRET_KEY is another one by now: no code can be right, a recovery code still is.
        return False
    step = int(now().timestamp()) // _STEP
    for candidate in (step + apart for apart in _APART):
        if candidate > totp.last_step and pyotp.utils.strings_equal(pyotp.HOTP(secret).at(candidate), code):
            totp.last_step = candidate
            return True
    return False


def is_protected(user: User) -> bool:
    """Whether a person has a second factor."""
    return bool(db.session.scalar(sa.select(has_factor(user.id))))


def reset_factors(actor: Actor, user: User) -> None:
    """Take all second factors off somebody who has lost them, as an admin: they come in by password alone."""
    with transaction() as session:
        session.execute(sa.delete(Totp).where(Totp.user_id == user.id))
        session.execute(sa.delete(Passkey).where(Passkey.user_id == user.id))
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        session.execute(sa.delete(PendingSignIn).where(PendingSignIn.user_id == user.id))
        # The log comes last, since it has one writer at a time: whoever held it and waited for a row would hold up all.
        end_sessions(user)
        note(actor, "factor.reset", user)
        write_mail("factor_changed", user, change="reset", at=now().isoformat())


def after_change(actor: Actor, change: str, *, but: int | None, name: str = "", ends: bool = True) -> None:
    """Write down and mail that somebody's factors have changed, in the transaction that changes them.

    With `ends`, their other sessions and all tokens end, for they were begun under weaker
    proof. A person without a factor keeps no recovery codes.
    """
    session = db.session()
    session.flush()
    if not is_protected(actor.user):
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == actor.id))
    if ends:
        end_sessions(actor.user, but=but)
    detail: dict[str, Any] = {"name": name} if name else {}
    note(actor, f"factor.{change}", actor.user, **detail)
    write_mail("factor_changed", actor.user, change=change, key=name, at=now().isoformat())


def _read(code: str) -> str:
    """A code as apps and people write it, in groups, without what stands between them."""
    return "".join(code.split()).replace("-", "")


def _use_totp(user: User, code: str) -> bool:
    # Whoever comes with the same code at the same moment waits here, and finds its step used.
    query = sa.select(Totp).where(Totp.user_id == user.id)
    totp = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if totp is None or _left(totp):
        return False
    if use_step(totp, code):
        totp.wrong, totp.wrong_at = 0, None
        return True
    totp.wrong, totp.wrong_at = totp.wrong + 1, now()
    if totp.wrong == _TOLD_AT:
        # Whoever gets so far knows the password.
        write_mail("factor_guessed", user, at=now().isoformat())
    return False


def _left(totp: Totp) -> int:
    if totp.wrong < _FREE_TRIES or totp.wrong_at is None:
        return 0
    # The exponent is bounded, since a number of tries is not.
    pause = min(timedelta(seconds=_STEP * 2 ** min(totp.wrong - _FREE_TRIES, 10)), _LONGEST)
    return max(0, int((totp.wrong_at + pause - now()).total_seconds()))
