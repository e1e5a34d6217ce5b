"""All of one's own data, to take along or to delete: /account/data."""

import json
import tempfile
import zipfile
from typing import IO, Any

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.audit import note
from kanban.actions.erasure import erase_account
from kanban.queries.leaving import legacy_of
from kanban.queries.own_data import own_data
from kanban.support import storage
from kanban.support.clock import now
from kanban.support.db import transaction
from kanban.support.limits import limiter
from kanban.web.answering import private
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import fresh_login, go_out, signed_in

bp = Blueprint("account_data", __name__)
_IN_MEMORY = 1_000_000


class Confirmation(Form):
    """The address of the account, typed by whoever wants to delete it."""

    email = Text()


@bp.get("/account/data")
@signed_in
@fresh_login
def show() -> str:
    return render_template("account_data/show.html", legacies=legacy_of(g.actor.user))


@bp.post("/account/data")
@limiter.limit("5 per minute; 20 per hour")
@form_at("account_data.show")
@signed_in
@fresh_login
def create() -> Response:
    """Send the data as a zip: a JSON file for each kind of thing, and the picture."""
    packed: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the answer
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, section in own_data(g.actor.user):
            archive.writestr(f"{name}.json", json.dumps(section, ensure_ascii=False, indent=2))
        picture = storage.find(g.actor.user.avatar or "")
        if picture is not None:
            archive.write(picture, "picture.webp")
    packed.seek(0)
    with transaction():
        note(g.actor, "account.exported", g.actor.user)
    answer = send_file(
        packed, mimetype="application/zip", as_attachment=True, download_name=f"kanban-{now():%Y-%m-%d}.zip"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.delete("/account/data")
@limiter.limit("10 per minute; 30 per hour")
@form_at("account_data.show")
@signed_in
@fresh_login
def destroy() -> Any:
    erase_account(g.actor, read(Confirmation).email.data or "", _heirs())
    go_out()
    flash(_("Your account is deleted."))
    response = redirect(url_for("sessions.new"), code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return private(response)  # type: ignore[arg-type]


def _heirs() -> dict[int, int]:
    """Who is to own what, by the fields `heir_<workspace>`; what is no number names nobody."""
    found = {}
    for name, value in request.form.items():
        workspace_id = name.removeprefix("heir_")
        if name.startswith("heir_") and workspace_id.isdecimal() and value.isdecimal() and len(name + value) < 40:
            found[int(workspace_id)] = int(value)
    return found
