"""A board's labels: /boards/<id>/labels."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.labels import create_label, create_label_for, delete_label, edit_label
from kanban.models import Board, Card, Label
from kanban.policies import allow, may
from kanban.queries.labels import board_labels, label_uses
from kanban.web.answering import answer, onward
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import Form, Id, Text, once, read
from kanban.web.guards import signed_in

bp = Blueprint("labels", __name__)


class LabelFields(Form):
    """A name, which may be empty, and one of the colours."""

    name = Text()
    color = Text()


class NewLabel(LabelFields):
    """A label, and the card it is made for."""

    card_id = Id()


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


def _list_of(board_id: int, label_id: int) -> str:
    return url_for("labels.index", board_id=board_id, _anchor=f"label_{label_id}")
