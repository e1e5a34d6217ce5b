"""Links on a card: /cards/<id>/attachments and /attachments/<id>."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.attachments import attach_link, delete_attachment, edit_attachment
from kanban.models import Attachment, Card
from kanban.policies import allow
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, once, read
from kanban.web.guards import signed_in

bp = Blueprint("attachments", __name__)


class Link(Form):
    """A web address and what it is called."""

    url = Text()
    title = Text()


@bp.get("/cards/<int:card_id>/attachments/new")
@signed_in
def new(card_id: int) -> Any:
    card = find(Card, card_id)
    allow(g.actor, "edit", card)
    return render_template("attachments/new.html", card=card)


@bp.post("/cards/<int:card_id>/attachments")
@form_at("attachments.new")
@signed_in
def create(card_id: int) -> Response:
    form = read(Link)
    card = find(Card, card_id)
    event = attach_link(g.actor, card, form.url.data or "", title=form.title.data or "", once=once())
    return answer(event, page=_on_card(card_id, event.subject_id))


@bp.get("/attachments/<int:attachment_id>/edit")
@signed_in
def edit(attachment_id: int) -> Any:
    attachment = find(Attachment, attachment_id)
    allow(g.actor, "edit", attachment)
    return render_template("attachments/edit.html", attachment=attachment)


@bp.patch("/attachments/<int:attachment_id>")
@form_at("attachments.edit")
@signed_in
def update(attachment_id: int) -> Response:
    form = read(Link)
    attachment = find(Attachment, attachment_id)
    event = edit_attachment(g.actor, attachment, title=form.title.data or "")
    return answer(event, page=_on_card(attachment.card_id, attachment_id))


@bp.delete("/attachments/<int:attachment_id>")
@signed_in
def destroy(attachment_id: int) -> Response:
    attachment = find(Attachment, attachment_id)
    event = delete_attachment(g.actor, attachment)
    return answer(event, page=url_for("cards.show", card_id=attachment.card_id))


def _on_card(card_id: int, attachment_id: int) -> str:
    return url_for("cards.show", card_id=card_id, _anchor=f"attachment_{attachment_id}")
