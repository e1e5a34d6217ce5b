"""One's own second factors: /account/factors."""

from flask import Blueprint, g, render_template

from kanban.queries.factors import factors_of
from kanban.web.guards import lacks_factor, signed_in, without_factor

bp = Blueprint("factors", __name__)


@bp.get("/account/factors")
@signed_in
@without_factor
def index() -> str:
    return render_template("factors/index.html", factors=factors_of(g.actor.user), is_required=lacks_factor())
