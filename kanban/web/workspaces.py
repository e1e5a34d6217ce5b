"""Workspaces: /workspaces/<id>."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.workspaces import create_workspace, rename_workspace
from kanban.models import Workspace
from kanban.policies import allow, may
from kanban.queries.home import put_away_boards, workspace_face
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, once, read
from kanban.web.guards import signed_in

bp = Blueprint("workspaces", __name__)


class Name(Form):
    """What a workspace is called."""

    name = Text()


@bp.get("/workspaces/new")
@signed_in
def new() -> Any:
    return render_template("workspaces/new.html")


@bp.post("/workspaces")
@form_at("workspaces.new")
@signed_in
def create() -> Response:
    event = create_workspace(g.actor, read(Name).name.data or "", once=once())
    return answer(event, page=url_for("workspaces.show", workspace_id=event.subject_id), away=True)


@bp.get("/workspaces/<int:workspace_id>")
@signed_in
def show(workspace_id: int) -> Any:
    workspace = find(Workspace, workspace_id)
    away = put_away_boards(g.actor, workspace)
    return render_template(
        "workspaces/show.html",
        workspace=workspace_face(g.actor, workspace),
        put_away=away,
        ours={board.id for board in away if may(g.actor, "restore_board", board)},
        may_create=may(g.actor, "create_board", workspace),
        may_edit=may(g.actor, "edit_workspace", workspace),
        may_see_people=may(g.actor, "see_people", workspace),
    )


@bp.get("/workspaces/<int:workspace_id>/edit")
@signed_in
def edit(workspace_id: int) -> Any:
    workspace = find(Workspace, workspace_id)
    allow(g.actor, "edit_workspace", workspace)
    return render_template("workspaces/edit.html", workspace=workspace, has_factor=g.actor.has_factor)


@bp.patch("/workspaces/<int:workspace_id>")
@form_at("workspaces.edit")
@signed_in
def update(workspace_id: int) -> Response:
    form = read(Name)
    event = rename_workspace(g.actor, find(Workspace, workspace_id), form.name.data or "")
    return answer(event, page=url_for("workspaces.show", workspace_id=workspace_id), away=True)
