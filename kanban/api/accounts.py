"""Making an account: POST /api/v1/auth/register."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from kanban.actions.accounts import register
from kanban.api.bodies import read_texts
from kanban.api.oauth import answer
from kanban.queries.site import site
from kanban.support.clock import ZONES
from kanban.support.errors import NotFound
from kanban.support.limits import limiter

bp = Blueprint("accounts", __name__)


@bp.post("/auth/register")
@limiter.limit("10 per minute; 60 per hour")
def create() -> Response:
    """Answered alike whether or not the address has an account: what to do next stands in a mail."""
    if site().registration != "open":
        raise NotFound(_("Accounts are made by invitation here. Ask somebody who has one."))
    sent = read_texts("name", "email", "password", optional=("time_zone",))
    zone = sent["time_zone"] if sent["time_zone"] in ZONES else "UTC"
    register(sent["name"], sent["email"], sent["password"], time_zone=zone)
    return answer({"detail": _("A mail is on its way. Open its link, or send its last part to /auth/verify.")}, 202)
