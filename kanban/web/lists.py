"""Lists: /lists/<id>."""

from typing import Any

from flask import Blueprint, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions import values
from kanban.actions.lists import create_lists, edit_list, limit_list, rename_list
from kanban.actions.states import delete_list
from kanban.models import Board, Card, List
from kanban.policies import allow
from kanban.queries.board_page import rest_of
from kanban.support.db import db
from kanban.support.text import titles
from kanban.web.answering import answer, is_htmx, onward, private
from kanban.web.errors import form_at
from kanban.web.finding import find, find_or_none
from kanban.web.forms import Form, Id, Number, Text, asked, once, read
from kanban.web.guards import signed_in

bp = Blueprint("lists", __name__)

_MORE = 100  # cards that a script gets at once
_ALL = 2_000  # cards on one page without a script


class NewLists(Form):
    """A name a line."""

    names = Text()
    before_id = Id()


class ListChanges(Form):
    """What is to change; a field that was not sent stays as it is, an empty limit takes it off."""

    name = Text()
    wip_limit = Number()


@bp.get("/boards/<int:board_id>/lists/new")
@signed_in
def new(board_id: int) -> Any:
    board = find(Board, board_id)
    allow(g.actor, "edit", board)
    return render_template("lists/new.html", board=board)


@bp.post("/boards/<int:board_id>/lists")
@form_at("lists.new")
@signed_in
def create(board_id: int) -> Response:
    form = read(NewLists)
    board, before = find(Board, board_id), find_or_none(List, form.before_id.data)
    event = create_lists(g.actor, board, titles(values.paste(form.names.data, "names")), before=before, once=once())
    return answer(event, page=url_for("boards.show", board_id=board_id, _anchor=f"list_{event.subject_id}"))


@bp.get("/lists/<int:list_id>")
@signed_in
def show(list_id: int) -> Any:
    """The cards that a board's page leaves out: those after the card that is named."""
    card_list = find(List, list_id)
    after = _card_in(card_list, asked("after"))
    rest = rest_of(card_list, after, most=_MORE if is_htmx() else _ALL)
    template = "streams/more.html" if is_htmx() else "lists/cards.html"
    return private(make_response(render_template(template, list=card_list, rest=rest, after=after)))


@bp.get("/lists/<int:list_id>/edit")
@signed_in
def edit(list_id: int) -> Any:
    card_list = find(List, list_id)
    allow(g.actor, "edit", card_list)
    return render_template("lists/edit.html", list=card_list)


@bp.patch("/lists/<int:list_id>")
@form_at("lists.edit")
@signed_in
def update(list_id: int) -> Response:
    form = read(ListChanges)
    card_list, limits_it = find(List, list_id), bool(form.wip_limit.raw_data)
    if form.name.data is not None and limits_it:
        event = edit_list(g.actor, card_list, name=form.name.data, limit=form.wip_limit.data)
    elif limits_it:
        event = limit_list(g.actor, card_list, form.wip_limit.data)
    else:
        event = rename_list(g.actor, card_list, form.name.data or "")
    return answer(event, page=url_for("boards.show", board_id=card_list.board_id, _anchor=f"list_{list_id}"))


@bp.delete("/lists/<int:list_id>")
@signed_in
def destroy(list_id: int) -> Response:
    card_list = find(List, list_id)
    event = delete_list(g.actor, card_list)
    return answer(event, page=onward(url_for("boards.show", board_id=card_list.board_id)))


def _card_in(card_list: List, card_id: int | None) -> Card | None:
    """The card to go on after; None, which begins at the top, where it has left the list since."""
    card = db.session.get(Card, card_id) if card_id is not None else None
    return card if card is not None and card.list_id == card_list.id else None
