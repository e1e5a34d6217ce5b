"""The first admin, by the one-time link that the first start prints: /setup/<token>."""

from typing import Any

import structlog
from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.accounts import check_setup_token, set_up
from kanban.web.accounts import Registration, zone_in
from kanban.web.errors import form_at
from kanban.web.forms import read
from kanban.web.guards import go_in

bp = Blueprint("setup", __name__)
log = structlog.get_logger(__name__)


@bp.get("/setup/<token>")
def edit(token: str) -> Any:
    check_setup_token(token)
    return render_template("accounts/new.html", setup_token=token)


@bp.put("/setup/<token>")
@form_at("setup.edit")
def update(token: str) -> Response:
    form = read(Registration)
    admin = set_up(
        token,
        form.name.data or "",
        form.email.data or "",
        form.password.data or "",
        time_zone=zone_in(form),
    )
    go_in(admin, "setup", is_remembered=False)
    log.info("first_admin_made", user_id=admin.id)
    return redirect(url_for("home.index"), code=303)
