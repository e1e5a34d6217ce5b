"""Asking a browser for a passkey, and reading its answer: what the pages that do so share."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, jsonify, session
from werkzeug.wrappers import Response

from kanban.actions.passkeys import Asked, Party
from kanban.web.answering import private

_ASKED = "passkey_asked"


def party() -> Party:
    """This site, by the address that people open."""
    base: str = current_app.config["BASE_URL"]
    return Party(urlsplit(base).hostname or "", base)


def ask(asked: Asked) -> Response:
    """The question for the script; the browser keeps by its cookie which one it was."""
    session[_ASKED] = asked.secret
    response: Any = jsonify(asked.options)
    return private(response)


def asked_secret() -> str:
    """The secret of the question that this browser was asked last; it is forgotten by this."""
    return str(session.pop(_ASKED, ""))
