"""What was typed into a form that could not be taken yet, kept in the session until that form is drawn again."""

import json

from flask import g, request, session

# What only proves something is not shown again, nor kept.
UNTOLD = frozenset({"csrf_token", "once", "password", "old_password", "new_password", "code", "credential", "key"})
_KEPT = "kept_form"
# A browser refuses cookies above 4 KB, and the session is one.
_ROOM = 1500


def keep_typed(page: str) -> bool:
    """Keep what was sent for the form of this page; False where there is nothing to keep, or too much."""
    # Of several of a name the last counts: a switch sends its "off" before it.
    sent = request.form.items(multi=True)
    fields = {name: text for name, text in sent if name not in UNTOLD | {"_method"} and text.strip()}
    if not fields or len(json.dumps(fields)) > _ROOM:
        return False
    session[_KEPT] = [page, fields]
    return True


def kept_typed() -> dict[str, str]:
    """What was kept for the page that is drawn now: once, so that it is not found there another day."""
    if "kept_form" not in g:
        page, fields = session.get(_KEPT) or ("", {})
        is_here = request.method in {"GET", "HEAD"} and page == request.script_root + request.path
        g.kept_form = fields if is_here else {}
        if is_here:
            session.pop(_KEPT)
    kept: dict[str, str] = g.kept_form
    return kept
