"""The words of the interface, as templates ask for them.

A page says some hundreds of them. Flask-Babel finds out for each anew which language the
request speaks; here that is found out once, and what was said before is kept as markup.
"""

from typing import Any

from flask import Flask, current_app, g
from flask_babel import get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


class Language:
    """What has been said in one language; it never holds more than the texts of the templates."""

    def __init__(self) -> None:
        self.translations = current_app.extensions["babel"].instance.domain_instance.get_translations()
        self.said: dict[str, Markup] = {}


_languages: dict[str, Language] = {}


def install(app: Flask) -> None:
    """Have templates say their words by these functions."""
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


@pass_eval_context
def gettext(context: EvalContext, text: str, /, **values: Any) -> str:
    """A text in the language of the request, with `%(name)s` filled in and escaped."""
    language = language_in_use()
    if not context.autoescape:
        return str(language.translations.ugettext(text)) % values
    if values:
        return _markup(language.translations.ugettext(text)) % values
    said = language.said.get(text)
    if said is None:
        # Even without values %% means %.
        said = language.said[text] = _markup(language.translations.ugettext(text)) % {}
    return said


@pass_eval_context
def ngettext(context: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    """The text for this number of things; `%(num)s` is the number."""
    text = language_in_use().translations.ungettext(one, many, number)
    return (_markup(text) if context.autoescape else str(text)) % {"num": number, **values}


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


def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - our own words; what is filled in is escaped
