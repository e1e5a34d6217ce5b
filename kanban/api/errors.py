"""Refusals and failures of the API, as problems (RFC 9457)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from kanban.support.db import db
from kanban.support.errors import Refused, TooOften
from kanban.support.limits import wait
from kanban.support.observe import request_id

ROOT = "/api/"
log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Answer here what fails below /api; what fails elsewhere goes on to whoever answered before."""
    handlers = app.error_handler_spec[None][None]
    for kind, answer in ((Refused, _refused), (HTTPException, _http), (OperationalError, _away), (Exception, _failed)):
        app.register_error_handler(kind, _below_root(answer, handlers[kind]))

    @app.before_request
    def nobody_by_cookie() -> None:
        if request.path.startswith(ROOT):
            # Whose browser it is must change nothing here, not even the language of a sentence.
            g.is_nobody = True


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """An answer that says what is wrong: to a program by `code`, to people by `detail`."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request_id(),
        **{name: value for name, value in more.items() if value is not None},
    }
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    return response


def add_headers(error: Exception, response: Response) -> Response:
    """Say when to come again, or how to sign in, where that is what is wrong."""
    challenge = getattr(error, "challenge", None)
    if challenge is not None:
        response.headers["WWW-Authenticate"] = challenge
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.wait)
    elif response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = str(wait())
    return response


def sentence_of(status: int) -> str:
    """What to tell people of a refusal that has no words of its own."""
    if status == 404:
        return _("There is nothing here for you. It may be private, moved or deleted.")
    if status == 405:
        return _("This address does not take that method. The header Allow names those it takes.")
    if status == 413:
        return _("This is larger than the limit. Send less at once.")
    if status == 429:
        return _("That was too often. Wait a minute, then try again.")
    return _("This request could not be understood.")


def _below_root(answer: Callable[[Any], Any], before: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def chosen(error: Any) -> Any:
        return (answer if request.path.startswith(ROOT) else before)(error)

    return chosen


def _refused(error: Refused) -> Response:
    db.session.rollback()
    return add_headers(error, problem(error.status, error.code, str(error), field=error.field))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    code = {404: "not_found", 429: "too_many", 413: "too_large"}.get(status, "http")
    response = problem(status, code, sentence_of(status))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return add_headers(error, response)


def _away(error: OperationalError) -> Response:
    log.error("database_away", error=type(error.orig).__name__)
    db.session.rollback()
    response = problem(503, "database_away", _("The database cannot be reached. Try again in a moment."))
    response.headers["Retry-After"] = "2"
    return response


def _failed(error: Exception) -> Response:
    log.exception("unhandled", error=type(error).__name__)
    db.session.rollback()
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return problem(500, "failed", _("Something went wrong here. Nothing was lost; try again."))
