"""A card of a shared board: /shared/<secret>/cards/<id>."""

from flask import Blueprint, Response, render_template

from kanban.queries.shared_card import shared_card
from kanban.web.finding import not_found
from kanban.web.reading import reader, unlisted

bp = Blueprint("shared_cards", __name__)


@bp.get("/shared/<secret>/cards/<int:card_id>")
def show(secret: str, card_id: int) -> Response:
    board = reader(secret).link.board
    page = shared_card(board, card_id)
    if page is None:
        not_found()
    return unlisted(render_template("shared/card.html", page=page, secret=secret))
