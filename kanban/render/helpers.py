"""What templates may call: ids of elements, dates in words, names of colours."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from babel.dates import format_date, format_skeleton
from flask import Flask
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from kanban.models import LABEL_COLORS, TINTS, limits
from kanban.render import sentences, words
from kanban.render.markdown import to_html
from kanban.support.clock import now, zone
from kanban.support.text import fingerprint

_COLOR_NAMES = {
    "red": lazy_gettext("Red"),
    "orange": lazy_gettext("Orange"),
    "yellow": lazy_gettext("Yellow"),
    "lime": lazy_gettext("Lime"),
    "green": lazy_gettext("Green"),
    "teal": lazy_gettext("Teal"),
    "blue": lazy_gettext("Blue"),
    "violet": lazy_gettext("Violet"),
    "pink": lazy_gettext("Pink"),
    "slate": lazy_gettext("Slate"),
}
_SOON = timedelta(hours=48)
_AT_ONE_SITTING = timedelta(minutes=10)
_BOX = re.compile(r'<input\b[^>]*data-box="(\d+)"[^>]*>')
_BOX_BUTTON = Markup(
    '<button type="submit" class="box" role="checkbox" aria-checked="{}" aria-label="{}" formaction="{}"></button>'
)


class DueFace(NamedTuple):
    """A due date as a badge shows it: `state` is done, late, soon or nothing."""

    iso: str
    words: str
    state: str


class TileWords(NamedTuple):
    """The words beside a tile's signs."""

    done: str
    due: str
    items: str
    comments: str
    attachments: str
    description: str


def install(app: Flask) -> None:
    """Give every template the helpers."""
    # Flask-Babel declares its lazy strings safe HTML, though names that people typed stand in them.
    LazyString.__html__ = lambda text: escape(str(text))
    app.jinja_env.globals.update(
        dom_id=dom_id,
        due_face=due_face,
        due_words=due_words,
        tile_words=tile_words,
        day_words=day_words,
        color_name=color_name,
        label_colors=LABEL_COLORS,
        limits=limits,
        tints=TINTS,
        markdown=to_html,
        fingerprint=fingerprint,
        sentence=sentences.line,
        now=now,
    )
    words.install(app)
    app.jinja_env.filters["ago"] = ago
    app.jinja_env.filters["in_zone"] = in_zone
    app.jinja_env.filters["in_full"] = in_full
    app.jinja_env.filters["tickable"] = tickable
    app.jinja_env.filters["folded"] = folded


def dom_id(thing: Any, id_: int | None = None) -> str:
    """The id of a thing's root element: `card_7`."""
    if id_ is not None:
        return f"{thing}_{id_}"
    return f"{thing.kind}_{thing.id}"


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


def tickable(html: Markup, card_url: str) -> Markup:
    """Text whose boxes are buttons of the form around it, so that they tick without a script."""

    def button(found: re.Match[str]) -> Markup:
        ticked = "checked" in found[0]
        action = f"{card_url}/boxes/{found[1]}?_method={'delete' if ticked else 'put'}"
        return _BOX_BUTTON.format("true" if ticked else "false", _("Tick"), action)

    return Markup(_BOX.sub(button, html))  # noqa: S704 - the text was cleaned, and all that is put in is escaped


def tile_words() -> TileWords:
    """What tiles say to those who do not see their signs: looked up once a language, as it is said a thousand times."""
    return _tile_words(str(get_locale()))


@lru_cache(maxsize=64)
def _tile_words(_locale: str) -> TileWords:
    return TileWords(
        done=_("Done:"),
        due=_("Due:"),
        items=_("Items done:"),
        comments=_("Comments:"),
        attachments=_("Attachments:"),
        description=_("Has a description"),
    )


# A board shows the same few days a thousand times over, and Babel takes its time with each.
@lru_cache(maxsize=2048)
def _day(day: date, this_year: bool, locale: str) -> str:
    locale = "en_GB" if locale == "en" else locale
    return format_skeleton("MMMd", day, locale=locale) if this_year else format_date(day, "medium", locale=locale)


def ago(at: datetime) -> str:
    """How long ago, in a few letters; the full date stands beside it."""
    seconds = int((now() - at).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("%(n)s min ago", n=seconds // 60)
    if seconds < 86_400:
        return _("%(n)s h ago", n=seconds // 3600)
    return day_words(at)


def color_name(color: str) -> str:
    """A colour's name in the language of the page."""
    return str(_COLOR_NAMES[color])


def folded(lines: Iterable[Any]) -> list[list[Any]]:
    """Lines of activity, the newest first; changes that one person made within ten minutes stand together."""
    groups: list[list[Any]] = []
    for line in lines:
        last = groups[-1] if groups else None
        if (
            last is not None
            and line.kind == last[0].kind == "change"
            and line.person == last[0].person
            and last[0].at - line.at <= _AT_ONE_SITTING
        ):
            last.append(line)
        else:
            groups.append([line])
    return groups
