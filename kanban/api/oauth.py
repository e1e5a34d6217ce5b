"""What the OAuth endpoints read and answer (RFC 6749, RFC 7009): forms in, errors of their own shape out."""

import unicodedata
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from kanban.actions.grants import GrantRefused
from kanban.api.errors import add_headers, sentence_of
from kanban.support.db import db
from kanban.support.errors import Refused

_LONGEST = 4_096
# Curly quotes would be lost below, and straight ones are not allowed (RFC 6749, 5.2).
_QUOTES = str.maketrans({"“": "'", "”": "'", '"': "'", "\\": "/", "…": "..."})


def install(blueprint: Blueprint) -> None:
    """Have the refusals of a blueprint answered as RFC 6749 asks."""
    blueprint.register_error_handler(Refused, _refused)
    blueprint.register_error_handler(HTTPException, _http)


def read_form(*needed: str) -> dict[str, str]:
    """The parameters that were sent; one without a value counts as not sent (RFC 6749, 3.2). Raises GrantRefused."""
    if request.mimetype != "application/x-www-form-urlencoded":
        raise GrantRefused("invalid_request", _("Send a form: Content-Type: application/x-www-form-urlencoded."))
    found: dict[str, str] = {}
    for name, values in request.form.lists():
        if len(values) > 1:
            raise GrantRefused("invalid_request", _("Send each parameter once."))
        if len(values[0]) > _LONGEST:
            raise GrantRefused("invalid_request", _("A parameter is too long."))
        if values[0]:
            found[name] = values[0]
    for name in needed:
        if name not in found:
            raise GrantRefused("invalid_request", _("The parameter %(name)s is missing.", name=name))
    return found


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """JSON that nobody may keep a copy of."""
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response


def _refused(error: Refused) -> Response:
    db.session.rollback()
    # 429 has no name there; a client knows this one, and reads the status.
    code = error.code if isinstance(error, GrantRefused) else "temporarily_unavailable"
    return add_headers(error, answer({"error": code, "error_description": _plain(str(error))}, error.status))


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    code = "temporarily_unavailable" if status == 429 else "invalid_request"
    return add_headers(error, answer({"error": code, "error_description": _plain(sentence_of(status))}, status))


def _plain(text: str) -> str:
    """A sentence in the characters that RFC 6749 allows there: ASCII without quotes."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_QUOTES))
    return "".join(char for char in decomposed if " " <= char <= "~")
