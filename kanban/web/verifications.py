"""Proving an address by the link of a mail: /verifications."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.accounts import find_link, verify
from kanban.actions.recovery import ask_verification
from kanban.support import mailer
from kanban.support.brakes import brake
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import go_in, has_registered, place, safe_next

bp = Blueprint("verifications", __name__)


class Address(Form):
    """Where the link is to go once more."""

    email = Text()


@bp.get("/verifications/new")
def new() -> str:
    """What to do now, the same for everybody: it must not tell whether an address has an account."""
    return render_template("verifications/new.html", has_server=mailer.is_set_up())


@bp.post("/verifications")
@limiter.limit("10 per minute; 30 per hour")
@form_at("verifications.new")
def create() -> Response:
    """Send the link again, and say the same whether there was anything to send."""
    email = read(Address).email.data or ""
    brake("mail", email)
    ask_verification(email, place())
    flash(_("If this address waits to be confirmed, the link is on its way once more."))
    return redirect(url_for("verifications.new"), code=303)


@bp.get("/verifications/<secret>")
def edit(secret: str) -> Any:
    """A button: programs that look into mails open every link, and must not use it up."""
    person = find_link(secret, "verify").user
    return render_template(
        "verifications/edit.html",
        secret=secret,
        is_here=has_registered(person),
        next=safe_next(request.values.get("next")),
    )


@bp.put("/verifications/<secret>")
@form_at("verifications.edit")
def update(secret: str) -> Response:
    """Sign in whoever has just chosen the password here; anybody else is asked for it."""
    person, after = verify(secret), safe_next(request.form.get("next"))
    if not has_registered(person):
        flash(_("Your address is confirmed. Sign in with the password of your account."))
        return redirect(url_for("sessions.new", next=after), code=303)
    go_in(person, "password", is_remembered=False)
    flash(_("Your address is confirmed."))
    return redirect(after or url_for("home.index"), code=303)
