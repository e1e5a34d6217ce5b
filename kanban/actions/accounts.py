"""People come in: registration, the first admin, and how each wants to see things."""

import hashlib
import hmac
import secrets
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.samples import create_sample
from kanban.eventlog import recording
from kanban.models import Actor, Setting, User, Workspace, WorkspaceMember, limits
from kanban.models.users import LABEL_STYLES, THEMES
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid, NotFound
from kanban.support.passwords import hash_password
from kanban.support.text import squash

EXAMPLE_WANTED = "example_wanted"
_SETUP = "setup_token_hash"
_LINK_USED = _("This link has been used or is not the newest. Restart the server for a new one.")


def register(name: str, email: str, password: str, *, time_zone: str = "UTC", is_admin: bool = False) -> User:
    """Make an account with a workspace of its own. Raises Invalid, and Conflict where the address is taken."""
    person = _new_person(name, email, password, time_zone, is_admin)
    _let_in(person)
    return person


def has_admin() -> bool:
    """Whether anybody looks after the site yet."""
    return db.session.scalar(sa.select(User.id).where(User.is_admin, User.disabled_at.is_(None)).limit(1)) is not None


def make_setup_token() -> str | None:
    """A fresh secret for the link that makes the first admin, or None where there is an admin."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        if has_admin():
            return None
        session.merge(Setting(name=_SETUP, value=_digest(token)))
    return token


def is_setup_token(token: str) -> bool:
    """Whether this is the secret of the newest setup link, still unused."""
    kept = db.session.get(Setting, _SETUP)
    return kept is not None and not has_admin() and hmac.compare_digest(kept.value, _digest(token))


def check_setup_token(token: str) -> None:
    """Raise NotFound where the link is not good any more."""
    if not is_setup_token(token):
        raise NotFound(_("This link has been used, or is not the newest. Sign in, or look where Kanban was started."))


def set_up(token: str, name: str, email: str, password: str, *, time_zone: str = "UTC") -> User:
    """Make the first admin by the one-time link. Raises NotFound where the link is not good any more."""
    if not is_setup_token(token):
        raise NotFound(_LINK_USED)
    admin = _new_person(name, email, password, time_zone, is_admin=True)
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
    """Set how a person wants to see things: theme, label_style, label_patterns, single_keys, time_zone."""
    checks = {
        "theme": THEMES,
        "label_style": LABEL_STYLES,
        "label_patterns": (True, False),
        "single_keys": (True, False),
    }
    with transaction() as session:
        session.refresh(user)
        for name, value in wishes.items():
            if name == "time_zone":
                user.time_zone = values.time_zone(value)
            else:
                setattr(user, name, values.one_of(value, checks[name], name))


def address(email: str) -> str:
    """A mail address in the form accounts are kept under. Raises Invalid."""
    try:
        # A longer one is not looked at: that would take its time.
        return validate_email(email.strip()[: limits.EMAIL + 1], check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Invalid(_("This is no complete e-mail address. It looks like name@example.org."), field="email") from None


def check_password(password: str, name: str, email: str) -> None:
    """Raise Invalid for a password that is too short, too long, or easily guessed from the account."""
    if len(password) < limits.PASSWORD_MIN:
        raise Invalid(
            _("Use at least %(least)d characters; 15 or more are better.", least=limits.PASSWORD_MIN), field="password"
        )
    if len(password) > limits.PASSWORD_MAX:
        raise Invalid(_("Use at most %(most)d characters.", most=limits.PASSWORD_MAX), field="password")
    told = {squash(password)}
    if told & {squash(name), squash(email), squash(email.split("@", 1)[0]), "kanban", "kanbankanban"}:
        raise Invalid(_("This password is easily guessed: it is your name, your address or ours."), field="password")
    if len(set(password)) < 3:
        raise Invalid(_("This password repeats one or two characters. Mix more of them."), field="password")


def _new_person(name: str, email: str, password: str, time_zone: str, is_admin: bool) -> User:
    """An account to be. Made before any transaction: hashing takes a tenth of a second on purpose."""
    name = values.line(name, limits.NAME, "name")
    email = address(email)
    check_password(password, name, email)
    return User(
        name=name,
        email=email,
        password_hash=hash_password(password),
        session_stamp=secrets.token_urlsafe(24),
        is_admin=is_admin,
        time_zone=values.time_zone(time_zone or "UTC"),
    )


def _let_in(person: User) -> None:
    taken = Conflict(_("There is an account with this address. Sign in instead."), field="email")
    with recording(Actor(person), "user.registered", person, scope=person) as event:
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


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
