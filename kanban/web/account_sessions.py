"""Where one is signed in: /account/sessions."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.sessions import end_own_session
from kanban.queries.tokens import programs_of, sessions_of
from kanban.support.clock import now
from kanban.web.guards import current_session, go_out, signed_in, without_factor

bp = Blueprint("account_sessions", __name__)


@bp.get("/account/sessions")
@signed_in
@without_factor
def index() -> str:
    current = current_session()
    current_id = current.id if current is not None else None
    return render_template(
        "account_sessions/index.html",
        sessions=sorted(sessions_of(g.actor.user, now()), key=lambda each: each.id != current_id),
        programs=programs_of(g.actor.user, now()),
        current_id=current_id,
    )


@bp.delete("/account/sessions/<int:session_id>")
@signed_in
@without_factor
def destroy(session_id: int) -> Response:
    current = current_session()
    if current is not None and current.id == session_id:
        go_out()
        return redirect(url_for("sessions.new"), code=303)
    end_own_session(g.actor, session_id)
    flash(_("That browser is signed out."))
    return redirect(url_for("account_sessions.index"), code=303)
