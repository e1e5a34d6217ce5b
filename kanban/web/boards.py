"""Boards: /boards/<id>."""

from typing import Any

from flask import Blueprint, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.boards import create_board, delete_board, edit_board, rename_board
from kanban.actions.samples import FIRST_LISTS, SAMPLES, create_sample
from kanban.models import Board, Workspace
from kanban.policies import allow
from kanban.queries.board_page import board_page
from kanban.support.clock import ZONES
from kanban.web.answering import answer, private
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, once, read
from kanban.web.guards import signed_in
from kanban.web.visits import note_after

bp = Blueprint("boards", __name__)


class NewBoard(Form):
    """A name and a look, or the name of a sample."""

    name = Text()
    tint = Text()
    visibility = Text()
    sample = Text()


class BoardChanges(Form):
    """What is to change; a field that was not sent stays as it is."""

    name = Text()
    tint = Text()
    visibility = Text()
    description = Text()
    time_zone = Text()
    workspace_role = Text()
    observers_comment = Text()


@bp.get("/workspaces/<int:workspace_id>/boards/new")
@signed_in
def new(workspace_id: int) -> Any:
    workspace = find(Workspace, workspace_id)
    allow(g.actor, "create_board", workspace)
    return render_template("boards/first.html", workspace=workspace, samples=SAMPLES)


@bp.post("/workspaces/<int:workspace_id>/boards")
@form_at("boards.new")
@signed_in
def create(workspace_id: int) -> Response:
    form = read(NewBoard)
    workspace = find(Workspace, workspace_id)
    if form.sample.data:
        event = create_sample(g.actor, workspace, form.sample.data, once=once())
    else:
        event = create_board(
            g.actor,
            workspace,
            form.name.data or "",
            tint=form.tint.data or "lagoon",
            visibility=form.visibility.data or "private",
            lists=[str(name) for name in FIRST_LISTS],
            once=once(),
        )
    return answer(event, page=url_for("boards.show", board_id=event.subject_id), away=True)


@bp.get("/boards/<int:board_id>")
@signed_in
def show(board_id: int) -> Any:
    page = board_page(g.actor, find(Board, board_id))
    response = private(make_response(render_template("boards/show.html", page=page)))
    note_after(response, g.actor, page)
    return response


@bp.get("/boards/<int:board_id>/edit")
@signed_in
def edit(board_id: int) -> Any:
    board = find(Board, board_id)
    allow(g.actor, "edit_board", board)
    return render_template("boards/edit.html", board=board, zones=sorted(ZONES))


@bp.patch("/boards/<int:board_id>")
@form_at("boards.edit")
@signed_in
def update(board_id: int) -> Response:
    changes = {name: value for name, value in read(BoardChanges).data.items() if value is not None}
    if "observers_comment" in changes:
        changes["observers_comment"] = changes["observers_comment"] == "1"
    board = find(Board, board_id)
    if changes.keys() == {"name"}:
        event = rename_board(g.actor, board, changes["name"])
    else:
        event = edit_board(g.actor, board, **changes)
    return answer(event, page=url_for("boards.show", board_id=board_id))


@bp.delete("/boards/<int:board_id>")
@signed_in
def destroy(board_id: int) -> Response:
    event = delete_board(g.actor, find(Board, board_id))
    return answer(event, page=url_for("home.index"), away=True)
