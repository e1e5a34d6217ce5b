"""Bringing boards from elsewhere: /imports."""

from typing import Any

import structlog
from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from kombu.exceptions import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from kanban.actions.transfers import (
    await_check,
    cancel_import,
    choose_board,
    end_import,
    upload_import,
)
from kanban.models import Transfer, Workspace
from kanban.policies import allow
from kanban.queries.home import workspaces_to_fill
from kanban.queries.transfers import earlier_boards, event_of, imports_of, matchable_users, people_of, suggestions
from kanban.support.errors import Invalid, Refused
from kanban.support.limits import limiter, person
from kanban.support.queue import queue
from kanban.transfer.imports import check_import, is_settled, remove_file
from kanban.transfer.trello.notices import what_comes, what_is_mapped, what_is_missing, what_was_updated
from kanban.web.answering import is_htmx, private
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Id, Text, read
from kanban.web.guards import signed_in
from kanban.web.uploads import keep

bp = Blueprint("imports", __name__)
log = structlog.get_logger(__name__)

# A file up to this size is read while its sender waits: it takes a moment.
_AT_ONCE = 4 * 1024 * 1024
# So many people can be matched; the others of a made-up file stay names.
_MOST_PEOPLE = 300


class Upload(Form):
    """Where the board goes; the file comes beside the fields."""

    workspace_id = Id()


class Choice(Form):
    """Which board of a zip."""

    entry = Text()


@bp.get("/imports")
@signed_in
def index() -> Any:
    return private(make_response(render_template("imports/index.html", imports=imports_of(g.actor))))


@bp.get("/imports/new")
@signed_in
def new() -> Any:
    return render_template(
        "imports/new.html",
        workspaces=workspaces_to_fill(g.actor),
        chosen=request.args.get("workspace", type=int),
        most=current_app.config["MAX_UPLOAD_MB"],
    )


@bp.post("/imports")
@limiter.limit("20 per minute; 100 per hour", key_func=person)
@form_at("imports.new")
@signed_in
def create() -> AnyResponse:
    form = read(Upload)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(_("Choose a file first."), field="file")
    workspaces = workspaces_to_fill(g.actor)
    if form.workspace_id.data is None and not workspaces:
        raise Invalid(_("You belong to no workspace that takes boards. Make one first."), field="workspace_id")
    workspace = find(Workspace, form.workspace_id.data) if form.workspace_id.data else workspaces[0]
    allow(g.actor, "create_board", workspace)
    path = keep(file)
    transfer = upload_import(g.actor, workspace, path=str(path), filename=file.filename, size=path.stat().st_size)
    _check(transfer)
    return go_on(transfer)


@bp.get("/imports/<int:transfer_id>")
@signed_in
def show(transfer_id: int) -> Any:
    transfer = find(Transfer, transfer_id)
    return private(make_response(render_template("imports/show.html", **_shown(transfer))))


@bp.patch("/imports/<int:transfer_id>")
@form_at("imports.show")
@signed_in
def update(transfer_id: int) -> AnyResponse:
    transfer = find(Transfer, transfer_id)
    choose_board(g.actor, transfer, read(Choice).entry.data or "")
    _check(transfer)
    return go_on(transfer)


@bp.delete("/imports/<int:transfer_id>")
@signed_in
def destroy(transfer_id: int) -> AnyResponse:
    transfer = find(Transfer, transfer_id)
    cancel_import(g.actor, transfer)
    if transfer.state == "cancelled":
        remove_file(transfer)
    return go_on(transfer)


def go_on(transfer: Transfer) -> AnyResponse:
    """Answer with the import's page."""
    page = url_for("imports.show", transfer_id=transfer.id)
    if is_htmx():
        response = Response(status=200)
        response.headers["HX-Redirect"] = page
        return private(response)
    return redirect(page, code=303)


def hand_over(job: str, transfer: Transfer) -> None:
    """Give an import to the worker."""
    try:
        queue.send_task(job, args=[transfer.id], retry=False)
    except OperationalError:
        # The sweep finds it when the queue is back.
        log.warning("queue_away", job=job, transfer=transfer.id)


def is_waiting(transfer: Transfer) -> bool:
    """Whether a worker is at it, or soon will be."""
    if transfer.state == "uploaded":
        # Before the worker has looked into a zip it is not known what it holds.
        return "boards" not in (transfer.options or {}) or is_settled(transfer)
    return transfer.state in ("queued", "running")


def _check(transfer: Transfer) -> None:
    """Read the file now if that is quick; else the worker does, and the page waits for it."""
    if transfer.size > _AT_ONCE:
        await_check(transfer)
        hand_over("kanban.jobs.transfers.check", transfer)
        return
    try:
        check_import(transfer)
    except Refused as wrong:
        end_import(transfer, "failed", error=str(wrong))
        remove_file(transfer)
        raise


def _shown(transfer: Transfer) -> dict[str, Any]:
    receipt = transfer.receipt or {}
    counts, notes = receipt.get("counts"), receipt.get("notes", {})
    shown: dict[str, Any] = {
        "transfer": transfer,
        "is_waiting": is_waiting(transfer),
        "boards": (transfer.options or {}).get("boards", []),
        "counts": counts,
    }
    if counts is not None:
        shown["comes"] = what_comes(counts)
        shown["mapped"] = what_is_mapped(counts, notes)
        shown["missing"] = what_is_missing(counts, notes)
    if transfer.state == "checked":
        users = matchable_users(g.actor, transfer.workspace)
        earlier = earlier_boards(g.actor, transfer)
        known = people_of(earlier[0]) if earlier else {}
        ids = {user.id for user in users}
        shown["people"] = receipt.get("people", [])[:_MOST_PEOPLE]
        shown["users"] = users
        shown["matches"] = {
            **suggestions(shown["people"], users),
            **{source_id: user_id for source_id, user_id in known.items() if user_id in ids},
        }
        shown["earlier"] = earlier
    if transfer.state == "done":
        shown["event_id"] = event_of(transfer)
        told = (transfer.options or {}).get("update")
        shown["updated"] = what_was_updated(told) if told is not None else None
    return shown
