"""Signing somebody out everywhere: /admin/people/7/sessions."""

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _

from kanban.actions.people import sign_out_person
from kanban.web.admin.people import somebody
from kanban.web.errors import form_at
from kanban.web.guards import admin_only

bp = Blueprint("admin_sessions", __name__)


@bp.delete("/admin/people/<int:user_id>/sessions")
@form_at("admin_people.show")
@admin_only
def destroy(user_id: int) -> Any:
    user = somebody(user_id)
    sign_out_person(g.actor, user)
    flash(_("%(name)s is signed out everywhere.", name=user.name))
    return redirect(url_for("admin_people.show", user_id=user_id), code=303)
