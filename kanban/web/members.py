"""The people of a workspace: /workspaces/<id>/members."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.members import leave_workspace, remove_workspace_member, set_workspace_role
from kanban.models import User, Workspace, WorkspaceMember
from kanban.policies import allow
from kanban.queries.members import workspace_people
from kanban.support.db import db
from kanban.web.answering import answer
from kanban.web.finding import find, not_found
from kanban.web.forms import Form, Text, read
from kanban.web.guards import signed_in

bp = Blueprint("members", __name__)


class Role(Form):
    """What somebody is to be."""

    role = Text()


@bp.get("/workspaces/<int:workspace_id>/members")
@signed_in
def index(workspace_id: int) -> Any:
    workspace = find(Workspace, workspace_id)
    allow(g.actor, "see_people", workspace)
    return render_template("members/index.html", page=workspace_people(g.actor, workspace))


@bp.patch("/workspaces/<int:workspace_id>/members/<int:user_id>")
@signed_in
def update(workspace_id: int, user_id: int) -> Response:
    role = read(Role).role.data or ""
    workspace = find(Workspace, workspace_id)
    event = set_workspace_role(g.actor, workspace, _member(workspace, user_id), role)
    return answer(event, page=url_for("members.index", workspace_id=workspace_id))


@bp.delete("/workspaces/<int:workspace_id>/members/<int:user_id>")
@signed_in
def destroy(workspace_id: int, user_id: int) -> Response:
    """Take somebody out, or go oneself."""
    workspace = find(Workspace, workspace_id)
    if user_id == g.actor.id:
        return answer(leave_workspace(g.actor, workspace), page=url_for("home.index"), away=True)
    event = remove_workspace_member(g.actor, workspace, _member(workspace, user_id))
    return answer(event, page=url_for("members.index", workspace_id=workspace_id))


def _member(workspace: Workspace, user_id: int) -> User:
    """Somebody of the workspace; whoever is not there is not told from somebody who does not exist."""
    allow(g.actor, "add_workspace_member", workspace)
    member = db.session.get(WorkspaceMember, (workspace.id, user_id))
    return db.session.get_one(User, user_id) if member is not None else not_found()
