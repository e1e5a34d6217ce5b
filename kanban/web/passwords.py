"""One's own password: /account/password."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.credentials import change_password
from kanban.support.brakes import trying
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import current_session, fresh_login, signed_in

bp = Blueprint("passwords", __name__)


class Change(Form):
    """The password there is, and the one to be."""

    old_password = Text()
    password = Text()


@bp.get("/account/password/edit")
@signed_in
@fresh_login
def edit() -> str:
    return render_template("passwords/edit.html", has_password=g.actor.user.password_hash is not None)


@bp.put("/account/password")
@limiter.limit("30 per minute; 200 per hour")
@form_at("passwords.edit")
@signed_in
@fresh_login
def update() -> Response:
    form, session = read(Change), current_session()
    with trying("factor", g.actor.user.email or ""):
        change_password(
            g.actor, form.old_password.data or "", form.password.data or "", but=session.id if session else None
        )
    flash(_("Your password is changed. You are signed out everywhere else, and your tokens have ended."))
    return redirect(url_for("passwords.edit"), code=303)
