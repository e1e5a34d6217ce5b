"""What admins of the site do to accounts: disabling, ending sessions, making admins."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.audit import note
from kanban.actions.sessions import end_sessions
from kanban.eventlog import recording
from kanban.models import Actor, Challenge, Event, Invitation, MailLink, PendingSignIn, ShareLink, User
from kanban.policies import allow_site, forget_roles
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict


def disable_person(actor: Actor, user: User) -> Event:
    """Close an account: nobody gets in by it from the next request on, by whatever they hold of it.

    Sessions, tokens and mailed links end, and so do the links and invitations that the person
    has given to others, by which they could come back. None of this comes back by enabling.
    """
    with recording(actor, "user.disabled", user, lock=[user], beside=other_admins(but=user)) as event:
        allow_site(actor)
        _is_somebody(user)
        if user.id == actor.id:
            raise Conflict(_("This is your own account. Ask another admin to disable it."))
        if user.disabled_at is None:
            keep_a_site_admin(user)
            user.disabled_at = now()
            event.detail = {"name": user.name}
            ended = end_all(user)
            note(actor, "user.disabled", user, **ended)
    forget_roles()
    return event


def enable_person(actor: Actor, user: User) -> Event:
    """Let a person sign in again; they begin without any session or token."""
    with recording(actor, "user.enabled", user, lock=[user]) as event:
        allow_site(actor)
        _is_somebody(user)
        if user.disabled_at is not None:
            user.disabled_at = None
            event.detail = {"name": user.name}
            note(actor, "user.enabled", user)
    forget_roles()
    return event


def make_admin(actor: Actor, user: User) -> Event:
    """Have a person look after the site as well.

    Where they are signed in they do so anew: whoever has taken a cookie of before is no admin
    by it (ASVS 7.2.4).
    """
    with recording(actor, "user.promoted", user, lock=[user]) as event:
        allow_site(actor)
        _is_somebody(user)
        if user.disabled_at is not None or user.verified_at is None:
            raise Conflict(_("Only somebody who can sign in can be an admin."))
        if not user.is_admin:
            user.is_admin = True
            event.detail = {"name": user.name}
            end_sessions(user, tokens=False)
            note(actor, "user.promoted", user)
    return event


def unmake_admin(actor: Actor, user: User) -> Event:
    """Take the site from an admin; there is always one who can sign in."""
    with recording(actor, "user.demoted", user, lock=[user], beside=other_admins(but=user)) as event:
        allow_site(actor)
        if user.is_admin:
            keep_a_site_admin(user)
            user.is_admin = False
            event.detail = {"name": user.name}
            note(actor, "user.demoted", user)
    return event


def sign_out_person(actor: Actor, user: User) -> None:
    """End a person's sessions on every device, and whatever programs hold of them."""
    allow_site(actor)
    with transaction():
        end_sessions(user)
        note(actor, "sessions.ended", user)


def withdraw_invitation(actor: Actor, invitation: Invitation) -> None:
    """End an invitation of any workspace: whoever comes with it finds it gone."""
    allow_site(actor)
    with transaction() as session:
        session.refresh(invitation, with_for_update=True)
        if invitation.revoked_at is None:
            invitation.revoked_at = now()
            note(actor, "invitation.revoked", invitation.board or invitation.workspace, email=invitation.email or "")


def other_admins(*, but: User) -> list[User]:
    """All admins but one. Their rows are locked beside its own: of two who unmake each other one is first."""
    query = sa.select(User).where(User.is_admin, User.disabled_at.is_(None), User.id != but.id).order_by(User.id)
    return list(db.session.scalars(query))


def keep_a_site_admin(user: User) -> None:
    """Raise Conflict where nobody would be left to look after the site. Under the lock of all admins."""
    if user.is_admin and not other_admins(but=user):
        raise Conflict(_("This is the only admin. Make somebody else an admin first."))


def _is_somebody(user: User) -> None:
    if user.is_placeholder or user.erased_at is not None:
        raise Conflict(_("This is a name without an account."))


def end_all(user: User) -> dict[str, Any]:
    """End whatever opens the site in this person's name, or was given out by them; how much there was of the latter."""
    session = db.session()
    end_sessions(user)
    session.execute(sa.delete(MailLink).where(MailLink.user_id == user.id))
    session.execute(sa.delete(PendingSignIn).where(PendingSignIn.user_id == user.id))
    session.execute(sa.delete(Challenge).where(Challenge.user_id == user.id))
    links = sa.update(ShareLink).where(ShareLink.created_by_id == user.id, ShareLink.revoked_at.is_(None))
    invitations = sa.update(Invitation).where(
        Invitation.invited_by_id == user.id, Invitation.revoked_at.is_(None), Invitation.uses_left > 0
    )
    ended = {}
    for name, statement in (("links", links), ("invitations", invitations)):
        done = session.execute(statement.values(revoked_at=now()).execution_options(synchronize_session=False))
        ended[name] = done.rowcount  # type: ignore[attr-defined]
    return ended
