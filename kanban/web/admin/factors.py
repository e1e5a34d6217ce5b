"""Taking the second factor off somebody who has lost it: /admin/people/7/factors."""

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _

from kanban.actions.factors import reset_factors
from kanban.web.admin.people import somebody
from kanban.web.errors import form_at
from kanban.web.guards import admin_only, fresh_login

bp = Blueprint("admin_factors", __name__)


@bp.delete("/admin/people/<int:user_id>/factors")
@form_at("admin_people.show")
@admin_only
@fresh_login
def destroy(user_id: int) -> Any:
    user = somebody(user_id)
    reset_factors(g.actor, user)
    flash(_("%(name)s signs in by password alone now, and was told so by mail.", name=user.name))
    return redirect(url_for("admin_people.show", user_id=user_id), code=303)
