"""Answering a change: fragments for htmx, the next page for a plain form."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, g, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kanban.models import Event
from kanban.render import sentences, streams
from kanban.web.guards import page_before, safe_next, told

_CARD_PATH = re.compile(r".*/cards/(\d{1,9})$")


def is_htmx() -> bool:
    """Whether a script asks, and takes fragments."""
    return request.headers.get("HX-Request") == "true"


def answer(event: Event, *, page: str, away: bool = False, only_counts: bool = False) -> AnyResponse:
    """Say what has happened: `page` is where a plain form goes on.

    `away` has a script go to the page as well, where what was looked at is gone.
    `only_counts` as in streams.answer.
    """
    if is_htmx() and not away:
        drawn = streams.answer(
            event,
            g.actor,
            card_id=_open_card(),
            # The script says so where the card stands in the dialog over its board.
            level=2 if request.headers.get("X-Dialog") else 1,
            only_counts=only_counts,
        )
        if drawn is not None:
            response = make_response(drawn)
            if event.id is not None:
                response.headers["X-Event"] = str(event.id)
            return private(response)
    if event.id is not None:
        # Flashed as it is: the layout draws the sentence with its button.
        flash(_notice(event), "undo")  # type: ignore[arg-type]
    if is_htmx():
        response = Response(status=200)
        response.headers["HX-Redirect"] = page
        return private(response)
    return redirect(page, code=303)


def onward(default: str) -> str:
    """Where a plain form asks to go on to, if that is a page of ours; else the default."""
    return safe_next(request.form.get("next")) or default


def came_from(default: str) -> str:
    """The page of ours on which the form stood, as the browser says, if it is another one than the default."""
    page = page_before()
    if page is None or urlsplit(page).path in {urlsplit(default).path, request.path}:
        return onward(default)
    return onward(page)


def private(response: Response) -> Response:
    """Keep a page out of every cache but the browser's back button."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _notice(event: Event) -> dict[str, Any]:
    return {"text": str(sentences.notice(event)), "event_id": event.id if sentences.offers_undo(event) else None}


def _open_card() -> int | None:
    """The card whose page or dialog the asking browser has open, by its address."""
    found = _CARD_PATH.match(told("HX-Current-URL").path)
    return int(found.group(1)) if found else None
