"""A card's place on its board: /cards/<id>/position."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kanban.actions.positions import move_card
from kanban.models import Board, Card
from kanban.queries.places import following_card, places
from kanban.support.errors import Invalid
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, find_move
from kanban.web.forms import Form, Id, Tick, asked, read
from kanban.web.guards import signed_in

bp = Blueprint("positions", __name__)


class CardPlace(Form):
    """A list, and there before or after another card; neither means last."""

    list_id = Id()
    before_id = Id()
    after_id = Id()
    insist = Tick()
    placed = Tick()


@bp.get("/cards/<int:card_id>/position")
@signed_in
def edit(card_id: int) -> Any:
    card = find(Card, card_id)
    board_id = asked("board")
    board = find(Board, board_id) if board_id is not None else card.board
    return render_template("cards/position.html", card=card, board=board, places=places(g.actor, board, card))


@bp.put("/cards/<int:card_id>/position")
@form_at("positions.edit")
@signed_in
def update(card_id: int) -> Response:
    form = read(CardPlace)
    if form.list_id.data is None:
        find(Card, card_id)
        raise Invalid(_("Choose a list first."), field="list_id")
    card, to, beside = find_move(card_id, form.list_id.data, form.after_id.data or form.before_id.data)
    before = following_card(beside, card) if form.after_id.data and beside is not None else beside
    event = move_card(g.actor, card, to=to, before=before, insist=form.insist.data)
    return answer(
        event,
        page=url_for("boards.show", board_id=to.board_id, _anchor=f"card_{card.id}"),
        only_counts=form.placed.data,
    )
