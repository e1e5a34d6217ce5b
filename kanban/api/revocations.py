"""Giving a token back (RFC 7009): POST /api/v1/auth/revoke."""

from flask import Blueprint, Response

from kanban.actions.grants import revoke_refresh
from kanban.actions.tokens import PREFIX, revoke_secret
from kanban.api import oauth
from kanban.api.guards import end_access, place
from kanban.support.limits import limiter

bp = Blueprint("revocations", __name__)
oauth.install(bp)


@bp.post("/auth/revoke")
@limiter.limit("60 per minute")
def create() -> Response:
    """Whoever holds a token may end it. One that is not there is answered alike (RFC 7009, 2.2)."""
    token, here = oauth.read_form("token")["token"], place()
    if token.startswith(PREFIX):
        revoke_secret(token, here.address)
    elif not revoke_refresh(token, here):
        end_access(token)
    return oauth.answer({})
