"""What was typed into a form that could not be taken yet, kept in the session until that form is drawn again."""

import json
import zlib
from datetime import timedelta
from typing import NamedTuple

from flask import flash, g, request, session
from flask_babel import gettext as _

from kanban.support.clock import now

# What only proves something is not shown again, nor kept.
UNTOLD = frozenset({"csrf_token", "once", "password", "old_password", "new_password", "code", "credential", "key"})
_KEPT = "typed"
# A browser refuses cookies above 4 KB, and the session is one: packed, and a third longer again as letters.
_ROOM = 1800
_WITHIN = timedelta(hours=1)


class Kept(NamedTuple):
    """What was typed into the form of a page, by whom, and when (seconds since 1970)."""

    page: str
    fields: dict[str, str]
    user_id: int
    at: int


def keep_typed(page: str, user_id: int) -> bool:
    """Keep what this person sent for the form of this page; False where there is nothing to keep, or too much."""
    fields = typed_fields()
    if not fields or len(zlib.compress(json.dumps(fields).encode())) > _ROOM:
        return False
    keep_on(Kept(page, fields, user_id, int(now().timestamp())))
    return True


def typed_fields() -> dict[str, str]:
    """What was typed into the form that was sent, without its secrets."""
    # Of several of a name the last counts: a switch sends its "off" before it.
    sent = request.form.items(multi=True)
    return {name: text for name, text in sent if name not in UNTOLD | {"_method"} and text.strip()}


def kept_of(user_id: int | None) -> Kept | None:
    """What this browser keeps of a person; None where it is of somebody else, or too old."""
    kept = Kept(*session[_KEPT]) if _KEPT in session else None
    if kept is None or kept.user_id != user_id or now().timestamp() - kept.at >= _WITHIN.total_seconds():
        return None
    return kept


def keep_on(kept: Kept) -> None:
    """Keep in a new session what was kept in the one before it."""
    session[_KEPT] = kept


def kept_typed(user_id: int | None) -> dict[str, str]:
    """What was kept for the page that is drawn now: once, so that it is not found there another day.

    Whoever reads the page is told.
    """
    if "kept_form" not in g:
        g.kept_form = {}
        kept = kept_of(user_id)
        if kept is not None and request.method in {"GET", "HEAD"} and kept.page == request.script_root + request.path:
            g.kept_form = kept.fields
            session.pop(_KEPT)
            flash(_("What you typed stands in its form again. Look over it, and send it once more."))
    found: dict[str, str] = g.kept_form
    return found
