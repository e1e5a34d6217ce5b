"""What may be written down: lengths, dates and colours, checked alike for every way in."""

from collections.abc import Container
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext as ngettext

from kanban.models import limits
from kanban.support.clock import ZONES
from kanban.support.errors import Invalid
from kanban.support.text import many_lines, one_line

_EARLIEST, _LATEST = 1970, 2999


def line(text: str | None, limit: int, field: str) -> str:
    """A title or name: one line, not empty, not too long. Raises Invalid."""
    value = one_line(text or "")
    if not value:
        raise Invalid(_("Write something here first."), field=field)
    return _short_enough(value, limit, field)


def optional_line(text: str | None, limit: int, field: str) -> str:
    """One line that may be empty. Raises Invalid where it is too long."""
    return _short_enough(one_line(text or ""), limit, field)


def markdown(text: str | None, field: str, *, required: bool = False) -> str:
    """A longer text. Raises Invalid."""
    value = many_lines(text or "")
    if required and not value.strip():
        raise Invalid(_("Write something here first."), field=field)
    return _short_enough(value, limits.MARKDOWN, field)


def paste(text: str | None, field: str) -> str:
    """What is to become several things, as it was pasted: taking it apart must not take long. Raises Invalid."""
    return _short_enough(text or "", limits.PASTE, field)


def one_of(value: Any, offered: Container[Any], field: str) -> Any:
    """One of what was offered. Raises Invalid."""
    if value not in offered:
        raise Invalid(_("Choose one of the values on offer."), field=field)
    return value


def time_zone(name: str | None, field: str = "time_zone") -> str:
    """The name of a time zone of the IANA database. Raises Invalid."""
    if name not in ZONES:
        raise Invalid(_("Choose a time zone from the list."), field=field)
    return str(name)


def moment(value: datetime | None, field: str) -> datetime | None:
    """An aware moment within the years people plan in, in UTC. Raises Invalid."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    if not _EARLIEST <= value.year <= _LATEST:
        raise Invalid(_("Choose a year between %(first)s and %(last)s.", first=_EARLIEST, last=_LATEST), field=field)
    # Events compare what they wrote with what is read again, and that comes in UTC.
    return value.astimezone(UTC)


def wip_limit(value: int | None, field: str = "wip_limit") -> int | None:
    """A limit of cards, or None for no limit. Raises Invalid."""
    if value is None:
        return None
    if not 1 <= value <= limits.WIP_LIMIT:
        raise Invalid(_("Choose a limit from 1 to %(most)s, or leave it empty.", most=limits.WIP_LIMIT), field=field)
    return value


def link(text: str | None, field: str = "url") -> str:
    """An http or https address. Raises Invalid."""
    value = one_line(text or "").replace(" ", "%20")
    if not value:
        raise Invalid(_("Paste an address first."), field=field)
    try:
        parts = urlsplit(value)
        is_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise Invalid(_("This is no web address. It should begin with https:// or http://."), field=field)
    return _short_enough(value, limits.URL, field)


def few_enough(count: int, most: int, message: Any, field: str | None = None) -> None:
    """Raise Invalid with the message where there are more than `most`."""
    if count > most:
        raise Invalid(message, field=field)


def _short_enough(value: str, limit: int, field: str) -> str:
    over = len(value) - limit
    if over > 0:
        raise Invalid(
            ngettext(
                "This is %(num)d character too long; the limit is %(limit)d. Shorten it, or put the rest elsewhere.",
                "This is %(num)d characters too long; the limit is %(limit)d. Shorten it, or put the rest elsewhere.",
                over,
                limit=limit,
            ),
            field=field,
        )
    return value
