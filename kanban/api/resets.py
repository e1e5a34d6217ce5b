"""A new password by mail: /api/v1/auth/reset."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from kanban.actions.recovery import ask_reset, reset_password
from kanban.api.bodies import read_texts
from kanban.api.guards import place
from kanban.api.oauth import answer
from kanban.support.brakes import brake
from kanban.support.limits import limiter

bp = Blueprint("resets", __name__)


@bp.post("/auth/reset/mail")
@limiter.limit("10 per minute; 30 per hour")
def create() -> Response:
    """Answered alike whether or not the address has an account."""
    email = read_texts("email")["email"]
    brake("mail", email)
    ask_reset(email, place())
    return answer({"detail": _("If this address has an account, a mail with a link is on its way.")}, 202)


@bp.post("/auth/reset")
@limiter.limit("30 per minute; 200 per hour")
def update() -> Response:
    """Ends everything that is signed in, this program included; the second factor stays."""
    sent = read_texts("secret", "password")
    reset_password(sent["secret"], sent["password"], place())
    return Response(status=204)
