"""Who is on a card: /cards/<id>/assignees."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.assignments import assign_card, set_assignees, unassign_card
from kanban.models import Card, User
from kanban.policies import allow
from kanban.queries.card_page import people_on, people_who_see
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import Form, Ids, read
from kanban.web.guards import signed_in

bp = Blueprint("assignments", __name__)


class Chosen(Form):
    """The people who are to be on a card."""

    user_ids = Ids()


@bp.get("/cards/<int:card_id>/assignees")
@signed_in
def edit(card_id: int) -> Any:
    card = find(Card, card_id)
    allow(g.actor, "edit", card)
    people = people_who_see(card.board)
    return render_template("cards/assignees.html", card=card, people=people, chosen=people_on(card))


@bp.put("/cards/<int:card_id>/assignees")
@form_at("assignments.edit")
@signed_in
def update(card_id: int) -> Response:
    ids = set(read(Chosen).user_ids.data)
    card = find(Card, card_id)
    people = _people(card, ids)
    return answer(set_assignees(g.actor, card, people), page=url_for("cards.show", card_id=card_id))


@bp.put("/cards/<int:card_id>/assignees/<int:user_id>")
@signed_in
def create(card_id: int, user_id: int) -> Response:
    card = find(Card, card_id)
    event = assign_card(g.actor, card, _people(card, {user_id})[0])
    return answer(event, page=url_for("cards.show", card_id=card_id))


@bp.delete("/cards/<int:card_id>/assignees/<int:user_id>")
@signed_in
def destroy(card_id: int, user_id: int) -> Response:
    card = find(Card, card_id)
    event = unassign_card(g.actor, card, _people(card, {user_id})[0])
    return answer(event, page=url_for("cards.show", card_id=card_id))


def _people(card: Card, ids: set[int]) -> list[User]:
    """People of the card's board; whoever is not there is not told from somebody who does not exist."""
    found = [person for person in people_who_see(card.board) if person.id in ids]
    return found if len(found) == len(ids) else not_found()
