"""One's own name and picture: /account."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.profiles import rename_oneself
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import signed_in
from kanban.web.uploads import PICTURE

bp = Blueprint("profiles", __name__)


class Profile(Form):
    """What others call one."""

    name = Text()


@bp.get("/account/edit")
@signed_in
def edit() -> str:
    return render_template("profiles/edit.html", most=PICTURE // 1_000_000)


@bp.put("/account")
@form_at("profiles.edit")
@signed_in
def update() -> Response:
    rename_oneself(g.actor, read(Profile).name.data)
    flash(_("Your name is saved."))
    return redirect(url_for("profiles.edit"), code=303)
