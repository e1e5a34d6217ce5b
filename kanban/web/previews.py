"""Markdown as it will look: /previews."""

from typing import Any

from flask import Blueprint, make_response, render_template

from kanban.actions import values
from kanban.render.markdown import to_html
from kanban.web.answering import is_htmx, private
from kanban.web.forms import Form, Text, read
from kanban.web.guards import signed_in

bp = Blueprint("previews", __name__)


class Draft(Form):
    """A text, under the name of the field it was typed into."""

    text = Text()
    body = Text()
    description = Text()


@bp.post("/previews")
@signed_in
def create() -> Any:
    form = read(Draft)
    text = values.markdown(next((field.data for field in form if field.data), ""), "text")
    html = to_html(text)
    return private(make_response(html if is_htmx() else render_template("previews/show.html", html=html)))
