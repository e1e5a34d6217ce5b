"""Proving an address: /api/v1/auth/verify."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from kanban.actions.recovery import ask_verification, find_verification, verify
from kanban.api.bodies import read_texts
from kanban.api.guards import place
from kanban.api.oauth import answer
from kanban.support.brakes import brake, trying
from kanban.support.limits import limiter

bp = Blueprint("verifications", __name__)


@bp.post("/auth/verify/mail")
@limiter.limit("10 per minute; 30 per hour")
def create() -> Response:
    """Send the link again, and say the same whether there was anything to send."""
    email = read_texts("email")["email"]
    brake("mail", email)
    ask_verification(email, place())
    return answer({"detail": _("If this address waits to be confirmed, the link is on its way once more.")}, 202)


@bp.post("/auth/verify")
@limiter.limit("30 per minute; 200 per hour")
def update() -> Response:
    """Signs nobody in. Asks for the password all the same: whoever has the mailbox may not be who registered."""
    sent = read_texts("secret", optional=("password",))
    with trying("sign_in", find_verification(sent["secret"]).email):
        verify(sent["secret"], sent["password"], place())
    return Response(status=204)
