"""What a passkey is asked by whoever is signing in: /session/challenge."""

from flask import Blueprint
from werkzeug.wrappers import Response

from kanban.actions.passkeys import FACTOR, SIGN_IN, ask_passkey
from kanban.actions.pending_sign_ins import find_pending
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import pending_secret
from kanban.web.passkey_answers import ask, party

bp = Blueprint("session_challenges", __name__)


class Wish(Form):
    """What the passkey is for: `factor` after a password, else a sign-in by itself."""

    purpose = Text()


@bp.post("/session/challenge")
@limiter.limit("30 per minute; 300 per hour")
@form_at("sessions.new")
def create() -> Response:
    if read(Wish).purpose.data != "factor":
        return ask(ask_passkey(SIGN_IN, party()))
    _pending, user = find_pending(pending_secret() or "")
    return ask(ask_passkey(FACTOR, party(), user))
