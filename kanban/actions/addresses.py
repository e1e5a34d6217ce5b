"""An account moves to another address: whoever has the old mailbox and whoever has the new one both say yes."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.accounts import address_of, find_link, make_link, use_link
from kanban.actions.audit import note
from kanban.actions.mails import has_had_enough, write_mail
from kanban.actions.sessions import Place, end_sessions
from kanban.eventlog import recording
from kanban.models import Actor, MailLink, User
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid, NotFound

_WITHIN = timedelta(days=1)
_LEAVE, _TAKE = "leave_address", "take_address"
_TAKEN = _("There is an account with this address by now. Keep your address, or choose another.")


def ask_address(actor: Actor, email: str) -> None:
    """Mail a link to the old address and one to the new: when both were opened the account moves. Raises Invalid.

    For an address that has an account the answer is the same; whoever owns it is told.
    """
    person, email = actor.user, address_of(email)
    if email == person.email:
        raise Invalid(_("This is your address already."), field="email")
    with transaction() as session:
        if has_had_enough(person, "address_leave"):
            raise Invalid(_("You have asked for this several times. Wait an hour, then try again."), field="email")
        leave, take = (make_link(person, purpose, email, _WITHIN) for purpose in (_LEAVE, _TAKE))
        write_mail("address_leave", person, new=email, url_path=f"/addresses/{leave}")
        taken = session.scalar(sa.select(User).where(User.email == email))
        if taken is None:
            write_mail("address_take", person, by=email, url_path=f"/addresses/{take}")
        elif taken.disabled_at is None and not has_had_enough(taken, "account_exists"):
            write_mail("account_exists", taken)
        note(actor, "address.change_asked", person)


def find_change(secret: str) -> MailLink:
    """The link of a secret from either mailbox. Raises NotFound where it is not good any more."""
    try:
        return find_link(secret, _LEAVE)
    except NotFound:
        return find_link(secret, _TAKE)


def confirm_change(secret: str, place: Place) -> bool:
    """Say yes from one mailbox; whether that was the second yes, and the account has moved.

    Raises NotFound for a link that is not good any more, Conflict where the address has been taken since.
    """
    with transaction() as session:
        person = find_change(secret).user
        # Of two yeses at once the second waits here, and sees the first.
        session.get(User, person.id, with_for_update=True, populate_existing=True)
        link = use_link(secret, find_change(secret).purpose)
        other = session.scalar(
            sa.select(MailLink.used_at).where(
                MailLink.user_id == person.id,
                MailLink.email == link.email,
                MailLink.purpose == (_TAKE if link.purpose == _LEAVE else _LEAVE),
            )
        )
        if other is None:
            return False
        _move(Actor(person, address=place.address), link.email)
    return True


def _move(actor: Actor, email: str) -> None:
    person, before = actor.user, actor.user.email
    with recording(actor, "user.address_changed", person, scope=person) as event:
        if db.session.scalar(sa.select(User.id).where(User.email == email)) is not None:
            raise Conflict(_TAKEN)
        # The link has proved the new one.
        person.email, person.verified_at = email, now()
        try:
            db.session.flush()
        except sa.exc.IntegrityError:
            # Somebody registered with it a moment ago.
            raise Conflict(_TAKEN) from None
        event.detail = {"name": person.name}
        # Whatever else was mailed to the old one is good for nothing from here on.
        db.session.execute(sa.delete(MailLink).where(MailLink.user_id == person.id))
        end_sessions(person, tokens=False)
        note(actor, "address.changed", person)
        for address in (before, email):
            write_mail("address_changed", person, by=address, new=email, address=actor.address, at=now().isoformat())
