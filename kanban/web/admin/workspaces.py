"""All workspaces of the site: /admin/workspaces."""

from typing import Any

from flask import Blueprint, render_template, request

from kanban.queries.administration import owners_of, workspaces
from kanban.support.text import one_line
from kanban.web.forms import asked
from kanban.web.guards import admin_only

bp = Blueprint("admin_workspaces", __name__)


@bp.get("/admin/workspaces")
@admin_only
def index() -> Any:
    find = one_line(request.args.get("find", ""))
    page = workspaces(find, asked("before"))
    owners = owners_of([row.id for row in page.rows])
    return render_template("admin/workspaces.html", section="workspaces", page=page, owners=owners, find=find)
