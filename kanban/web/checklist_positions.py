"""A checklist's place on its card: /checklists/<id>/position."""

from flask import Blueprint, g, url_for
from werkzeug.wrappers import Response

from kanban.actions.positions import move_checklist
from kanban.models import Checklist
from kanban.queries.places import following_checklist
from kanban.web.answering import answer
from kanban.web.finding import find, find_or_none
from kanban.web.forms import Place, read
from kanban.web.guards import signed_in

bp = Blueprint("checklist_positions", __name__)


@bp.put("/checklists/<int:checklist_id>/position")
@signed_in
def update(checklist_id: int) -> Response:
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
