"""A list's place on its board: /lists/<id>/position."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.positions import move_list
from kanban.models import List
from kanban.queries.places import following_list, lists_of
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, find_or_none
from kanban.web.forms import Place, read
from kanban.web.guards import signed_in

bp = Blueprint("list_positions", __name__)


@bp.get("/lists/<int:list_id>/position")
@signed_in
def edit(list_id: int) -> Any:
    thing = find(List, list_id)
    return render_template("lists/position.html", list=thing, places=lists_of(thing.board))


@bp.put("/lists/<int:list_id>/position")
@form_at("list_positions.edit")
@signed_in
def update(list_id: int) -> Response:
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
