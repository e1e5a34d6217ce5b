"""What the links of mails open: a new password, and the proof of an address.

Whoever asks is answered alike and in the same time, whether or not the address has an account.
"""

from datetime import timedelta

import sqlalchemy as sa

from kanban.actions.accounts import LINK_GONE, address_of, find_link, make_link, send_verification, use_link
from kanban.actions.audit import note
from kanban.actions.credentials import put_password
from kanban.actions.mails import has_had_enough, write_mail
from kanban.actions.passwords import check_password
from kanban.actions.sessions import Place, prove_password
from kanban.models import Actor, MailLink, User
from kanban.support.clock import at_least, now
from kanban.support.db import db, transaction
from kanban.support.errors import NotFound
from kanban.support.passwords import hash_password

_RESET_WITHIN = timedelta(hours=1)
# Seconds; several times what writing a mail takes, and nothing to whoever reads the answer.
_EVENLY = 0.05


def ask_reset(email: str, place: Place) -> None:
    """Mail the link for a new password to an address that has an account. Raises Invalid for what is no address.

    Nothing goes to the disabled. An account without a password, which comes in through
    another service, is told so: a mailbox must not be a way round that service.
    """
    with at_least(_EVENLY), transaction():
        found = _by_address(address_of(email))
        # A line either way: whoever asks about addresses of nobody is seen too.
        note(None, "password.reset_asked", found, address=place.address)
        if found is None or has_had_enough(found, "reset", "no_password"):
            return
        if found.password_hash is None:
            write_mail("no_password", found)
            return
        secret = make_link(found, "reset", found.email or "", _RESET_WITHIN)
        write_mail("reset", found, address=place.address, url_path=f"/resets/{secret}")


def find_reset(secret: str) -> MailLink:
    """The link of a secret, while it is good. Raises NotFound."""
    return _same_address(find_link(secret, "reset"))


def find_verification(secret: str) -> MailLink:
    """The link that proves an address, while it is good. Raises NotFound."""
    return _same_address(find_link(secret, "verify"))


def reset_password(secret: str, password: str, place: Place, *, purpose: str = "reset") -> User:
    """Set a new password by a mailed link; all sessions and tokens end, the second factor stays.

    The link that proves an address does it too: whoever registered with the address may have
    been somebody else. Raises NotFound for a link that is not good any more, Invalid for a
    password that is none.
    """
    person = _same_address(find_link(secret, purpose)).user
    if person.password_hash is None:
        # It comes in through another service, and a mailbox is no way round that.
        raise NotFound(LINK_GONE)
    check_password(password, person.name, person.email or "")
    hashed = hash_password(password)
    with transaction():
        person = _use(secret, purpose)
        # Either link proves the mailbox as well as the other.
        _verified(person, place)
        put_password(Actor(person, address=place.address), hashed, "password.reset")
    return person


def verify(secret: str, password: str, place: Place, *, has_chosen: bool = False) -> User:
    """Take an address as proved, by whoever knows the password of its account, if it has one.

    Somebody else may have registered with the address: the mailbox alone must not make a
    password good that its owner never saw. `has_chosen` says that it was chosen where the link
    is opened, and need not be typed again. Raises NotFound for a link that is not good any
    more, Invalid for another password, and then the link stays good.
    """
    person = find_verification(secret).user
    if person.password_hash is not None and not has_chosen:
        prove_password(person, password, place, refused="verification.refused")
    with transaction():
        person = _use(secret, "verify")
        _verified(person, place)
    return person


def ask_verification(email: str, place: Place) -> None:
    """Mail once more the link that proves an address, where one is still to be proved. Raises Invalid."""
    with at_least(_EVENLY), transaction():
        found = _by_address(address_of(email))
        note(None, "account.verification_asked", found, address=place.address)
        if found is not None and found.verified_at is None and not has_had_enough(found, "verify"):
            send_verification(found)


def _by_address(email: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == email, User.disabled_at.is_(None)))


def _use(secret: str, purpose: str) -> User:
    """Whose link it is, which is used up by it.

    The account is locked first: a new password locks it too, and then the links that end with it.
    """
    person_id = find_link(secret, purpose).user_id
    db.session.get(User, person_id, with_for_update={"key_share": True}, populate_existing=True)
    return _same_address(use_link(secret, purpose)).user


def _verified(person: User, place: Place) -> None:
    if person.verified_at is None:
        person.verified_at = now()
        note(Actor(person, address=place.address), "account.verified", person)


def _same_address(link: MailLink) -> MailLink:
    """A link goes with the address it was sent to: after a change, whoever has the old mailbox is out."""
    if link.user.email != link.email:
        raise NotFound(LINK_GONE)
    return link
