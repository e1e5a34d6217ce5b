"""Proving an address by the link of a mail: /verifications."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.recovery import ask_verification, find_verification, reset_password, verify
from kanban.models import User
from kanban.support import mailer
from kanban.support.brakes import brake, trying
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, Tick, read
from kanban.web.guards import go_in, has_registered, place, safe_next

bp = Blueprint("verifications", __name__)


class Address(Form):
    """Where the link is to go once more."""

    email = Text()


class Answer(Form):
    """The password of the account; with `choose` a new one."""

    password = Text()
    choose = Tick()


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
    """A form, if only of one button: programs that look into mails open every link, and must not use it up."""
    person = find_verification(secret).user
    has_password = person.password_hash is not None
    return render_template(
        "verifications/edit.html",
        secret=secret,
        email=person.email,
        is_here=has_registered(person),
        has_password=has_password,
        is_choosing=has_password and request.values.get("choose") == "1",
        next=safe_next(request.values.get("next")),
    )


@bp.put("/verifications/<secret>")
@limiter.limit("30 per minute; 200 per hour")
@form_at("verifications.edit")
def update(secret: str) -> Response:
    """Sign in whoever has chosen the password, here or as they can show; anybody else chooses another first."""
    form, after = read(Answer), safe_next(request.form.get("next"))
    password = form.password.data or ""
    if form.choose.data:
        reset_password(secret, password, place(), purpose="verify")
        flash(_("Your address is confirmed, and your password is changed. Sign in with the new one."))
        return redirect(url_for("sessions.new", next=after), code=303)
    person = _proved(secret, password)
    if person.password_hash is None:
        flash(_("Your address is confirmed. Now sign in."))
        return redirect(url_for("sessions.new", next=after), code=303)
    is_in = go_in(person, "password", is_remembered=False)
    flash(_("Your address is confirmed."))
    if not is_in:
        return redirect(url_for("session_factors.new", next=after), code=303)
    return redirect(after or url_for("home.index"), code=303)


def _proved(secret: str, password: str) -> User:
    person = find_verification(secret).user
    if has_registered(person):
        return verify(secret, password, place(), has_chosen=True)
    with trying("sign_in", person.email or ""):
        return verify(secret, password, place())
