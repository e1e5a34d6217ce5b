"""A person's star on a board: /boards/<id>/star."""

from flask import Blueprint, g, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.boards import star_board, unstar_board
from kanban.models import Board
from kanban.queries.home import starred_boards
from kanban.web.answering import came_from, is_htmx, private
from kanban.web.finding import find
from kanban.web.guards import signed_in

bp = Blueprint("stars", __name__)


@bp.put("/boards/<int:board_id>/star")
@signed_in
def update(board_id: int) -> Response:
    board = find(Board, board_id)
    star_board(g.actor, board)
    return _answer(board, starred=True)


@bp.delete("/boards/<int:board_id>/star")
@signed_in
def destroy(board_id: int) -> Response:
    board = find(Board, board_id)
    unstar_board(g.actor, board)
    return _answer(board, starred=False)


def _answer(board: Board, *, starred: bool) -> Response:
    if not is_htmx():
        return redirect(came_from(url_for("boards.show", board_id=board.id)), code=303)
    drawn = render_template("streams/star.html", board=board, starred=starred, boards=starred_boards(g.actor))
    return private(make_response(drawn))
