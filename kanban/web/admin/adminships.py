"""Who looks after the site: /admin/people/7/adminship."""

from typing import Any

from flask import Blueprint, g, url_for

from kanban.actions.people import make_admin, unmake_admin
from kanban.web.admin.people import somebody
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.guards import admin_only, fresh_login

bp = Blueprint("admin_adminships", __name__)


@bp.put("/admin/people/<int:user_id>/adminship")
@form_at("admin_people.show")
@admin_only
@fresh_login
def create(user_id: int) -> Any:
    event = make_admin(g.actor, somebody(user_id))
    return answer(event, page=url_for("admin_people.show", user_id=user_id), away=True)


@bp.delete("/admin/people/<int:user_id>/adminship")
@form_at("admin_people.show")
@admin_only
@fresh_login
def destroy(user_id: int) -> Any:
    user = somebody(user_id)
    event = unmake_admin(g.actor, user)
    # Whoever has just laid it down has no console any more.
    page = url_for("home.index") if user.id == g.actor.id else url_for("admin_people.show", user_id=user_id)
    return answer(event, page=page, away=True)
