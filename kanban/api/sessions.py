"""Signing a program out: POST /api/v1/auth/logout."""

from flask import Blueprint, Response, g

from kanban.actions.grants import end_family
from kanban.actions.tokens import revoke_token
from kanban.api.guards import any_scope, signed_in

bp = Blueprint("sessions", __name__)


@bp.post("/auth/logout")
@signed_in
@any_scope
def create() -> Response:
    """End what this request came in by: the sign-in with all its tokens, or the personal token."""
    end = revoke_token if g.entry.is_personal else end_family
    end(g.actor, g.entry.bearer.given.id)
    return Response(status=204)
