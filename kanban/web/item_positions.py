"""An item's place among the checklists of its card: /items/<id>/position."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.positions import move_item
from kanban.models import Checklist, Item
from kanban.queries.card_page import checklists_of
from kanban.queries.places import following_item
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, find_or_none, not_found
from kanban.web.forms import Id, Place, asked, read
from kanban.web.guards import signed_in

bp = Blueprint("item_positions", __name__)


class ItemPlace(Place):
    """A checklist, and there before or after another item; neither means last."""

    checklist_id = Id()


@bp.get("/items/<int:item_id>/position")
@signed_in
def edit(item_id: int) -> Any:
    item = find(Item, item_id)
    checklists = checklists_of(item.card)
    wanted = asked("checklist") or item.checklist_id
    to = next((each for each in checklists if each.id == wanted), None) or not_found()
    return render_template("items/position.html", item=item, checklists=checklists, to=to)


@bp.put("/items/<int:item_id>/position")
@form_at("item_positions.edit")
@signed_in
def update(item_id: int) -> Response:
    form = read(ItemPlace)
    item = find(Item, item_id)
    to = find_or_none(Checklist, form.checklist_id.data) or item.checklist
    before = find_or_none(Item, form.before_id.data)
    if form.after_id.data is not None:
        before = following_item(find(Item, form.after_id.data), item)
    event = move_item(g.actor, item, to=to, before=before)
    return answer(
        event,
        page=url_for("cards.show", card_id=item.card_id, _anchor=f"item_{item.id}"),
        only_counts=form.placed.data,
    )
