"""Coming by an invitation: /invitations/<secret>/acceptance."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.invitations import accept_invitation, find_invitation, register_by_invitation
from kanban.models import Invitation
from kanban.support.limits import limiter
from kanban.web.accounts import Registration, zone_in
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.forms import read
from kanban.web.guards import go_in, note_registering, signed_in

bp = Blueprint("acceptances", __name__)


@bp.post("/invitations/<secret>/acceptance")
@limiter.limit("10 per minute; 60 per hour")
@form_at("invitations.edit")
def create(secret: str) -> Response:
    """Make an account, and take the role with it."""
    form = read(Registration)
    page = _place_of(find_invitation(secret))
    person = register_by_invitation(
        secret,
        form.name.data or "",
        form.email.data or "",
        form.password.data or "",
        time_zone=zone_in(form),
    )
    if person.verified_at is None:
        note_registering(person)
        return redirect(url_for("verifications.new"), code=303)
    go_in(person, "password", is_remembered=False)
    flash(_("Welcome to Kanban."))
    return redirect(page, code=303)


@bp.put("/invitations/<secret>/acceptance")
@limiter.limit("30 per minute")
@form_at("invitations.edit")
@signed_in
def update(secret: str) -> Response:
    """Take the role for the account one is signed in to."""
    page = _place_of(find_invitation(secret))
    event = accept_invitation(g.actor, secret)
    if not event.changes:
        flash(_("You are here already, with that role or more."))
    return answer(event, page=page, away=True)


def _place_of(invitation: Invitation) -> str:
    if invitation.board_id is not None:
        return url_for("boards.show", board_id=invitation.board_id)
    return url_for("workspaces.show", workspace_id=invitation.workspace_id)
