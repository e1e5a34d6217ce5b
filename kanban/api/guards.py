"""Who is asking: the token of a program, and what it may be used for. A cookie opens nothing here."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

from flask import g, request
from flask_babel import lazy_gettext as _

from kanban.actions.grants import end_family, scopes_of, touch_family
from kanban.actions.keys import checking_key
from kanban.actions.sessions import Place
from kanban.actions.tokens import PREFIX, touch_token
from kanban.models import Actor, TokenFamily
from kanban.queries.tokens import Bearer, bearer_of_family, bearer_of_token
from kanban.support import jwt
from kanban.support.clock import now
from kanban.support.errors import FactorRequired, Refused
from kanban.support.limits import hold
from kanban.support.observe import request_id

View = TypeVar("View", bound=Callable[..., Any])
_READS = frozenset({"GET", "HEAD"})
# Of one token, from wherever it is used.
_OFTEN = "600 per minute"


class Entry(NamedTuple):
    """By what somebody is in: the bearer, and how far and how long this token of theirs goes."""

    bearer: Bearer
    scope: str
    expires_at: datetime | None

    @property
    def is_personal(self) -> bool:
        return not isinstance(self.bearer.given, TokenFamily)


class Unauthorized(Refused):
    """No token, or none that is good (RFC 6750, 3.1); `challenge` goes into WWW-Authenticate."""

    status = 401

    def __init__(self, *, has_token: bool) -> None:
        if has_token:
            self.code = "invalid_token"
            super().__init__(_("This token is not good, or has ended. Get another one."))
            self.challenge = 'Bearer realm="Kanban", error="invalid_token"'
        else:
            # RFC 6750 names no error for whoever has not tried yet.
            self.code = "unauthorized"
            super().__init__(_("Send a token in the header Authorization, as “Bearer …”."))
            self.challenge = 'Bearer realm="Kanban"'


class OutOfScope(Refused):
    """A token that is good, and was not given enough."""

    code = "insufficient_scope"
    status = 403

    def __init__(self, scope: str) -> None:
        super().__init__(_("This token may not do that: it needs the scope %(scope)s.", scope=scope))
        self.challenge = f'Bearer realm="Kanban", error="insufficient_scope", scope="{scope}"'


def signed_in(view: View) -> View:
    """Let a view run only for a good token; sets `g.actor` and `g.entry`.

    What does more than look needs the scope `write`, whatever it asks of a role besides: the
    right to read must not be one to delete at the same address.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        entry = _entry()
        hold(_OFTEN, f"{'token' if entry.is_personal else 'program'} {entry.bearer.given.id}")
        scopes = scopes_of(entry.scope)
        needed = "read" if request.method in _READS else "write"
        if needed not in scopes and not getattr(view, "takes_any_scope", False):
            raise OutOfScope(needed)
        if entry.bearer.lacks_factor:
            raise FactorRequired
        g.entry, g.actor, g.user_id = entry, _actor(entry, scopes), entry.bearer.user.id
        return view(*args, **kwargs)

    return cast(View, guarded)


def any_scope(view: View) -> View:
    """Leave a view open to every token, however little it was given; stands under `signed_in`."""
    view.takes_any_scope = True  # type: ignore[attr-defined]
    return view


def end_access(token: str) -> None:
    """End the sign-in that an access token came of, if it is a good one."""
    entry = _of_family(token)
    if entry is not None:
        end_family(_actor(entry, frozenset()), entry.bearer.given.id)


def place(program: str = "") -> Place:
    """From where this request comes, under the name that the program gives itself."""
    return Place(program or request.user_agent.string, request.remote_addr or "")


def _entry() -> Entry:
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Unauthorized(has_token=False)
    entry = _of_token(sent.token) if sent.token.startswith(PREFIX) else _of_family(sent.token)
    if entry is None:
        raise Unauthorized(has_token=True)
    return entry


def _of_token(secret: str) -> Entry | None:
    bearer = bearer_of_token(secret, now())
    if bearer is None:
        return None
    touch_token(bearer.given)  # type: ignore[arg-type]
    return Entry(bearer, bearer.given.scope, bearer.given.expires_at)


def _of_family(token: str) -> Entry | None:
    key_id = jwt.key_id_of(token)
    key = checking_key(key_id) if key_id is not None else None
    claims = jwt.read(token, key) if key is not None else None
    if claims is None:
        return None
    # What was signed can be over before its time: the row of its family decides.
    bearer = bearer_of_family(int(claims.family), int(claims.subject.removeprefix("user:")), now())
    if bearer is None:
        return None
    touch_family(bearer.given)  # type: ignore[arg-type]
    return Entry(bearer, claims.scope, claims.expires_at)


def _actor(entry: Entry, scopes: frozenset[str]) -> Actor:
    given = entry.bearer.given
    return Actor(
        entry.bearer.user,
        "api",
        request_id(),
        address=request.remote_addr or "",
        has_factor=entry.bearer.has_factor,
        scopes=scopes,
        only_board_id=None if isinstance(given, TokenFamily) else given.board_id,
    )
