"""Recovery codes: ten ways in for the day the authenticator is gone, each good once."""

import secrets

import sqlalchemy as sa

from kanban.actions.audit import note
from kanban.actions.mails import write_mail
from kanban.actions.sessions import Place, hold_account
from kanban.models import Actor, RecoveryCode, User
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.tokens import digest

HOW_MANY = 10
# Without i, l, o and u: nothing that is read as something else, nor spells a word by accident (Crockford's base 32).
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS = str.maketrans({"i": "1", "l": "1", "o": "0"})
# 24 letters are 120 bits: too many to be tried, so that a quick hash is enough (ASVS 6.5.2 asks for 112).
_LENGTH, _GROUP = 24, 4


def make_recovery_codes(actor: Actor) -> list[str]:
    """Ten new codes, which are told here and never again; those before them are good no more."""
    codes = ["".join(secrets.choice(_LETTERS) for _letter in range(_LENGTH)) for _code in range(HOW_MANY)]
    with transaction() as session:
        # Two at once would make twenty: neither sees what the other has yet to commit.
        hold_account(actor.user)
        earlier = session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == actor.id))
        session.add_all(RecoveryCode(user_id=actor.id, code_hash=digest(code)) for code in codes)
        note(actor, "recovery_codes.made", actor.user)
        if earlier.rowcount:  # type: ignore[attr-defined]
            write_mail("factor_changed", actor.user, change="codes_made", at=now().isoformat())
    return ["-".join(code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP)) for code in codes]


def use_recovery_code(user: User, code: str, place: Place) -> bool:
    """Whether this is one of a person's codes, written without its hyphens; then it is used up."""
    read = code.lower().translate(_READ_AS)
    if len(read) != _LENGTH or not set(read) <= set(_LETTERS):
        return False
    with transaction() as session:
        # Of two that come with it at once, one deletes the row.
        gone = session.execute(
            sa.delete(RecoveryCode)
            .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == digest(read))
            .execution_options(synchronize_session=False)
        )
        if not gone.rowcount:  # type: ignore[attr-defined]
            return False
        left = codes_left(user)
        note(Actor(user, address=place.address), "recovery_code.used", user, left=left)
        write_mail("recovery_code_used", user, left=left, address=place.address, at=now().isoformat())
    return True


def codes_left(user: User) -> int:
    """How many codes a person still has."""
    query = sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.id)
    return db.session.scalar(query) or 0
