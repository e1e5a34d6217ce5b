"""What a new password must be: long enough, and none that is guessed first."""

import re
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _

from kanban.models import limits
from kanban.queries.site import site
from kanban.support.errors import Invalid
from kanban.support.passwords import is_common
from kanban.support.text import squash

_OURS = "kanban"
# Shorter ones stand in many words that have nothing to do with them.
_WORD_LEAST = 4
_NO_WORD = re.compile(r"[\W_]+")


def check_password(password: str, name: str, email: str) -> None:
    """Raise Invalid for a password that is too short, too long, known to everybody, or easily guessed.

    Any characters are good, spaces and emoji too; none is asked for.
    """
    least = max(site().password_least, limits.PASSWORD_MIN)
    if len(password) > limits.PASSWORD_MAX:
        _refuse(_("Use at most %(most)d characters.", most=limits.PASSWORD_MAX))
    if len(password) < least:
        _refuse(_("Use at least %(least)d characters; 15 or more are better.", least=least))
    if len(set(password)) < 3:
        _refuse(_("This password repeats one or two characters. Mix more of them."))
    if _is_told(password, name, email):
        _refuse(_("This password is easily guessed: it is little more than your name, your address or ours."))
    if is_common(password):
        _refuse(_("This password was stolen elsewhere, and is among the first to be tried. Choose another."))


def _is_told(password: str, name: str, email: str) -> bool:
    """Whether too little is left of it without what everybody knows of the account (ASVS 6.1.2, 6.2.11)."""
    whole = rest = squash(password)
    told = {_OURS, *(word for text in (name, email) for word in (squash(text), *_NO_WORD.split(squash(text))))}
    # The longest first: an address holds the name of its host.
    for word in sorted(told, key=len, reverse=True):
        if len(word) >= _WORD_LEAST:
            rest = rest.replace(word, "")
    return len(rest) < min(len(whole), limits.PASSWORD_MIN)


def _refuse(message: Any) -> NoReturn:
    raise Invalid(message, field="password")
