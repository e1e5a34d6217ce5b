"""Dates in words, and how a due date stands."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from babel.dates import format_date, format_skeleton
from flask_babel import get_locale, get_timezone

from kanban.render.words import gettext as _
from kanban.support.clock import now, zone

_SOON = timedelta(hours=48)


class DueFace(NamedTuple):
    """A due date as a badge shows it: `state` is done, late, soon or nothing."""

    iso: str
    words: str
    state: str


def due_face(card: Any, zone_name: str = "UTC") -> DueFace:
    """How a card's due date looks now; the words are those of a time zone, a script sets them right."""
    return DueFace(card.due_at.isoformat(), day_words(card.due_at, zone_name), due_state(card))


def due_state(card: Any) -> str:
    """done, late, soon (48 hours), or nothing."""
    if card.completed_at is not None:
        return "done"
    left = card.due_at - now()
    if left < timedelta():
        return "late"
    return "soon" if left <= _SOON else ""


def due_words(card: Any, zone_name: str = "UTC") -> str:
    """A due date in full: the day, and the time where it has one."""
    day = day_words(card.due_at, zone_name)
    if not card.due_has_time:
        return day
    return _("%(day)s, %(time)s", day=day, time=card.due_at.astimezone(zone(zone_name)).strftime("%H:%M"))


def day_words(at: datetime, zone_name: str = "UTC") -> str:
    """A day as people say it: Today, Tomorrow, 27 Nov, with the year when it is not this one."""
    there = zone(zone_name)
    day, today = at.astimezone(there).date(), now().astimezone(there).date()
    away = (day - today).days
    if away == 0:
        return _("Today")
    if away == 1:
        return _("Tomorrow")
    if away == -1:
        return _("Yesterday")
    return _day(day, day.year == today.year, str(get_locale() or "en"))


def in_zone(at: datetime, zone_name: str) -> datetime:
    """A moment as the clocks of a time zone show it: what a date field holds."""
    return at.astimezone(zone(zone_name))


def in_full(at: datetime, zone_name: str = "UTC") -> str:
    """A moment with its year and its time: what stands in a tooltip."""
    there = at.astimezone(zone(zone_name))
    day = _day(there.date(), False, str(get_locale() or "en"))
    return _("%(day)s, %(time)s", day=day, time=there.strftime("%H:%M"))


def ago(at: datetime) -> str:
    """How long ago, in a few letters; the full date stands beside it."""
    seconds = int((now() - at).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("%(n)s min ago", n=seconds // 60)
    if seconds < 86_400:
        return _("%(n)s h ago", n=seconds // 3600)
    return day_words(at, str(get_timezone()))


# A board shows the same few days a thousand times over, and Babel takes its time with each.
@lru_cache(maxsize=2048)
def _day(day: date, this_year: bool, locale: str) -> str:
    locale = "en_GB" if locale == "en" else locale
    return format_skeleton("MMMd", day, locale=locale) if this_year else format_date(day, "medium", locale=locale)
