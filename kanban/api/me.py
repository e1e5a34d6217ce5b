"""Who one is, and what one's token may: GET /api/v1/auth/me."""

from flask import Blueprint, Response, g

from kanban.api import oauth
from kanban.api.guards import signed_in

bp = Blueprint("me", __name__)


@bp.get("/auth/me")
@signed_in
def show() -> Response:
    user, entry = g.actor.user, g.entry
    return oauth.answer(
        {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "is_admin": user.is_admin,
            "time_zone": user.time_zone,
            "locale": user.locale,
            "via": "personal_token" if entry.is_personal else "password",
            "scope": entry.scope,
            "board_id": g.actor.only_board_id,
            "expires_at": entry.expires_at.isoformat() if entry.expires_at is not None else None,
        }
    )
