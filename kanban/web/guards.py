"""Who is asking: the session of a browser, and what a view demands of it."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import SplitResult, urlsplit

import structlog
from flask import current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from kanban.actions.factors import is_protected
from kanban.actions.pending_sign_ins import begin_pending
from kanban.actions.sessions import Place, begin_session, end_session, freshen_session, touch_session
from kanban.models import Actor, Session, User
from kanban.queries.sessions import Entrance, entrance
from kanban.support.clock import now
from kanban.support.errors import NotFound, SessionEnded
from kanban.support.tokens import digest
from kanban.web.kept import keep_on, keep_typed, kept_of, typed_fields

View = TypeVar("View", bound=Callable[..., Any])
login_manager = LoginManager()
# Long enough to change several things in a row, short enough for a device that was left alone.
FRESH_FOR = timedelta(minutes=15)
_PENDING = "pending_sign_in"
_REGISTERED = "registered"
# Whose session the cookie was made for: what was typed when it had ended is theirs, and nobody else's.
_WHOSE = "whose"


class SignedIn:
    """What Flask-Login keeps of a person: the secret of a session, which stands in the database."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, found: Entrance, secret: str) -> None:
        self.user: User = found.user
        self.session: Session = found.session
        self.has_factor = found.has_factor
        self.factor_rule = found.factor_rule
        # What must be set up before anything is shown.
        self.lacks_factor = found.lacks_factor
        self.secret = secret

    @property
    def user_id(self) -> int:
        return self.user.id

    def get_id(self) -> str:
        return self.secret


@login_manager.user_loader
def load_user(secret: str) -> SignedIn | None:
    """The person of a session, unless it was ended or is too old, or the account is disabled."""
    found = entrance(secret, now())
    if found is None:
        return None
    touch_session(found.session.id, found.session.seen_at, is_remembered=found.session.is_remembered)
    return SignedIn(found, secret)


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
        if current_person() is None:
            return _ask_to_sign_in()
        g.actor = _actor(current_user._get_current_object())
        if lacks_factor() and not getattr(view, "is_open_without_factor", False):
            return _lead_to(url_for("factors.index"))
        return view(*args, **kwargs)

    return cast(View, guarded)


def without_factor(view: View) -> View:
    """Leave a view open to those whom the site asks for a second factor that they have not set up yet."""
    view.is_open_without_factor = True  # type: ignore[attr-defined]
    return view


def fresh_login(view: View) -> View:
    """Let a view run only soon after its person has proved who they are; stands under `signed_in`.

    Else they are asked to prove it again, and led back: to this page, or from a form that was
    sent to the page on which it stands, with what they had typed.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        current = current_session()
        if current is not None and now() - current.fresh_at < FRESH_FOR:
            return view(*args, **kwargs)
        page = _page_of_request()
        if page is not None and request.method not in {"GET", "HEAD"} and keep_typed(page, g.actor.id):
            flash(_("What you typed is kept. Look over it afterwards, and send it once more."))
        return _lead_to(url_for("confirmations.new", next=page))

    return cast(View, guarded)


def admin_only(view: View) -> View:
    """Let a view run only for an admin of the site; for anybody else it is not there.

    Unless the site asks nobody for a second factor, an admin needs one: without it they are
    led to where it is set up.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        known = current_user._get_current_object()
        if not known.user.is_admin:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        if known.factor_rule != "nobody" and not known.has_factor:
            flash(_("The administration asks for a second factor. Set one up here first."), "warning")
            return redirect("/account/factors", code=303)
        return view(*args, **kwargs)

    return signed_in(cast(View, guarded))


def go_in(user: User, method: str, *, is_remembered: bool, has_proved_factor: bool = False) -> bool:
    """Sign a person in on this browser, by whatever way they came: the one gate of all of them.

    Whoever has a second factor is asked for it first: they are not in yet then (False), and any
    page leads them to where they prove it. What an earlier session left in the browser goes,
    and that session ends.
    """
    if not has_proved_factor and is_protected(user):
        session[_PENDING] = begin_pending(user, method, is_remembered=is_remembered)
        return False
    before, kept = current_session(), kept_of(user.id)
    session.clear()
    if before is not None:
        end_session(before.id)
    if kept is not None:
        keep_on(kept)
    begun, secret = begin_session(user, method, place(), is_remembered=is_remembered)
    # The cookie ends with the browser, unless they asked to stay.
    session.permanent = is_remembered
    session[_WHOSE] = user.id
    login_user(SignedIn(Entrance(begun, user, has_proved_factor, ""), secret))
    return True


def go_out() -> None:
    """Sign this browser out."""
    current = current_session()
    logout_user()
    session.clear()
    if current is not None:
        end_session(current.id)


def freshen() -> None:
    """Note that the person of this session has just proved again who they are."""
    current = current_session()
    if current is not None:
        session["_user_id"] = freshen_session(g.actor, current.id)


def has_ended() -> bool:
    """Whether somebody was signed in here, did not sign out, and is not in any more."""
    return current_person() is None and "_user_id" in session


def keeps_typed() -> bool:
    """Whether something is kept here for the one whose session has ended."""
    return has_ended() and kept_of(session.get(_WHOSE)) is not None


def pending_secret() -> str | None:
    """The secret of the sign-in that this browser is in the midst of, if it is."""
    return session.get(_PENDING)


def forget_pending() -> None:
    """Take the sign-in that this browser is in the midst of out of its cookie."""
    session.pop(_PENDING, None)


def note_registering(person: User) -> None:
    """Keep in the cookie which account was asked for here, whether or not one came of it."""
    session[_REGISTERED] = _mark_of(person)


def has_registered(user: User) -> bool:
    """Whether it was in this browser that the password of a person's account was chosen.

    The address says nothing: somebody else may have registered with it before, and who then
    opens the link of that mail must not come to work in an account whose password another knows.
    """
    return user.password_hash is not None and session.get(_REGISTERED) == _mark_of(user)


def lacks_factor() -> bool:
    """Whether the site asks this person for a second factor that they have not set up yet."""
    return current_person() is not None and current_user._get_current_object().lacks_factor


def current_session() -> Session | None:
    """The session that this request belongs to, or None."""
    known = current_user._get_current_object()
    return known.session if isinstance(known, SignedIn) else None


def place() -> Place:
    """From where this request comes."""
    return Place(request.user_agent.string, request.remote_addr or "")


def safe_next(target: str | None) -> str | None:
    """A path on this site to go on to, or None for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if any(ord(char) < 32 or char == "\\" for char in target):
        return None
    return target


def told(header: str) -> SplitResult:
    """An address that the browser names in a header; an empty one where it is none."""
    try:
        return urlsplit(request.headers.get(header, ""))
    except ValueError:
        return urlsplit("")


def page_before() -> str | None:
    """The page of ours on which a form stood, as the browser says."""
    sent = told("Referer")
    return safe_next(f"{sent.path}?{sent.query}" if sent.query else sent.path) if sent.netloc == request.host else None


def _actor(known: SignedIn) -> Actor:
    return Actor(
        known.user,
        "web",
        structlog.contextvars.get_contextvars().get("request_id"),
        address=request.remote_addr or "",
        has_factor=known.has_factor,
    )


def _ask_to_sign_in() -> Response:
    if request.headers.get("HX-Request") == "true":
        # A fragment cannot show a sign-in page: the script leads there, and keeps what was typed.
        return Response(status=401)
    form = _page_of_request()
    after = form or page_before()
    if form is not None and has_ended() and request.method not in {"GET", "HEAD"}:
        whose = session.get(_WHOSE)
        if whose is not None and not keep_typed(form, whose) and typed_fields():
            # It cannot be kept: here it still stands, for whoever has just sent it.
            raise SessionEnded(form)
    return redirect(url_for("sessions.new", next=after if after != "/" else None), code=303)


def _mark_of(person: User) -> str:
    """What tells this account from any other one asked for with the address, by the salt of its password alone."""
    return digest(person.password_hash or "")


def _page_of_request() -> str | None:
    """This page, or the one whose form was sent here, as a path to come back to."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    view = current_app.view_functions[request.endpoint or ""]
    endpoint = getattr(view, "form_at", None)
    return url_for(endpoint, **(request.view_args or {})) if endpoint is not None else None


def _lead_to(page: str) -> Response:
    """Have the browser go to a page of ours, whether a script asks or a form."""
    if request.headers.get("HX-Request") == "true":
        return Response(status=200, headers={"HX-Redirect": page})
    return redirect(page, code=303)
