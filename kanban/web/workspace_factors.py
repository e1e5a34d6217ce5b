"""Whether a workspace asks its people for a second factor: /workspaces/<id>/factor."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.workspaces import require_factor
from kanban.models import Workspace
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.guards import fresh_login, signed_in

bp = Blueprint("workspace_factors", __name__)


@bp.put("/workspaces/<int:workspace_id>/factor")
@form_at("workspaces.edit")
@signed_in
@fresh_login
def update(workspace_id: int) -> Response:
    require_factor(g.actor, find(Workspace, workspace_id), wanted=True)
    flash(_("Whoever opens this workspace needs a second factor from now on."))
    return _back(workspace_id)


@bp.delete("/workspaces/<int:workspace_id>/factor")
@form_at("workspaces.edit")
@signed_in
@fresh_login
def destroy(workspace_id: int) -> Response:
    require_factor(g.actor, find(Workspace, workspace_id), wanted=False)
    flash(_("This workspace asks nobody for a second factor any more."))
    return _back(workspace_id)


def _back(workspace_id: int) -> Response:
    return redirect(url_for("workspaces.edit", workspace_id=workspace_id), code=303)
