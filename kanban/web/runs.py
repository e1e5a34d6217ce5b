"""An import under way: started at /imports/<id>/run, watched at /imports/<id>/progress."""

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as AnyResponse

from kanban.actions.transfers import start_import
from kanban.models import Board, Transfer
from kanban.support.errors import Invalid
from kanban.web.answering import is_htmx, private
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, Tick, read
from kanban.web.guards import signed_in
from kanban.web.imports import go_on, hand_over, is_waiting

bp = Blueprint("runs", __name__)

_PERSON = "person_"
_COPY = "copy"


class Start(Form):
    """What to do with a board that is here already, and whether matched people get in.

    Who is who comes in a field for each person.
    """

    into = Text()
    with_roles = Tick()


@bp.put("/imports/<int:transfer_id>/run")
@form_at("imports.show")
@signed_in
def update(transfer_id: int) -> AnyResponse:
    """Start an import; a second click finds it started."""
    transfer = find(Transfer, transfer_id)
    form = read(Start)
    into = form.into.data or ""
    started = start_import(
        g.actor,
        transfer,
        matches=_matches(),
        into=find(Board, int(into)) if into.isascii() and into.isdigit() and len(into) <= 10 else None,
        as_copy=into == _COPY,
        with_roles=form.with_roles.data,
    )
    if started:
        hand_over("kanban.jobs.transfers.run", transfer)
    return go_on(transfer)


@bp.get("/imports/<int:transfer_id>/progress")
@signed_in
def show(transfer_id: int) -> Any:
    """How far it is, as a fragment; the page itself where no script asks, or once there is more to see."""
    transfer = find(Transfer, transfer_id)
    page = url_for("imports.show", transfer_id=transfer.id)
    if not is_htmx():
        return redirect(page, code=303)
    if not is_waiting(transfer):
        response = Response(status=200)
        response.headers["HX-Redirect"] = page
        return private(response)
    return private(make_response(render_template("imports/progress.html", transfer=transfer)))


def _matches() -> dict[str, int]:
    """Who of the file is who here, from one select a person."""
    matches: dict[str, int] = {}
    for name, value in request.form.items():
        if name.startswith(_PERSON) and value:
            if not (value.isascii() and value.isdigit() and len(value) < 10):
                raise Invalid(_("Choose people who belong to the workspace."), field="people")
            matches[name.removeprefix(_PERSON)] = int(value)
    return matches
