"""Programs that one has signed in by password: /account/programs."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.grants import end_family
from kanban.web.guards import signed_in

bp = Blueprint("programs", __name__)


@bp.delete("/account/programs/<int:program_id>")
@signed_in
def destroy(program_id: int) -> Response:
    end_family(g.actor, program_id)
    flash(_("That program is signed out."))
    return redirect(url_for("account_sessions.index"), code=303)
