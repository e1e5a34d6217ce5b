"""Closing an account and opening it again: /admin/people/7/disabling."""

from typing import Any

from flask import Blueprint, g, url_for

from kanban.actions.people import disable_person, enable_person
from kanban.web.admin.people import somebody
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.guards import admin_only

bp = Blueprint("admin_disablings", __name__)


@bp.put("/admin/people/<int:user_id>/disabling")
@form_at("admin_people.show")
@admin_only
def create(user_id: int) -> Any:
    event = disable_person(g.actor, somebody(user_id))
    return answer(event, page=url_for("admin_people.show", user_id=user_id), away=True)


@bp.delete("/admin/people/<int:user_id>/disabling")
@form_at("admin_people.show")
@admin_only
def destroy(user_id: int) -> Any:
    event = enable_person(g.actor, somebody(user_id))
    return answer(event, page=url_for("admin_people.show", user_id=user_id), away=True)
