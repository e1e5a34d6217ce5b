"""Cards: /cards/<id>, and new ones in a list."""

from typing import Any

from flask import Blueprint, g, make_response, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kanban.actions import values
from kanban.actions.cards import NewCard, cover_card, create_cards, describe_card, edit_card, rename_card
from kanban.actions.states import delete_card
from kanban.models import Card, List
from kanban.policies import allow
from kanban.queries.card_page import card_page
from kanban.support.errors import Invalid
from kanban.support.text import headed, outline
from kanban.web.answering import answer, is_htmx, onward, private
from kanban.web.errors import form_at
from kanban.web.finding import find, find_in_list
from kanban.web.forms import Form, Id, Text, Tick, once, read
from kanban.web.guards import signed_in

bp = Blueprint("cards", __name__)


class NewCards(Form):
    """Lines that become a card each, or with `split` = one a title and its description."""

    titles = Text()
    split = Text()
    before_id = Id()
    insist = Tick()


class CardChanges(Form):
    """What is to change; a field that was not sent stays as it is."""

    title = Text()
    description = Text()
    base = Text()
    cover_color = Text()


@bp.get("/lists/<int:list_id>/cards/new")
@signed_in
def new(list_id: int) -> Any:
    card_list = find(List, list_id)
    allow(g.actor, "edit", card_list)
    return render_template("cards/new.html", list=card_list)


@bp.post("/lists/<int:list_id>/cards")
@form_at("cards.new")
@signed_in
def create(list_id: int) -> Response:
    form = read(NewCards)
    to, before = find_in_list(list_id, form.before_id.data)
    cards = _cards(values.paste(form.titles.data, "titles"), form.split.data)
    event = create_cards(g.actor, to, cards, before=before, insist=form.insist.data, once=once())
    return answer(event, page=_on_board(to.board_id, event.subject_id))


@bp.get("/cards/<int:card_id>")
@signed_in
def show(card_id: int) -> Any:
    page = card_page(g.actor, find(Card, card_id))
    template = "cards/dialog.html" if is_htmx() else "cards/show.html"
    return private(make_response(render_template(template, page=page)))


@bp.get("/cards/<int:card_id>/edit")
@signed_in
def edit(card_id: int) -> Any:
    card = find(Card, card_id)
    allow(g.actor, "edit", card)
    return render_template("cards/edit.html", card=card)


@bp.patch("/cards/<int:card_id>")
@form_at("cards.edit")
@signed_in
def update(card_id: int) -> Response:
    form = read(CardChanges)
    card = find(Card, card_id)
    title, description, base = form.title.data, form.description.data, form.base.data
    if title is not None and description is not None:
        event = edit_card(g.actor, card, title=title, description=description, base=base)
    elif title is not None:
        event = rename_card(g.actor, card, title)
    elif description is not None:
        event = describe_card(g.actor, card, description, base=base)
    elif form.cover_color.data is not None:
        event = cover_card(g.actor, card, form.cover_color.data or None)
    else:
        raise Invalid(_("Write something here first."), field="title")
    return answer(event, page=url_for("cards.show", card_id=card_id))


@bp.delete("/cards/<int:card_id>")
@signed_in
def destroy(card_id: int) -> Response:
    card = find(Card, card_id)
    event = delete_card(g.actor, card)
    return answer(event, page=onward(url_for("boards.show", board_id=card.board_id, _anchor=f"list_{card.list_id}")))


def _cards(text: str, split: str | None) -> list[NewCard]:
    if split == "one":
        title, description = headed(text)
        return [NewCard(title, description)]
    return [NewCard(title, items=items) for title, items in outline(text)]


def _on_board(board_id: int, card_id: int) -> str:
    return url_for("boards.show", board_id=board_id, _anchor=f"card_{card_id}")
