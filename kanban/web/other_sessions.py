"""Everywhere that one is signed in but here: /account/sessions/others."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.sessions import end_other_sessions
from kanban.web.guards import current_session, signed_in, without_factor

bp = Blueprint("other_sessions", __name__)


@bp.delete("/account/sessions/others")
@signed_in
@without_factor
def destroy() -> Response:
    current = current_session()
    assert current is not None
    end_other_sessions(g.actor, current.id)
    flash(_("You are signed out everywhere but here."))
    return redirect(url_for("account_sessions.index"), code=303)
