"""Talk on a card: /cards/<id>/comments and /comments/<id>."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.comments import create_comment, delete_comment, edit_comment
from kanban.models import Card, Comment
from kanban.policies import allow
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, once, read
from kanban.web.guards import signed_in

bp = Blueprint("comments", __name__)


class Words(Form):
    """Markdown, and the mark of the text it was made from."""

    body = Text()
    base = Text()


@bp.get("/cards/<int:card_id>/comments/new")
@signed_in
def new(card_id: int) -> Any:
    card = find(Card, card_id)
    allow(g.actor, "comment", card)
    return render_template("comments/new.html", card=card)


@bp.post("/cards/<int:card_id>/comments")
@form_at("comments.new")
@signed_in
def create(card_id: int) -> Response:
    form = read(Words)
    event = create_comment(g.actor, find(Card, card_id), form.body.data or "", once=once())
    return answer(event, page=_on_card(card_id, event.subject_id))


@bp.get("/comments/<int:comment_id>/edit")
@signed_in
def edit(comment_id: int) -> Any:
    comment = find(Comment, comment_id)
    allow(g.actor, "edit_comment", comment)
    return render_template("comments/edit.html", comment=comment)


@bp.patch("/comments/<int:comment_id>")
@form_at("comments.edit")
@signed_in
def update(comment_id: int) -> Response:
    form = read(Words)
    comment = find(Comment, comment_id)
    event = edit_comment(g.actor, comment, form.body.data or "", base=form.base.data)
    return answer(event, page=_on_card(comment.card_id, comment_id))


@bp.delete("/comments/<int:comment_id>")
@signed_in
def destroy(comment_id: int) -> Response:
    comment = find(Comment, comment_id)
    card_id = comment.card_id
    event = delete_comment(g.actor, comment)
    return answer(event, page=url_for("cards.show", card_id=card_id, _anchor=f"card_{card_id}_activity"))


def _on_card(card_id: int, comment_id: int) -> str:
    return url_for("cards.show", card_id=card_id, _anchor=f"comment_{comment_id}")
