"""A new password by mail: /resets."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.recovery import ask_reset, find_reset, reset_password
from kanban.support import mailer
from kanban.support.brakes import brake
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import place

bp = Blueprint("resets", __name__)


class Address(Form):
    """Where an account's mail goes."""

    email = Text()


class NewPassword(Form):
    """The password to be."""

    password = Text()


@bp.get("/resets/new")
def new() -> str:
    return render_template("resets/new.html", has_server=mailer.is_set_up())


@bp.post("/resets")
@limiter.limit("10 per minute; 30 per hour")
@form_at("resets.new")
def create() -> Response:
    email = read(Address).email.data or ""
    brake("mail", email)
    ask_reset(email, place())
    flash(_("If this address has an account, a mail with a link is on its way. The link works for an hour."))
    return redirect(url_for("sessions.new"), code=303)


@bp.get("/resets/<secret>")
def edit(secret: str) -> str:
    return render_template("resets/edit.html", secret=secret, email=find_reset(secret).email)


@bp.put("/resets/<secret>")
@limiter.limit("30 per minute; 200 per hour")
@form_at("resets.edit")
def update(secret: str) -> Response:
    reset_password(secret, read(NewPassword).password.data or "", place())
    flash(_("Your password is changed, and you are signed out everywhere. Sign in with the new one."))
    return redirect(url_for("sessions.new"), code=303)
