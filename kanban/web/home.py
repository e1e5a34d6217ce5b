"""The first page: /."""

from typing import Any

from flask import Blueprint, g, render_template

from kanban.actions.samples import SAMPLES
from kanban.queries.home import home, workspaces_to_fill
from kanban.web.guards import signed_in

bp = Blueprint("home", __name__)


@bp.get("/")
@signed_in
def index() -> Any:
    shown = home(g.actor)
    to_fill = workspaces_to_fill(g.actor) if shown.is_empty else []
    if to_fill:
        return render_template("boards/first.html", home=shown, workspace=to_fill[0], samples=SAMPLES)
    return render_template("home/index.html", home=shown)
