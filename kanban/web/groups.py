"""The groups of a workspace: /workspaces/<id>/groups."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.groups import create_group, delete_group, rename_group
from kanban.models import Group, Workspace
from kanban.policies import allow, may
from kanban.queries.members import groups_of, ids_in_group, people_of_workspace
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, once, read
from kanban.web.guards import signed_in

bp = Blueprint("groups", __name__)


class Name(Form):
    """What a group is called."""

    name = Text()


@bp.get("/workspaces/<int:workspace_id>/groups")
@signed_in
def index(workspace_id: int) -> Any:
    workspace = find(Workspace, workspace_id)
    allow(g.actor, "see_people", workspace)
    return render_template(
        "groups/index.html",
        workspace=workspace,
        groups=groups_of(workspace),
        may_edit=may(g.actor, "edit_groups", workspace),
    )


@bp.post("/workspaces/<int:workspace_id>/groups")
@form_at("groups.index")
@signed_in
def create(workspace_id: int) -> Response:
    name = read(Name).name.data or ""
    event = create_group(g.actor, find(Workspace, workspace_id), name, once=once())
    return answer(event, page=url_for("groups.edit", group_id=event.subject_id), away=True)


@bp.get("/groups/<int:group_id>/edit")
@signed_in
def edit(group_id: int) -> Any:
    group = find(Group, group_id)
    allow(g.actor, "edit_groups", group.workspace)
    return render_template(
        "groups/edit.html",
        group=group,
        workspace=group.workspace,
        people=people_of_workspace(group.workspace),
        chosen=ids_in_group(group),
    )


@bp.patch("/groups/<int:group_id>")
@form_at("groups.edit")
@signed_in
def update(group_id: int) -> Response:
    name = read(Name).name.data or ""
    group = find(Group, group_id)
    return answer(rename_group(g.actor, group, name), page=url_for("groups.edit", group_id=group_id), away=True)


@bp.delete("/groups/<int:group_id>")
@signed_in
def destroy(group_id: int) -> Response:
    group = find(Group, group_id)
    event = delete_group(g.actor, group)
    return answer(event, page=url_for("groups.index", workspace_id=group.workspace_id), away=True)
