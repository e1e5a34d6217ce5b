"""Labels: a board's own at /boards/<id>/labels, and on a card at /cards/<id>/labels."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.labels import (
    create_label,
    create_label_for,
    delete_label,
    edit_label,
    label_card,
    set_labels,
    unlabel_card,
)
from kanban.models import Board, Card, Label
from kanban.policies import allow, may
from kanban.queries.labels import board_labels, card_label_ids, label_uses
from kanban.support.db import db
from kanban.web.answering import answer, onward
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import Form, Id, Ids, Text, once, read
from kanban.web.guards import signed_in

bp = Blueprint("labels", __name__)


class LabelFields(Form):
    """A name, which may be empty, and one of the colours."""

    name = Text()
    color = Text()


class NewLabel(LabelFields):
    """A label, and the card it is made for."""

    card_id = Id()


class Chosen(Form):
    """The labels a card is to have."""

    label_ids = Ids()


@bp.get("/boards/<int:board_id>/labels")
@signed_in
def index(board_id: int) -> Any:
    board = find(Board, board_id)
    return render_template(
        "boards/labels.html",
        board=board,
        labels=board_labels(board),
        uses=label_uses(board),
        may_edit=may(g.actor, "edit", board),
    )


@bp.post("/boards/<int:board_id>/labels")
@form_at("labels.index")
@signed_in
def create(board_id: int) -> Response:
    form = read(NewLabel)
    card = find(Card, form.card_id.data) if form.card_id.data is not None else None
    if card is not None and card.board_id != board_id:
        not_found()
    name, color = form.name.data or "", form.color.data or ""
    if card is not None:
        made = create_label_for(g.actor, card, name=name, color=color, once=once())
        return answer(made, page=onward(url_for("cards.show", card_id=card.id)))
    event = create_label(g.actor, find(Board, board_id), name=name, color=color, once=once())
    return answer(event, page=onward(_list_of(board_id, event.subject_id)))


@bp.get("/labels/<int:label_id>/edit")
@signed_in
def edit(label_id: int) -> Any:
    label = find(Label, label_id)
    allow(g.actor, "edit", label)
    return render_template("labels/edit.html", label=label, uses=label_uses(label.board).get(label.id, 0))


@bp.patch("/labels/<int:label_id>")
@form_at("labels.edit")
@signed_in
def update(label_id: int) -> Response:
    form = read(LabelFields)
    label = find(Label, label_id)
    name = label.name if form.name.data is None else form.name.data
    event = edit_label(g.actor, label, name=name, color=form.color.data or label.color)
    return answer(event, page=_list_of(label.board_id, label_id))


@bp.delete("/labels/<int:label_id>")
@signed_in
def destroy(label_id: int) -> Response:
    label = find(Label, label_id)
    return answer(delete_label(g.actor, label), page=url_for("labels.index", board_id=label.board_id))


@bp.get("/cards/<int:card_id>/labels")
@signed_in
def edit_on_card(card_id: int) -> Any:
    card = find(Card, card_id)
    allow(g.actor, "edit", card)
    return render_template("cards/labels.html", card=card, labels=board_labels(card.board), chosen=card_label_ids(card))


@bp.put("/cards/<int:card_id>/labels")
@form_at("labels.edit_on_card")
@signed_in
def update_on_card(card_id: int) -> Response:
    ids = set(read(Chosen).label_ids.data)
    card = find(Card, card_id)
    labels = db.session.scalars(sa.select(Label).where(Label.id.in_(ids), Label.board_id == card.board_id)).all()
    if len(labels) < len(ids):
        not_found()
    return answer(set_labels(g.actor, card, labels), page=url_for("cards.show", card_id=card_id))


@bp.put("/cards/<int:card_id>/labels/<int:label_id>")
@signed_in
def create_on_card(card_id: int, label_id: int) -> Response:
    card, label = _both(card_id, label_id)
    return answer(label_card(g.actor, card, label), page=url_for("cards.show", card_id=card_id))


@bp.delete("/cards/<int:card_id>/labels/<int:label_id>")
@signed_in
def destroy_on_card(card_id: int, label_id: int) -> Response:
    card, label = _both(card_id, label_id)
    return answer(unlabel_card(g.actor, card, label), page=url_for("cards.show", card_id=card_id))


def _both(card_id: int, label_id: int) -> tuple[Card, Label]:
    card, label = find(Card, card_id), find(Label, label_id)
    if label.board_id != card.board_id:
        not_found()
    return card, label


def _list_of(board_id: int, label_id: int) -> str:
    return url_for("labels.index", board_id=board_id, _anchor=f"label_{label_id}")
