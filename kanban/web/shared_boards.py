"""A board for whoever has a link to it: /shared/<secret>."""

from flask import Blueprint, Response, render_template

from kanban.queries.board_page import columns
from kanban.queries.shared_card import NOTHING
from kanban.web.reading import reader, unlisted

bp = Blueprint("shared_boards", __name__)


@bp.get("/shared/<secret>")
def show(secret: str) -> Response:
    board = reader(secret).link.board
    return unlisted(
        render_template("shared/board.html", board=board, columns=columns(board.id), may=NOTHING, secret=secret)
    )
