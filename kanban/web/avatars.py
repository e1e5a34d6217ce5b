"""Pictures of people: one's own at /account/avatar, everybody's at /avatars."""

from flask import Blueprint, flash, g, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kanban.actions.profiles import put_picture, remove_picture
from kanban.support import storage
from kanban.support.errors import Invalid
from kanban.support.limits import limiter, person
from kanban.web.errors import form_at
from kanban.web.finding import not_found
from kanban.web.guards import signed_in

bp = Blueprint("avatars", __name__)


@bp.get("/avatars/<name>")
@signed_in
def show(name: str) -> Response:
    path = storage.find(name)
    if path is None:
        not_found()
    response = send_file(path, mimetype="image/webp", conditional=True, etag=False)
    # Another picture has another name. Private: who is not signed in gets none.
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@bp.put("/account/avatar")
@limiter.limit("10 per minute; 60 per hour", key_func=person)
@form_at("profiles.edit")
@signed_in
def update() -> Response:
    file = request.files.get("picture")
    if file is None or not file.filename:
        raise Invalid(lazy_gettext("Choose a picture first."), field="picture")
    put_picture(g.actor, file.stream)
    flash(_("Your picture is saved."))
    return redirect(url_for("profiles.edit"), code=303)


@bp.delete("/account/avatar")
@form_at("profiles.edit")
@signed_in
def destroy() -> Response:
    remove_picture(g.actor)
    flash(_("Your picture is removed."))
    return redirect(url_for("profiles.edit"), code=303)
