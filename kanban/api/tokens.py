"""Tokens for programs (OAuth 2.0): POST /api/v1/auth/token."""

import structlog
from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from kanban.actions.grants import GrantRefused, Pair, grant_by_password, refresh
from kanban.api import oauth
from kanban.api.guards import place
from kanban.support.brakes import trying
from kanban.support.limits import limiter
from kanban.support.text import one_line

bp = Blueprint("tokens", __name__)
oauth.install(bp)
log = structlog.get_logger(__name__)


def _is_refresh() -> bool:
    """Whether no password is tried: the programs behind one address must not wait for each other."""
    try:
        return request.form.get("grant_type") == "refresh_token"
    except HTTPException:
        # Too large. Raised here, it would pass for a limit that cannot be counted.
        return False


@bp.post("/auth/token")
@limiter.limit("30 per minute; 200 per hour", exempt_when=_is_refresh)
@limiter.limit("300 per minute")
def create() -> Response:
    sent = oauth.read_form("grant_type")
    scope = sent.get("scope", "")
    if sent["grant_type"] == "password":
        sent = oauth.read_form("username", "password")
        pair = _by_password(sent, scope)
    elif sent["grant_type"] == "refresh_token":
        sent = oauth.read_form("refresh_token")
        pair = refresh(sent["refresh_token"], place(), scope=scope)
    else:
        raise GrantRefused("unsupported_grant_type", _("The grant types are password and refresh_token."))
    return oauth.answer(
        {
            "access_token": pair.access,
            "token_type": "Bearer",
            "expires_in": pair.expires_in,
            "refresh_token": pair.refresh,
            "scope": pair.scope,
        }
    )


def _by_password(sent: dict[str, str], scope: str) -> Pair:
    email = sent["username"]
    try:
        with trying("sign_in", email):
            pair = grant_by_password(email, sent["password"], sent.get("otp", ""), place(_program(sent)), scope=scope)
    except GrantRefused as refused:
        log.warning("sign_in_failed", code=refused.code)
        raise
    log.info("signed_in", method="api")
    return pair


def _program(sent: dict[str, str]) -> str:
    """What a program calls itself: no client is registered here, so the name is for its owner to know it by.

    Libraries send it in the form, or as the user of Basic, where a secret of theirs means nothing.
    """
    basic = request.authorization
    named = sent.get("client_id") or (basic.username if basic is not None and basic.type == "basic" else "")
    return one_line(named or "")[:255]
