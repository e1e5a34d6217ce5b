"""Refusals and failures, as pages: what happened, what is safe, what to do."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from kanban.support.db import db
from kanban.support.errors import FactorRequired, NotFound, Refused, SessionEnded, TooOften
from kanban.support.limits import wait
from kanban.web.answering import is_htmx, private
from kanban.web.guards import current_person
from kanban.web.kept import UNTOLD, kept_typed

View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger(__name__)
# Refusals that have a page of their own, with a way on.
_TEMPLATES = {FactorRequired: "errors/factor.html", SessionEnded: "errors/ended.html"}


def form_at(endpoint: str) -> Callable[[View], View]:
    """Name the page whose form a view reads: a refusal draws it again, with what was typed."""

    def mark(view: View) -> View:
        view.form_at = endpoint  # type: ignore[attr-defined]
        return view

    return mark


def install(app: Flask) -> None:
    """Have the application answer refusals and failures."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _failed)
    app.context_processor(_tell_of_kept)
    app.jinja_env.globals["typed"] = typed
    app.jinja_env.globals["error_for"] = error_for
    app.jinja_env.globals["error_apart_from"] = error_apart_from
    app.jinja_env.globals["refusal"] = refusal


def refused(error: Refused) -> Any:
    """Answer a refusal: as JSON for a script, else the form again, else a page that says why."""
    db.session.rollback()
    answered = _refusal(error)
    if isinstance(error, TooOften):
        answered.headers["Retry-After"] = str(error.wait)
    return answered


def problem(error: Refused) -> Response:
    """A refusal for a script (RFC 9457): the sentence, its field, and the ways out."""
    body = {
        "title": str(error),
        "status": error.status,
        "code": error.code,
        "field": error.field,
        "may_insist": bool(error.extra.get("may_insist")),
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
    }
    for name in ("theirs", "base"):
        if name in error.extra:
            body[name] = error.extra[name]
    if "obstacles" in error.extra:
        body["obstacles"] = [str(each.sentence) for each in error.extra["obstacles"]]
        body["may_undo_rest"] = error.extra["may_undo_rest"]
    response = jsonify(body)
    response.status_code = error.status
    response.content_type = "application/problem+json"
    return private(response)


def typed(name: str, default: Any = "") -> Any:
    """What was typed into a field before a refusal, or a fresh sign-in, else the default: for the form's field."""
    if refusal() is None:
        return kept_typed(_person_id()).get(name, default)
    # A switch sends its "off" before it: the last one counts, as for whoever reads the form.
    return (_sent().getlist(name) or [default])[-1]


def error_for(name: str) -> str | None:
    """The sentence that belongs beside a field, if the form was refused because of it."""
    error = refusal()
    if error is None:
        return None
    return str(error) if error.field == name or (error.field is None and name == "") else None


def error_apart_from(*names: str) -> str | None:
    """The sentence for a form as a whole: one that none of its fields shows beside itself."""
    error = refusal()
    return None if error is None or error.field in names else str(error)


def refusal() -> Refused | None:
    """Why the form on the page was refused, if it was: `extra` holds the ways out."""
    return getattr(g, "refused", None)


def _refusal(error: Refused) -> Response:
    if is_htmx():
        return problem(error)
    again = None if isinstance(error, NotFound | SessionEnded) else _form_again(error)
    if again is not None:
        return make_response(_with_status(again, error.status))
    return _page(error.status, str(error), _TEMPLATES.get(type(error), ""), error)


def _form_again(error: Refused) -> Response | None:
    """The form that was sent, with what was typed; None where there is none, or it cannot be shown either."""
    view = current_app.view_functions.get(request.endpoint or "")
    endpoint = getattr(view, "form_at", None)
    if endpoint is None:
        return None
    g.refused = error
    try:
        again = make_response(current_app.view_functions[endpoint](**(request.view_args or {})))
    except (Refused, HTTPException):
        return None
    return again if again.status_code == 200 else None


def _page(status: int, message: str = "", template: str = "", error: Refused | None = None) -> Response:
    template = template or {403: "errors/404.html", 404: "errors/404.html", 500: "errors/500.html"}.get(
        status, "errors/generic.html"
    )
    lost = {name: value for name, value in _sent().items() if name not in UNTOLD and value and not value.isdigit()}
    body = render_template(
        template,
        status=status,
        message=message,
        error=error,
        typed_text=lost,
        request_id=structlog.contextvars.get_contextvars().get("request_id"),
    )
    return private(_with_status(body, status))


def _person_id() -> int | None:
    person = current_person()
    return person.id if person is not None else None


def _tell_of_kept() -> dict[str, Any]:
    """Before a page is drawn: its notices stand above the form that holds what was kept."""
    if request:
        kept_typed(_person_id())
    return {}


def _sent() -> MultiDict[str, str]:
    """The form that was sent; an empty one where reading it is what failed."""
    try:
        return request.form
    except HTTPException:
        return MultiDict()


def _with_status(answer: Any, status: int) -> Any:
    response = make_response(answer)
    response.status_code = status
    return response


def _forged(_error: CSRFError) -> Any:
    if is_htmx() and current_person() is None:
        # The session has ended, and its token with it: a script leads to the door and back.
        return Response(status=401)
    message = _("This form has grown too old, or came from elsewhere. Your text is kept: send it once more.")
    stale = Refused(message)
    stale.status, stale.code = 400, "stale_form"
    return refused(stale)


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if status == 413:
        return _too_large()
    if status == 429:
        answered = refused_with(429, "too_many", _("That was too often. Wait a minute, then try again."))
        answered.headers["Retry-After"] = str(getattr(error, "retry_after", None) or wait())
        return answered
    if status < 400:
        return error
    if is_htmx():
        return refused_with(status, "http", _status_sentence(status))
    return _page(status, _status_sentence(status))


def _too_large() -> Any:
    if is_htmx() or request.mimetype == "multipart/form-data":
        return refused_with(413, "too_large", _("This is larger than the limit. Send less at once."))
    # The text has not been read, so it cannot be drawn again: the browser still has it.
    return _page(413, _("This is larger than the limit. Go back, where your text still is, and send less at once."))


def refused_with(status: int, code: str, message: str) -> Any:
    """Answer with a refusal that has no exception of its own."""
    error = Refused(message)
    error.status, error.code = status, code
    return make_response(refused(error))


def _status_sentence(status: int) -> str:
    if status == 405:
        return _("This address does not take that. Go back and use the buttons of the page.")
    if status in {403, 404}:
        return _("There is nothing here for you. It may be private, moved or deleted.")
    return _("This request could not be understood. Go back and try again.")


def _database_away(error: OperationalError) -> Any:
    log.error("database_away", error=type(error.orig).__name__)
    db.session.rollback()
    g.is_nobody = True
    message = _("The database cannot be reached. Your text is kept here. Try again in a moment.")
    answered = refused_with(503, "database_away", message) if is_htmx() else _page(503, message)
    answered.headers["Retry-After"] = "2"
    return answered


def _failed(error: Exception) -> Any:
    log.exception("unhandled", error=type(error).__name__)
    db.session.rollback()
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    if is_htmx():
        return refused_with(500, "failed", _("Something went wrong here. Nothing was lost; try again."))
    return _page(500)
