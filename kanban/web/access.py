"""Who can see a board, and why: /boards/<id>/access."""

from typing import Any

from flask import Blueprint, g, make_response, render_template, request

from kanban.models import Board, User
from kanban.policies import allow, verbs_of
from kanban.queries.access import Access, people_around, reasons, reasons_for
from kanban.queries.shares import shares_of
from kanban.render.permissions import board_verbs
from kanban.support.db import db
from kanban.web.answering import private
from kanban.web.finding import find, not_found
from kanban.web.guards import signed_in

bp = Blueprint("access", __name__)
_MOST = 200  # people on one page; the others are found by name


@bp.get("/boards/<int:board_id>/access")
@signed_in
def index(board_id: int) -> Any:
    board = find(Board, board_id)
    allow(g.actor, "see_access", board)
    asked = request.args.get("q", "").strip()
    found = people_around(board, asked) if asked else reasons(board)
    page = render_template(
        "access/index.html",
        board=board,
        people=found[:_MOST],
        more=len(found) - _MOST,
        asked=asked,
        links=len(shares_of(board)),
    )
    return private(make_response(page))


@bp.get("/boards/<int:board_id>/access/<int:user_id>")
@signed_in
def show(board_id: int, user_id: int) -> Any:
    board = find(Board, board_id)
    allow(g.actor, "see_access", board)
    access = known(board, user_id)
    verbs = board_verbs(verbs_of(access.role, board))
    return private(make_response(render_template("access/show.html", board=board, access=access, verbs=verbs)))


def known(board: Board, user_id: int) -> Access:
    """Somebody of the board or its workspace. Raises NotFound for anybody else, as for nobody."""
    person = db.session.get(User, user_id)
    access = reasons_for(person, board) if person is not None else None
    if access is None or not (access.given or access.workspace_role):
        not_found()
    return access
