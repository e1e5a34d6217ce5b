"""People come in: registration, the first admin, and how each wants to see things."""

import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload

from kanban.actions import values
from kanban.actions.mails import has_had_enough, write_mail
from kanban.actions.passwords import check_password
from kanban.actions.room import room_for_person
from kanban.actions.samples import create_sample
from kanban.eventlog import recording
from kanban.models import Actor, MailLink, Setting, User, Workspace, WorkspaceMember, limits
from kanban.models.users import LABEL_STYLES, THEMES
from kanban.support.addresses import normal_address
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid, NotFound
from kanban.support.languages import LANGUAGES
from kanban.support.passwords import hash_password
from kanban.support.tokens import digest, new_secret

EXAMPLE_WANTED = "example_wanted"
LINK_GONE = _("This link has been used, is too old, or is not the newest one. Ask for another.")
_VERIFY_WITHIN = timedelta(days=1)
_SETUP = "setup_token_hash"
_LINK_USED = _("This link has been used or is not the newest. Restart the server for a new one.")


def register(name: str, email: str, password: str, *, time_zone: str = "UTC", then: str = "") -> User:
    """Make an account whose address is still to be proved, and mail the link that does it, and leads on to `then`.

    Raises Invalid. An address that has an account already gets another mail and the same
    answer: nobody learns by registering who is here. Returns the account, or what it would
    have been.
    """
    person = _new_person(name, email, password, time_zone)
    try:
        with transaction():
            _let_in(person)
            send_verification(person, then)
    except Conflict:
        with transaction():
            taken = db.session.scalar(sa.select(User).where(User.email == person.email))
            if taken is not None and taken.disabled_at is None and not has_had_enough(taken, "account_exists"):
                write_mail("account_exists", taken)
    return person


def create_account(
    name: str,
    email: str,
    password: str | None,
    *,
    time_zone: str = "UTC",
    is_admin: bool = False,
    also: Callable[[User], object] | None = None,
) -> User:
    """Make an account whose address needs no proof. Raises Invalid, and Conflict where the address is taken.

    Without a password it is for somebody who signs in elsewhere. `also` is done with it in the
    same transaction: both stand, or neither.
    """
    person = _new_person(name, email, password, time_zone, is_admin=is_admin)
    person.verified_at = now()
    with transaction():
        _let_in(person)
        if also is not None:
            also(person)
    return person


def send_verification(person: User, then: str = "") -> None:
    """Mail a person the link that proves their address; the links before it are good no more."""
    with transaction():
        secret = make_link(person, "verify", person.email or "", _VERIFY_WITHIN)
        write_mail("verify", person, url_path=f"/verifications/{secret}{f'?next={then}' if then else ''}")


def make_link(person: User, purpose: str, email: str, within: timedelta) -> str:
    """The secret of a fresh link for a purpose; those of that purpose before it are taken away."""
    secret = new_secret()
    session = db.session()
    session.execute(sa.delete(MailLink).where(MailLink.user_id == person.id, MailLink.purpose == purpose))
    session.add(
        MailLink(user_id=person.id, purpose=purpose, email=email, secret_hash=digest(secret), expires_at=now() + within)
    )
    return secret


def find_link(secret: str, purpose: str) -> MailLink:
    """The link of a secret, still good. Raises NotFound, with one sentence whatever is wrong with it."""
    query = sa.select(MailLink).where(MailLink.secret_hash == digest(secret), MailLink.purpose == purpose)
    link = db.session.scalar(query.options(joinedload(MailLink.user)))
    if link is None or link.used_at is not None or link.expires_at <= now() or link.user.disabled_at is not None:
        raise NotFound(LINK_GONE)
    return link


def use_link(secret: str, purpose: str) -> MailLink:
    """As find_link, in a write transaction: of two that come with it at once, one gets it."""
    query = sa.select(MailLink.id).where(MailLink.secret_hash == digest(secret), MailLink.purpose == purpose)
    db.session.execute(query.with_for_update())
    db.session.expire_all()
    link = find_link(secret, purpose)
    link.used_at = now()
    return link


def has_admin() -> bool:
    """Whether anybody looks after the site yet."""
    return db.session.scalar(sa.select(User.id).where(User.is_admin, User.disabled_at.is_(None)).limit(1)) is not None


def make_setup_token() -> str | None:
    """A fresh secret for the link that makes the first admin, or None where there is an admin."""
    token = new_secret()
    with transaction() as session:
        if has_admin():
            return None
        session.merge(Setting(name=_SETUP, value=digest(token)))
    return token


def is_setup_token(token: str) -> bool:
    """Whether this is the secret of the newest setup link, still unused."""
    kept = db.session.get(Setting, _SETUP)
    return kept is not None and not has_admin() and hmac.compare_digest(kept.value, digest(token))


def check_setup_token(token: str) -> None:
    """Raise NotFound where the link is not good any more."""
    if not is_setup_token(token):
        raise NotFound(_("This link has been used, or is not the newest. Sign in, or look where Kanban was started."))


def set_up(token: str, name: str, email: str, password: str, *, time_zone: str = "UTC") -> User:
    """Make the first admin by the one-time link. Raises NotFound where the link is not good any more."""
    if not is_setup_token(token):
        raise NotFound(_LINK_USED)
    admin = _new_person(name, email, password, time_zone, is_admin=True)
    # Whoever reads the log of the server need not prove a mailbox.
    admin.verified_at = now()
    with transaction() as session:
        # Whoever comes second waits here, and finds the link used.
        session.get(Setting, _SETUP, with_for_update=True, populate_existing=True)
        if not is_setup_token(token):
            raise NotFound(_LINK_USED)
        _let_in(admin)
        session.execute(sa.delete(Setting).where(Setting.name == _SETUP))
        if session.get(Setting, EXAMPLE_WANTED) is not None:
            session.execute(sa.delete(Setting).where(Setting.name == EXAMPLE_WANTED))
            create_sample(Actor(admin), home_of(Actor(admin)), "product")
    return admin


def home_of(actor: Actor) -> Workspace:
    """The first workspace that an actor owns. Raises NotFound where they own none."""
    query = (
        sa.select(Workspace)
        .join(WorkspaceMember, WorkspaceMember.workspace_id == Workspace.id)
        .where(WorkspaceMember.user_id == actor.id, WorkspaceMember.role == "owner", Workspace.deleted_at.is_(None))
        .order_by(Workspace.id)
    )
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound(_("This account owns no workspace. Make one first, or name another."))
    return found


def prefer(user: User, **wishes: Any) -> None:
    """Set how a person wants to see things: the columns of `User` that are named below."""
    checks = {
        "theme": THEMES,
        "label_style": LABEL_STYLES,
        "label_patterns": (True, False),
        "single_keys": (True, False),
        "first_weekday": range(1, 8),
        "locale": LANGUAGES,
    }
    with transaction() as session:
        session.refresh(user)
        for name, value in wishes.items():
            if name == "time_zone":
                user.time_zone = values.time_zone(value)
            else:
                setattr(user, name, values.one_of(value, checks[name], name))


def address_of(email: str) -> str:
    """A mail address in the form accounts are kept under. Raises Invalid."""
    found = normal_address(email)
    if found is None:
        raise Invalid(_("This is no complete e-mail address. It looks like name@example.org."), field="email")
    return found


def _new_person(name: str, email: str, password: str | None, time_zone: str, *, is_admin: bool = False) -> User:
    """An account to be. Made before any transaction: hashing takes a tenth of a second on purpose."""
    name = values.line(name, limits.NAME, "name")
    email = address_of(email)
    if password is not None:
        check_password(password, name, email)
    return User(
        name=name,
        email=email,
        password_hash=hash_password(password) if password is not None else None,
        is_admin=is_admin,
        time_zone=values.time_zone(time_zone or "UTC"),
    )


def _let_in(person: User) -> None:
    taken = Conflict(_("There is an account with this address. Sign in instead."), field="email")
    with recording(Actor(person), "user.registered", person, scope=person) as event:
        if not person.is_admin:
            room_for_person()
        if db.session.scalar(sa.select(User.id).where(User.email == person.email)) is not None:
            raise taken
        db.session.add(person)
        try:
            db.session.flush()
        except sa.exc.IntegrityError:
            # Somebody registered with it a moment ago.
            raise taken from None
        event.actor_id = person.id
        workspace = Workspace(name=str(_("Personal")))
        db.session.add(workspace)
        db.session.flush()
        db.session.add(WorkspaceMember(workspace_id=workspace.id, user_id=person.id, role="owner"))
        event.detail = {"name": person.name}
