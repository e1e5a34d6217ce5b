"""Who somebody is elsewhere: coming in by it, linking it to an account, and taking it off."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.accounts import address_of, create_account
from kanban.actions.audit import note
from kanban.actions.sessions import Place, end_sessions
from kanban.models import Actor, Identity, Invitation, Passkey, User, limits
from kanban.queries.site import site
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid, NotFound
from kanban.support.text import one_line


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody as a provider or a directory knows them, which has just proved that it is them.

    `subject` is theirs for good there, an address is not: it never tells who they are here.
    `email` is empty unless it is known to be their own. `label` is what people call the place.
    """

    issuer: str
    subject: str
    provider: str
    label: str
    email: str = ""
    name: str = ""


def come_in(outsider: Outsider, place: Place) -> User:
    """The person that somebody is here; an account is made for them where the site lets them have one.

    Never the account of somebody else with the same address: whoever has one signs in to it
    first, and links the two. Raises Invalid and Conflict, with what to do.
    """
    with transaction():
        known = _person_of(outsider, place)
    if known is not None:
        return known
    _check_may_register(outsider)
    name = one_line(outsider.name)[: limits.NAME] or outsider.email.split("@", 1)[0]
    try:
        with transaction():
            person = create_account(name, outsider.email, None)
            _keep(Actor(person, address=place.address), outsider)
    except Conflict:
        with transaction():
            # They may have come twice at once; else the address is that of an account.
            known = _person_of(outsider, place)
        if known is not None:
            return known
        raise Conflict(
            _(
                "There is an account with the address %(email)s. Sign in to it as you always do, then link %(label)s.",
                email=outsider.email,
                label=outsider.label,
            )
        ) from None
    return person


def link_identity(actor: Actor, outsider: Outsider) -> None:
    """Let a person come in by who they are elsewhere. Raises Conflict where that is linked to another account."""
    with transaction() as session:
        known = _find(outsider)
        if known is not None and known.user_id != actor.id:
            raise Conflict(
                _(
                    "That account of %(label)s is linked to another one here. Sign in with it, and unlink it there.",
                    label=outsider.label,
                )
            )
        if known is None:
            try:
                with session.begin_nested():
                    _keep(actor, outsider)
            except sa.exc.IntegrityError:
                raise Conflict(_("This has just been linked. Look at the list below.")) from None


def unlink_identity(actor: Actor, identity_id: int, *, usable: Collection[str], but: int | None) -> None:
    """Take one way in off a person's account, and end the sessions that came of it, but for one.

    `usable` are the providers that the site still has. Raises NotFound for one that is not
    the actor's, and Conflict for their last way in.
    """
    with transaction() as session:
        identity = session.get(Identity, identity_id, populate_existing=True)
        if identity is None or identity.user_id != actor.id:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        keep_a_way_in(actor, identity, usable)
        note(actor, "identity.unlinked", actor.user, provider=identity.provider)
        session.execute(sa.delete(Identity).where(Identity.id == identity_id))
        end_sessions(actor.user, but=but, tokens=False)


def keep_a_way_in(actor: Actor, but: Identity | Passkey, usable: Collection[str]) -> None:
    """Raise Conflict where somebody could not sign in any more without this: no mailbox gives a first password."""
    # One after another, else two of them could each take the other for the last.
    db.session.execute(sa.select(User.id).where(User.id == actor.id).with_for_update(key_share=True))
    key, identity = (but.id, 0) if isinstance(but, Passkey) else (0, but.id)
    password = sa.exists().where(User.id == actor.id, User.password_hash.is_not(None))
    passkey = sa.exists().where(Passkey.user_id == actor.id, Passkey.id != key)
    other = sa.exists().where(Identity.user_id == actor.id, Identity.id != identity, Identity.provider.in_(usable))
    if not db.session.scalar(sa.select(sa.or_(password, passkey, other))):
        raise Conflict(_("This is your only way in. Add a passkey, or link another service first."))


def is_theirs(actor: Actor, outsider: Outsider) -> bool:
    """Whether this is the actor: to prove oneself again by another place."""
    known = _find(outsider)
    return known is not None and known.user_id == actor.id


def _find(outsider: Outsider) -> Identity | None:
    return db.session.scalar(
        sa.select(Identity).where(Identity.issuer == outsider.issuer, Identity.subject == outsider.subject)
    )


def _person_of(outsider: Outsider, place: Place) -> User | None:
    known = _find(outsider)
    if known is None:
        return None
    person = db.session.get_one(User, known.user_id, populate_existing=True)
    if person.disabled_at is not None:
        raise Invalid(_("This account is disabled. Ask an admin of the site."))
    known.used_at = now()
    return person


def _keep(actor: Actor, outsider: Outsider) -> None:
    identity = Identity(
        user_id=actor.id, issuer=outsider.issuer, subject=outsider.subject, provider=outsider.provider, used_at=now()
    )
    db.session.add(identity)
    db.session.flush()
    note(actor, "identity.linked", actor.user, provider=outsider.provider)


def _check_may_register(outsider: Outsider) -> None:
    """Raise Invalid unless this site makes an account for whoever comes so: by the same setting as for a form."""
    if not outsider.email:
        raise Invalid(
            _(
                "%(label)s does not say that an e-mail address is yours, so no account can be made. "
                "Confirm your address there, or sign in here first and link the two.",
                label=outsider.label,
            )
        )
    registration = site().registration
    if registration == "closed":
        raise Invalid(
            _(
                "You have no account here yet, and this place takes no new people. "
                "Somebody who has one signs in to it, and links %(label)s there.",
                label=outsider.label,
            )
        )
    if registration == "invited" and not _is_invited(outsider.email):
        raise Invalid(
            _(
                "You have no account here yet, and cannot make one by yourself. "
                "Ask for an invitation to %(email)s, or sign in to your account and link %(label)s.",
                email=outsider.email,
                label=outsider.label,
            )
        )


def _is_invited(email: str) -> bool:
    """Whether an invitation by mail to this address is open; accepting it is a step of its own."""
    query = sa.select(Invitation.id).where(
        Invitation.email == address_of(email),
        Invitation.uses_left > 0,
        Invitation.expires_at > now(),
        Invitation.revoked_at.is_(None),
        Invitation.accepted_at.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None
