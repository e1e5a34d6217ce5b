"""A sign-in between its two factors: it lasts five minutes and five tries, and opens nothing."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.audit import note
from kanban.actions.sessions import Place, hold_account
from kanban.models import PendingSignIn, User
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import NotFound
from kanban.support.tokens import digest, new_secret

_WITHIN = timedelta(minutes=5)
MAX_TRIES = 5


class SignInOver(NotFound):
    """A sign-in that took too long, was tried too often, or is done: it has to begin anew."""

    code = "sign_in_over"

    def __init__(self) -> None:
        super().__init__(_("This sign-in took too long or was tried too often. Begin again with your password."))


def begin_pending(user: User, method: str, *, is_remembered: bool) -> str:
    """Keep that a person's first factor was right; the secret by which their browser goes on."""
    secret, at = new_secret(), now()
    with transaction() as session:
        hold_account(user)
        session.execute(
            sa.delete(PendingSignIn).where(PendingSignIn.user_id == user.id, PendingSignIn.expires_at <= at)
        )
        session.add(
            PendingSignIn(
                user_id=user.id,
                secret_hash=digest(secret),
                method=method,
                is_remembered=is_remembered,
                expires_at=at + _WITHIN,
            )
        )
    return secret


def find_pending(secret: str) -> tuple[PendingSignIn, User]:
    """The sign-in that a browser is in the midst of, and whose it is. Raises SignInOver."""
    query = (
        sa.select(PendingSignIn, User)
        .join(User, User.id == PendingSignIn.user_id)
        .where(
            PendingSignIn.secret_hash == digest(secret),
            PendingSignIn.expires_at > now(),
            PendingSignIn.tries < MAX_TRIES,
            User.disabled_at.is_(None),
            User.verified_at.is_not(None),
        )
    )
    row = db.session.execute(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise SignInOver
    return row[0], row[1]


def count_try(secret: str) -> tuple[PendingSignIn, User]:
    """As find_pending, with one try less left: counted and committed before anything is looked at.

    So that no failure of what follows gives the try back.
    """
    with transaction() as session:
        session.execute(
            sa.select(PendingSignIn.id).where(PendingSignIn.secret_hash == digest(secret)).with_for_update()
        )
        pending, user = find_pending(secret)
        pending.tries += 1
    return pending, user


def refuse_try(pending: PendingSignIn, user: User, place: Place) -> None:
    """Say in the log when the last try was a wrong one. Raises SignInOver then."""
    if pending.tries < MAX_TRIES:
        return
    with transaction():
        note(None, "sign_in.stopped", user, address=place.address, tries=pending.tries)
    raise SignInOver


def finish_pending(pending: PendingSignIn) -> None:
    """Use up a sign-in whose second factor was right. Raises SignInOver for the second of two at once."""
    with transaction() as session:
        gone = session.execute(
            sa.delete(PendingSignIn).where(PendingSignIn.id == pending.id).execution_options(synchronize_session=False)
        )
        if not gone.rowcount:  # type: ignore[attr-defined]
            raise SignInOver
