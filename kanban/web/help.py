"""Help as a page: /help."""

from typing import Any

from flask import Blueprint, render_template

from kanban.web.guards import signed_in

bp = Blueprint("help", __name__)


@bp.get("/help")
@signed_in
def index() -> Any:
    return render_template("help/index.html")
