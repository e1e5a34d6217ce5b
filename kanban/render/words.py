"""The words of the interface, found quickly: a page says some hundreds of them.

Flask-Babel finds out for each anew which language the request speaks; here that is found
out once, and what templates said before is kept as markup.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g
from flask_babel import get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


class Language:
    """What has been said and drawn in one language; it never holds more than the templates do."""

    def __init__(self) -> None:
        self.translations = current_app.extensions["babel"].instance.domain_instance.get_translations()
        self.said: dict[str, Markup] = {}
        self.drawn: dict[Callable[[], Markup], Markup] = {}


_languages: dict[str, Language] = {}
_KEPT = 512  # what one macro draws is kept for as many different words, or the latest of them


def install(app: Flask) -> None:
    """Have templates say their words by these functions."""
    app.jinja_env.globals.update(
        _=_in_template, gettext=_in_template, ngettext=_many_in_template, fixed=fixed, kept=kept
    )


def gettext(text: str, /, **values: Any) -> str:
    """A text in the language of the request, with `%(name)s` filled in."""
    said = str(language_in_use().translations.ugettext(text))
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """The text for this number of things; `%(num)d` is the number."""
    return str(language_in_use().translations.ungettext(one, many, number)) % {"num": number, **values}


def fixed(draw: Callable[[], Markup]) -> Markup:
    """What a macro draws that depends on nothing but the language: drawn once."""
    drawn = language_in_use().drawn
    if draw not in drawn:
        drawn[draw] = draw()
    return drawn[draw]


def kept(draw: Callable[..., Markup]) -> Callable[..., Markup]:
    """A macro that depends on nothing but the language and the words it is given, drawn once for each of them."""

    # By their types too: a text and markup are the same to a dict, and are not drawn the same.
    @lru_cache(maxsize=_KEPT, typed=True)
    def drawn(_language: Language, *given: Any, **named: Any) -> Markup:
        return draw(*given, **named)

    def by_language(*given: Any, **named: Any) -> Markup:
        return drawn(language_in_use(), *given, **named)

    return by_language


def language_in_use() -> Language:
    """The language of the request."""
    # Flask-Babel's note of the locale in use, and ours beside it: force_locale changes the first.
    here = g._get_current_object().__dict__
    locale = getattr(here.get("_flask_babel"), "babel_locale", None)
    noted = here.get("words")
    if noted is not None and noted[0] is locale:
        found: Language = noted[1]
        return found
    locale = get_locale()
    language = _languages.setdefault(str(locale), Language())
    here["words"] = (locale, language)
    return language


@pass_eval_context
def _in_template(context: EvalContext, text: str, /, **values: Any) -> str:
    """As gettext; in markup what is filled in is escaped, and %% means % even where nothing is."""
    if not context.autoescape:
        return gettext(text) % values
    if values:
        return _markup(gettext(text)) % values
    said = language_in_use().said
    if text not in said:
        said[text] = _markup(gettext(text)) % {}
    return said[text]


@pass_eval_context
def _many_in_template(context: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    if not context.autoescape:
        return ngettext(one, many, number, **values)
    text = language_in_use().translations.ungettext(one, many, number)
    return _markup(text) % {"num": number, **values}


def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - our own words; what is filled in is escaped
