"""Making an account: /accounts."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.accounts import register
from kanban.queries.site import site
from kanban.support.clock import ZONES
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.finding import not_found
from kanban.web.forms import Form, Text, read
from kanban.web.guards import current_person, note_registering

bp = Blueprint("accounts", __name__)


class Registration(Form):
    """Who one is, and a password."""

    name = Text()
    email = Text()
    password = Text()
    time_zone = Text()


@bp.get("/accounts/new")
def new() -> Any:
    _registration_is_open()
    if current_person() is not None:
        return redirect(url_for("home.index"), code=303)
    return render_template("accounts/new.html")


@bp.post("/accounts")
@limiter.limit("10 per minute; 60 per hour")
@form_at("accounts.new")
def create() -> Response:
    _registration_is_open()
    form = read(Registration)
    note_registering(
        register(form.name.data or "", form.email.data or "", form.password.data or "", time_zone=zone_in(form))
    )
    return redirect(url_for("verifications.new"), code=303)


def zone_in(form: Registration) -> str:
    """The time zone a browser says it is in; UTC where it says none, or one that we do not know."""
    named = form.time_zone.data or ""
    return named if named in ZONES else "UTC"


def _registration_is_open() -> None:
    if site().registration != "open":
        not_found()
