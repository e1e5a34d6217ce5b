"""What templates may call."""

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from kanban.models import LABEL_COLORS, TINTS, limits
from kanban.render import sentences, words
from kanban.render.dates import ago, day_words, due_face, due_words, in_full, in_zone
from kanban.render.devices import device_words, is_held_in_hand
from kanban.render.markdown import to_html
from kanban.render.roles import role_means, role_word
from kanban.render.tiles import remembered, tile_words
from kanban.render.words import Language, language_in_use
from kanban.render.words import gettext as _
from kanban.support.clock import now
from kanban.support.text import fingerprint

_AT_ONE_SITTING = timedelta(minutes=10)
_BOX = re.compile(r'<input\b[^>]*data-box="(\d+)"[^>]*>')
_LINK = re.compile(r'(<a\b[^>]*?) href="/[^"]*"')
_PLACE = re.compile(r' href="/((?:cards|lists)/\d)')
_BOX_BUTTON = Markup(
    '<button type="submit" class="box" role="checkbox" aria-checked="{}" aria-label="{}" formaction="{}"></button>'
)


def install(app: Flask) -> None:
    """Give every template the helpers."""
    # Flask-Babel declares its lazy strings safe HTML, though names that people typed stand in them.
    LazyString.__html__ = lambda text: escape(str(text))
    app.jinja_env.globals.update(
        dom_id=dom_id,
        due_face=due_face,
        due_words=due_words,
        remembered=remembered,
        tile_words=tile_words,
        day_words=day_words,
        color_name=color_name,
        label_colors=LABEL_COLORS,
        limits=limits,
        tints=TINTS,
        markdown=to_html,
        fingerprint=fingerprint,
        sentence=sentences.line,
        role_word=role_word,
        role_means=role_means,
        now=now,
    )
    words.install(app)
    app.jinja_env.filters["ago"] = ago
    app.jinja_env.filters["in_zone"] = in_zone
    app.jinja_env.filters["in_full"] = in_full
    app.jinja_env.filters["tickable"] = tickable
    app.jinja_env.filters["folded"] = folded
    app.jinja_env.filters["device"] = device_words
    app.jinja_env.tests["held_in_hand"] = is_held_in_hand
    app.jinja_env.filters["under"] = under
    app.jinja_env.filters["without_links"] = without_links


def dom_id(thing: Any, id_: int | None = None) -> str:
    """The id of a thing's root element: `card_7`."""
    if id_ is not None:
        return f"{thing}_{id_}"
    return f"{thing.kind}_{thing.id}"


def tickable(html: Markup, card_url: str) -> Markup:
    """Text whose boxes are buttons of the form around it, so that they tick without a script."""

    def button(found: re.Match[str]) -> Markup:
        ticked = "checked" in found[0]
        action = f"{card_url}/boxes/{found[1]}?_method={'delete' if ticked else 'put'}"
        return _BOX_BUTTON.format("true" if ticked else "false", _("Tick"), action)

    return Markup(_BOX.sub(button, html))  # noqa: S704 - the text was cleaned, and all that is put in is escaped


def under(html: Markup, path: str) -> Markup:
    """Lists and tiles with links of their own to what is on them: they are drawn once for all, not all may follow them.

    What people typed is left alone: a quotation mark in it is escaped.
    """
    # As plain text: markup would escape what is put in.
    return Markup(_PLACE.sub(rf' href="{escape(path)}/\1', str(html)))  # noqa: S704 - the path is escaped


def without_links(html: Markup) -> Markup:
    """Markup of ours whose links lead nowhere."""
    return Markup(_LINK.sub(r"\1", str(html)))  # noqa: S704 - it was markup, and some of it is left out


def color_name(color: str) -> str:
    """A colour's name in the language of the page."""
    return _color_names(language_in_use())[color]


@cache
def _color_names(_language: Language) -> dict[str, str]:
    return {
        "red": _("Red"),
        "orange": _("Orange"),
        "yellow": _("Yellow"),
        "lime": _("Lime"),
        "green": _("Green"),
        "teal": _("Teal"),
        "blue": _("Blue"),
        "violet": _("Violet"),
        "pink": _("Pink"),
        "slate": _("Slate"),
    }


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
