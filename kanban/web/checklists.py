"""Checklists: /checklists/<id>, and new ones on a card."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.checklists import create_checklist, delete_checklist, rename_checklist
from kanban.models import Card, Checklist
from kanban.policies import allow
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, once, read
from kanban.web.guards import signed_in

bp = Blueprint("checklists", __name__)


class Title(Form):
    """What a checklist is called."""

    title = Text()


@bp.get("/cards/<int:card_id>/checklists/new")
@signed_in
def new(card_id: int) -> Any:
    card = find(Card, card_id)
    allow(g.actor, "edit", card)
    return render_template("checklists/new.html", card=card)


@bp.post("/cards/<int:card_id>/checklists")
@form_at("checklists.new")
@signed_in
def create(card_id: int) -> Response:
    form = read(Title)
    event = create_checklist(g.actor, find(Card, card_id), form.title.data or "", once=once())
    return answer(event, page=_on_card(card_id, event.subject_id))


@bp.get("/checklists/<int:checklist_id>/edit")
@signed_in
def edit(checklist_id: int) -> Any:
    checklist = find(Checklist, checklist_id)
    allow(g.actor, "edit", checklist)
    return render_template("checklists/edit.html", checklist=checklist)


@bp.patch("/checklists/<int:checklist_id>")
@form_at("checklists.edit")
@signed_in
def update(checklist_id: int) -> Response:
    form = read(Title)
    checklist = find(Checklist, checklist_id)
    event = rename_checklist(g.actor, checklist, form.title.data or "")
    return answer(event, page=_on_card(checklist.card_id, checklist_id))


@bp.delete("/checklists/<int:checklist_id>")
@signed_in
def destroy(checklist_id: int) -> Response:
    checklist = find(Checklist, checklist_id)
    event = delete_checklist(g.actor, checklist)
    return answer(event, page=url_for("cards.show", card_id=checklist.card_id))


def _on_card(card_id: int, checklist_id: int) -> str:
    return url_for("cards.show", card_id=card_id, _anchor=f"checklist_{checklist_id}")
