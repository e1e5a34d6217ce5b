"""Authenticator apps: handing one its key, and taking it off."""

from typing import NamedTuple

import pyotp
import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.factors import WRONG_CODE, after_change, use_step
from kanban.actions.sessions import hold_account
from kanban.models import Actor, Totp
from kanban.support.clock import now
from kanban.support.db import transaction
from kanban.support.errors import Invalid
from kanban.support.tokens import seal, unseal

_WITHIN = 3600


class NewKey(NamedTuple):
    """A key that is not anybody's yet: `sealed` brings it back with the first code."""

    secret: str
    uri: str
    sealed: str


def new_key(actor: Actor, site: str, sealed: str | None = None) -> NewKey:
    """A key for an authenticator: a fresh one, or the one that the form was shown with.

    The page holds it until its first code comes, so that nothing is kept of set-ups that are
    given up; sealed with whose it is and when, so that it is good for nobody else, nor for long.
    """
    secret = _opened(actor, sealed) if sealed else None
    if secret is None:
        # 160 bits, as RFC 4226 advises.
        secret = pyotp.random_base32(32)
        sealed = seal(f"{actor.id} {int(now().timestamp())} {secret}")
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.user.email or actor.user.name, issuer_name=site)
    return NewKey(secret, uri, sealed or "")


def add_totp(actor: Actor, sealed: str, code: str, *, session_id: int | None) -> None:
    """Set up an authenticator that shows the code of its new key; one from before it counts no more.

    Every other session ends, for it was begun without it.
    """
    secret = _opened(actor, sealed)
    if secret is None:
        raise Invalid(_("This key has grown too old. Scan the new one."), field="code")
    totp = Totp(user_id=actor.id, sealed=seal(secret), last_step=0, wrong=0)
    if not use_step(totp, "".join(code.split())):
        raise Invalid(WRONG_CODE, field="code")
    with transaction() as session:
        hold_account(actor.user)
        session.execute(sa.delete(Totp).where(Totp.user_id == actor.id))
        session.add(totp)
        after_change(actor, "totp_added", but=session_id)


def remove_totp(actor: Actor, *, session_id: int | None) -> None:
    """Take the authenticator off; nothing happens where there is none."""
    with transaction() as session:
        gone = session.execute(sa.delete(Totp).where(Totp.user_id == actor.id))
        if gone.rowcount:  # type: ignore[attr-defined]
            after_change(actor, "totp_removed", but=session_id)


def _opened(actor: Actor, sealed: str) -> str | None:
    owner, _space, rest = (unseal(sealed) or "").partition(" ")
    moment, _space, secret = rest.partition(" ")
    if owner != str(actor.id) or now().timestamp() - int(moment) > _WITHIN:
        return None
    return secret
