"""Signing in by a passkey alone: /session/passkey."""

import structlog
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from kanban.actions.passkeys import SIGN_IN, check_passkey
from kanban.support.errors import Invalid
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, Tick, read
from kanban.web.guards import go_in, place, safe_next
from kanban.web.passkey_answers import asked_secret, party

bp = Blueprint("session_passkeys", __name__)
log = structlog.get_logger(__name__)


class Answer(Form):
    """What the passkey has answered, and whether to stay signed in."""

    credential = Text()
    remember = Tick()


@bp.post("/session/passkey")
@limiter.limit("30 per minute; 200 per hour")
@form_at("sessions.new")
def create() -> Response:
    form = read(Answer)
    try:
        person = check_passkey(SIGN_IN, form.credential.data or "", asked_secret(), party(), place())
    except Invalid:
        log.warning("sign_in_failed")
        raise
    # It is something one has, and has asked for something one knows or is: two factors by itself.
    go_in(person, "passkey", is_remembered=form.remember.data, has_proved_factor=True)
    log.info("signed_in", user_id=person.id)
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"), code=303)
