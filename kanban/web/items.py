"""Items of a checklist: /items/<id>, and new ones at /checklists/<id>/items."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions import values
from kanban.actions.checklists import create_items, delete_item, edit_item
from kanban.models import Checklist, Item
from kanban.policies import allow
from kanban.support.text import titles
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, once, read
from kanban.web.guards import signed_in

bp = Blueprint("items", __name__)


class NewItems(Form):
    """An item a line."""

    texts = Text()


class ItemText(Form):
    """What an item says."""

    text = Text()


@bp.get("/checklists/<int:checklist_id>/items/new")
@signed_in
def new(checklist_id: int) -> Any:
    checklist = find(Checklist, checklist_id)
    allow(g.actor, "edit", checklist)
    return render_template("items/new.html", checklist=checklist)


@bp.post("/checklists/<int:checklist_id>/items")
@form_at("items.new")
@signed_in
def create(checklist_id: int) -> Response:
    form = read(NewItems)
    checklist = find(Checklist, checklist_id)
    event = create_items(g.actor, checklist, titles(values.paste(form.texts.data, "texts")), once=once())
    return answer(event, page=url_for("cards.show", card_id=checklist.card_id, _anchor=f"checklist_{checklist_id}"))


@bp.get("/items/<int:item_id>/edit")
@signed_in
def edit(item_id: int) -> Any:
    item = find(Item, item_id)
    allow(g.actor, "edit", item)
    return render_template("items/edit.html", item=item)


@bp.patch("/items/<int:item_id>")
@form_at("items.edit")
@signed_in
def update(item_id: int) -> Response:
    form = read(ItemText)
    item = find(Item, item_id)
    event = edit_item(g.actor, item, form.text.data or "")
    return answer(event, page=url_for("cards.show", card_id=item.card_id, _anchor=f"item_{item_id}"))


@bp.delete("/items/<int:item_id>")
@signed_in
def destroy(item_id: int) -> Response:
    item = find(Item, item_id)
    event = delete_item(g.actor, item)
    return answer(event, page=url_for("cards.show", card_id=item.card_id, _anchor=f"checklist_{item.checklist_id}"))
