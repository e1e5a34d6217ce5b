"""Invitations that are still open, of all workspaces: /admin/invitations."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from kanban.actions.people import withdraw_invitation
from kanban.models import Invitation
from kanban.queries.administration import open_invitations
from kanban.support.clock import now
from kanban.support.db import db
from kanban.web.finding import not_found
from kanban.web.forms import asked
from kanban.web.guards import admin_only

bp = Blueprint("admin_invitations", __name__)


@bp.get("/admin/invitations")
@admin_only
def index() -> Any:
    page = open_invitations(now(), asked("before"))
    return render_template("admin/invitations.html", section="invitations", page=page)


@bp.delete("/admin/invitations/<int:invitation_id>")
@admin_only
def destroy(invitation_id: int) -> Any:
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None:
        not_found()
    withdraw_invitation(g.actor, invitation)
    flash(_("The invitation is good no more."))
    return redirect(url_for("admin_invitations.index"), code=303)
