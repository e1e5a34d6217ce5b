"""Refusals: what a person asked for and cannot have, in words that say what to do next."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext as ngettext


class Refused(Exception):
    """A request that cannot be carried out.

    `message` is a sentence for people (already translated, or lazy), `code` is for
    machines, `field` names the form field it belongs to, `ways_out` offers what can be
    done instead as data for the page.
    """

    code = "refused"
    status = 422

    def __init__(self, message: Any, *, field: str | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.extra = extra

    def __str__(self) -> str:
        return str(self.message)


class Invalid(Refused):
    """A value that cannot be stored."""

    code = "invalid"


class Forbidden(Refused):
    """The thing may be seen, yet not so used."""

    code = "forbidden"
    status = 403


class NotFound(Refused):
    """Not there, or not there for this person: the two are never told apart."""

    code = "not_found"
    status = 404


class Conflict(Refused):
    """The thing has changed since the page was drawn, or stands in the way."""

    code = "conflict"
    status = 409


class FactorRequired(Refused):
    """The place asks for a second factor, and the account has none yet."""

    code = "factor_required"
    status = 403

    def __init__(self) -> None:
        super().__init__(_("This workspace asks for a second factor. Set one up in your account, then come back."))


class SessionEnded(Refused):
    """What was sent comes from somebody whose session has ended, and is too long to be kept for them."""

    code = "session_ended"
    status = 401

    def __init__(self, page: str) -> None:
        super().__init__(_("Your session has ended. Sign in again to go on."))
        self.page = page


class TooOften(Refused):
    """A try that comes too soon after others; `wait` is in how many seconds it may come."""

    code = "too_many"
    status = 429

    def __init__(self, wait: int) -> None:
        if wait < 90:
            words = ngettext("%(num)d second", "%(num)d seconds", wait)
        else:
            words = ngettext("%(num)d minute", "%(num)d minutes", -(-wait // 60))
        super().__init__(_("That was too often. Wait %(time)s, then try again.", time=words))
        self.wait = wait
