"""The labels on a card: /cards/<id>/labels."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.labels import label_card, set_labels, unlabel_card
from kanban.models import Card, Label
from kanban.policies import allow
from kanban.queries.labels import board_labels, card_label_ids
from kanban.support.db import db
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import Form, Ids, read
from kanban.web.guards import signed_in

bp = Blueprint("card_labels", __name__)


class Chosen(Form):
    """The labels a card is to have."""

    label_ids = Ids()


@bp.get("/cards/<int:card_id>/labels")
@signed_in
def edit(card_id: int) -> Any:
    card = find(Card, card_id)
    allow(g.actor, "edit", card)
    return render_template("cards/labels.html", card=card, labels=board_labels(card.board), chosen=card_label_ids(card))


@bp.put("/cards/<int:card_id>/labels")
@form_at("card_labels.edit")
@signed_in
def update(card_id: int) -> Response:
    ids = set(read(Chosen).label_ids.data)
    card = find(Card, card_id)
    labels = db.session.scalars(sa.select(Label).where(Label.id.in_(ids), Label.board_id == card.board_id)).all()
    if len(labels) < len(ids):
        not_found()
    return answer(set_labels(g.actor, card, labels), page=url_for("cards.show", card_id=card_id))


@bp.put("/cards/<int:card_id>/labels/<int:label_id>")
@signed_in
def create(card_id: int, label_id: int) -> Response:
    card, label = _both(card_id, label_id)
    return answer(label_card(g.actor, card, label), page=url_for("cards.show", card_id=card_id))


@bp.delete("/cards/<int:card_id>/labels/<int:label_id>")
@signed_in
def destroy(card_id: int, label_id: int) -> Response:
    card, label = _both(card_id, label_id)
    return answer(unlabel_card(g.actor, card, label), page=url_for("cards.show", card_id=card_id))


def _both(card_id: int, label_id: int) -> tuple[Card, Label]:
    card, label = find(Card, card_id), find(Label, label_id)
    if label.board_id != card.board_id:
        not_found()
    return card, label
