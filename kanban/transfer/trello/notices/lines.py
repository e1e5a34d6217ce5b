"""A sentence of a receipt, and numbers as the reader's language writes them."""

from dataclasses import dataclass, field
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import ngettext as plural_of


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a receipt; `more` are lines to be unfolded under it."""

    text: str
    more: list[str] = field(default_factory=list)


def ngettext(singular: str, plural: str, count: int, **names: Any) -> str:
    """A sentence about a number of things; the number as the reader's language writes it."""
    return str(plural_of(singular, plural, count, **names, count=in_words(count)))


def in_words(number: int) -> str:
    """A number with the marks between thousands that the reader's language has."""
    return format_decimal(number, locale=get_locale() or "en")
