"""A board as one of its people sees it, for its admins: /boards/<id>/views/<user>."""

from typing import Any

from flask import Blueprint, g, make_response, render_template

from kanban.actions.audit import note
from kanban.models import Board
from kanban.policies import allow
from kanban.queries.access import board_as
from kanban.web.access import known
from kanban.web.answering import private
from kanban.web.finding import find, not_found
from kanban.web.guards import signed_in

bp = Blueprint("views", __name__)


@bp.get("/boards/<int:board_id>/views/<int:user_id>")
@signed_in
def show(board_id: int, user_id: int) -> Any:
    board = find(Board, board_id)
    allow(g.actor, "view_as", board)
    access = known(board, user_id)
    if access.role is None:
        not_found()
    note(g.actor, "board.viewed_as", board, person=access.person.name, person_id=access.person.id)
    page = board_as(board, access)
    return private(make_response(render_template("views/show.html", page=page, access=access)))
