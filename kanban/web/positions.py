"""Where things stand: /cards/<id>/position, and the same of lists, checklists and items."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kanban.actions.positions import move_card, move_checklist, move_item, move_list
from kanban.models import Board, Card, Checklist, Item, List
from kanban.queries.card_page import checklists_of
from kanban.queries.places import following_card, following_checklist, following_item, following_list, lists_of, places
from kanban.support.errors import Invalid
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, find_in_list, find_or_none, not_found
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


class Place(Form):
    """Before or after another list or checklist; neither means last."""

    before_id = Id()
    after_id = Id()
    placed = Tick()


class ItemPlace(Place):
    """A checklist, and there before or after another item; neither means last."""

    checklist_id = Id()


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
    card = find(Card, card_id)
    if form.list_id.data is None:
        raise Invalid(_("Choose a list first."), field="list_id")
    to, beside = find_in_list(form.list_id.data, form.after_id.data or form.before_id.data)
    before = following_card(beside, card) if form.after_id.data and beside is not None else beside
    event = move_card(g.actor, card, to=to, before=before, insist=form.insist.data)
    return answer(
        event,
        page=url_for("boards.show", board_id=to.board_id, _anchor=f"card_{card.id}"),
        only_counts=form.placed.data,
    )


@bp.get("/lists/<int:list_id>/position")
@signed_in
def edit_list(list_id: int) -> Any:
    thing = find(List, list_id)
    return render_template("lists/position.html", list=thing, places=lists_of(thing.board))


@bp.put("/lists/<int:list_id>/position")
@form_at("positions.edit_list")
@signed_in
def update_list(list_id: int) -> Response:
    form = read(Place)
    thing = find(List, list_id)
    before = find_or_none(List, form.before_id.data)
    if form.after_id.data is not None:
        before = following_list(find(List, form.after_id.data), thing)
    event = move_list(g.actor, thing, before=before)
    return answer(
        event,
        page=url_for("boards.show", board_id=thing.board_id, _anchor=f"list_{thing.id}"),
        only_counts=form.placed.data,
    )


@bp.put("/checklists/<int:checklist_id>/position")
@signed_in
def update_checklist(checklist_id: int) -> Response:
    form = read(Place)
    checklist = find(Checklist, checklist_id)
    before = find_or_none(Checklist, form.before_id.data)
    if form.after_id.data is not None:
        before = following_checklist(find(Checklist, form.after_id.data), checklist)
    event = move_checklist(g.actor, checklist, before=before)
    return answer(
        event,
        page=url_for("cards.show", card_id=checklist.card_id, _anchor=f"checklist_{checklist.id}"),
        only_counts=form.placed.data,
    )


@bp.get("/items/<int:item_id>/position")
@signed_in
def edit_item(item_id: int) -> Any:
    item = find(Item, item_id)
    checklists = checklists_of(item.card)
    wanted = asked("checklist") or item.checklist_id
    to = next((each for each in checklists if each.id == wanted), None) or not_found()
    return render_template("items/position.html", item=item, checklists=checklists, to=to)


@bp.put("/items/<int:item_id>/position")
@form_at("positions.edit_item")
@signed_in
def update_item(item_id: int) -> Response:
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
