"""The boxes in a card's description: /cards/<id>/boxes/<number>."""

from flask import Blueprint, g, url_for
from werkzeug.wrappers import Response

from kanban.actions.cards import tick_box
from kanban.models import Card
from kanban.web.answering import answer
from kanban.web.finding import find
from kanban.web.guards import signed_in

bp = Blueprint("descriptions", __name__)


@bp.put("/cards/<int:card_id>/boxes/<int:number>")
@signed_in
def update(card_id: int, number: int) -> Response:
    event = tick_box(g.actor, find(Card, card_id), number, ticked=True)
    return answer(event, page=url_for("cards.show", card_id=card_id, _anchor=f"card_{card_id}_description"))


@bp.delete("/cards/<int:card_id>/boxes/<int:number>")
@signed_in
def destroy(card_id: int, number: int) -> Response:
    event = tick_box(g.actor, find(Card, card_id), number, ticked=False)
    return answer(event, page=url_for("cards.show", card_id=card_id, _anchor=f"card_{card_id}_description"))
