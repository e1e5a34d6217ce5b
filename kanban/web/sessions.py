"""Signing in and out: /session."""

from typing import Any

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kanban.actions.accounts import has_admin
from kanban.actions.sessions import check_credentials
from kanban.queries.site import site
from kanban.support.brakes import trying
from kanban.support.directory import directory
from kanban.support.errors import Invalid
from kanban.support.limits import limiter
from kanban.support.oidc import clients
from kanban.web.answering import private
from kanban.web.directory import come_in_by_directory
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, Tick, read
from kanban.web.guards import current_person, go_in, go_out, has_ended, keeps_typed, pending_secret, place, safe_next

bp = Blueprint("sessions", __name__)
log = structlog.get_logger(__name__)


class SignIn(Form):
    """An address, a password, and whether to stay signed in."""

    email = Text()
    password = Text()
    remember = Tick()
    # Whether these are the name and the password of the site's directory.
    directory = Tick()


@bp.get("/session/new")
def new() -> Any:
    after = safe_next(request.values.get("next"))
    if current_person() is not None:
        return redirect(after or url_for("home.index"), code=303)
    if request.method == "GET" and pending_secret() is not None:
        return redirect(url_for("session_factors.new", next=after), code=303)
    return render_template(
        "sessions/new.html",
        next=after,
        registration=site().registration,
        is_set_up=has_admin(),
        has_ended=has_ended(),
        keeps_typed=keeps_typed(),
        providers=[client.provider for client in clients().values()],
        directory=directory(),
    )


@bp.post("/session")
@limiter.limit("30 per minute; 200 per hour")
@form_at("sessions.new")
def create() -> Response:
    form = read(SignIn)
    email = form.email.data or ""
    try:
        with trying("sign_in", email):
            if form.directory.data:
                person = come_in_by_directory(email, form.password.data or "")
            else:
                person = check_credentials(email, form.password.data or "", place())
    except Invalid:
        log.warning("sign_in_failed")
        raise
    after = safe_next(request.form.get("next"))
    if not go_in(person, "ldap" if form.directory.data else "password", is_remembered=form.remember.data):
        return redirect(url_for("session_factors.new", next=after), code=303)
    log.info("signed_in", user_id=person.id)
    return redirect(after or url_for("home.index"), code=303)


@bp.delete("/session")
def destroy() -> Response:
    go_out()
    response = redirect(url_for("sessions.new"), code=303)
    # Drafts and pages kept by the browser leave with the one who wrote them.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return private(response)  # type: ignore[arg-type]
