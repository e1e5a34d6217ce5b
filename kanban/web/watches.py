"""Whether a person watches a card: /cards/<id>/watch."""

from flask import Blueprint, g, url_for
from werkzeug.wrappers import Response

from kanban.actions.assignments import watch_card
from kanban.models import Card
from kanban.web.answering import answer
from kanban.web.finding import find
from kanban.web.guards import signed_in

bp = Blueprint("watches", __name__)


@bp.put("/cards/<int:card_id>/watch")
@signed_in
def update(card_id: int) -> Response:
    return answer(watch_card(g.actor, find(Card, card_id)), page=url_for("cards.show", card_id=card_id))


@bp.delete("/cards/<int:card_id>/watch")
@signed_in
def destroy(card_id: int) -> Response:
    event = watch_card(g.actor, find(Card, card_id), watching=False)
    return answer(event, page=url_for("cards.show", card_id=card_id))
