"""Who is asking: the session of a browser, and what a view demands of it."""

import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar, cast

import sqlalchemy as sa
import structlog
from flask import current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from kanban.models import Actor, User
from kanban.support.clock import now
from kanban.support.db import db

View = TypeVar("View", bound=Callable[..., Any])
login_manager = LoginManager()
_IDENTITY = re.compile(r"(?P<user_id>[0-9]{1,18}):(?P<stamp>[\w-]+):(?P<since>[0-9]{1,12})", re.ASCII)
_DAY = 86_400
_UNEVEN_CLOCKS = 60  # seconds between two machines


class SignedIn:
    """What Flask-Login keeps of a person: the id in the cookie carries the stamp that can end it, and its age."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User, since: int | None = None) -> None:
        self.user = user
        self.since = int(now().timestamp()) if since is None else since

    def get_id(self) -> str:
        return f"{self.user.id}:{self.user.session_stamp}:{self.since}"


@login_manager.user_loader
def load_user(cookie_id: str) -> SignedIn | None:
    """The person of a session cookie, unless the session is too old or was ended, or the account is disabled."""
    found = _IDENTITY.fullmatch(cookie_id)
    if found is None:
        return None
    since = int(found["since"])
    if not 0 <= now().timestamp() - since + _UNEVEN_CLOCKS <= current_app.config["SESSION_DAYS"] * _DAY:
        return None
    user = db.session.scalars(_person(), {"id": int(found["user_id"])}).one_or_none()
    if user is None or user.disabled_at is not None or user.session_stamp != found["stamp"]:
        return None
    return SignedIn(user, since)


@cache
def _person() -> sa.Select[User]:
    """Built once, as it is asked by every request."""
    return sa.select(User).where(User.id == sa.bindparam("id"))


def current_person() -> User | None:
    """Who is signed in, or None; nobody on a page that must not ask the database."""
    if g.get("is_nobody"):
        return None
    known = current_user._get_current_object()
    return known.user if isinstance(known, SignedIn) else None


def signed_in(view: View) -> View:
    """Let a view run only for somebody signed in; sets `g.actor`."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person = current_person()
        if person is None:
            return _ask_to_sign_in()
        g.actor = Actor(person, "web", structlog.contextvars.get_contextvars().get("request_id"))
        return view(*args, **kwargs)

    return cast(View, guarded)


def begin_session(user: User, *, remember: bool) -> None:
    """Sign a person in on this browser. What an earlier session left in it goes first."""
    session.clear()
    login_user(SignedIn(user), remember=remember)


def end_session() -> None:
    """Sign this browser out."""
    logout_user()
    remembered = session.get("_remember")
    session.clear()
    if remembered:
        # Flask-Login clears its remember cookie by this mark while it answers.
        session["_remember"] = remembered


def safe_next(target: str | None) -> str | None:
    """A path on this site to go on to, or None for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if any(ord(char) < 32 or char == "\\" for char in target):
        return None
    return target


def _ask_to_sign_in() -> Response:
    if request.headers.get("HX-Request") == "true":
        # A fragment cannot show a sign-in page: the script leads there, and keeps what was typed.
        return Response(status=401)
    after = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None
    return redirect(url_for("sessions.new", next=after if after and after != "/" else None), code=303)
