"""Copies of a card: /cards/<id>/copies."""

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kanban.actions.copies import copy_card
from kanban.models import Board, Card
from kanban.queries.places import places
from kanban.support.errors import Invalid
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, find_in_list
from kanban.web.forms import Form, Id, Text, Tick, asked, once, read
from kanban.web.guards import signed_in

bp = Blueprint("copies", __name__)


class Copy(Form):
    """Where the copy goes, what it is called, and what of the card goes along."""

    title = Text()
    list_id = Id()
    before_id = Id()
    insist = Tick()


@bp.get("/cards/<int:card_id>/copies/new")
@signed_in
def new(card_id: int) -> Any:
    card = find(Card, card_id)
    board_id = asked("board")
    board = find(Board, board_id) if board_id is not None else card.board
    return render_template("cards/copy.html", card=card, board=board, places=places(g.actor, board))


@bp.post("/cards/<int:card_id>/copies")
@form_at("copies.new")
@signed_in
def create(card_id: int) -> Response:
    form = read(Copy)
    card = find(Card, card_id)
    if form.list_id.data is None:
        raise Invalid(_("Choose a list first."), field="list_id")
    to, before = find_in_list(form.list_id.data, form.before_id.data)
    event = copy_card(
        g.actor,
        card,
        to=to,
        before=before,
        title=form.title.data,
        keep=request.form.getlist("keep"),
        insist=form.insist.data,
        once=once(),
    )
    return answer(event, page=url_for("boards.show", board_id=to.board_id, _anchor=f"card_{event.subject_id}"))
