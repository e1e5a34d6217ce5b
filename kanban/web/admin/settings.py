"""How the site is set up: /admin/settings."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from kanban.actions.site import set_site
from kanban.queries.site import site
from kanban.web.errors import form_at
from kanban.web.forms import Form, Number, Text, Tick, read
from kanban.web.guards import admin_only, fresh_login

bp = Blueprint("admin_settings", __name__)


class Setup(Form):
    """Settings; one that was not sent stays as it is."""

    registration = Text()
    require_factor = Text()
    password_least = Number()
    password_grant = Tick()
    public_links = Tick()
    session_days = Number()
    session_idle_hours = Number()
    invitation_days = Number()
    people_limit = Number()


@bp.get("/admin/settings/edit")
@admin_only
@fresh_login
def edit() -> Any:
    return render_template("admin/settings.html", section="settings", site=site())


@bp.put("/admin/settings")
@form_at("admin_settings.edit")
@admin_only
@fresh_login
def update() -> Any:
    form = read(Setup)
    changed = set_site(g.actor, **{field.name: field.data for field in form if field.raw_data})
    if changed:
        flash(ngettext("%(num)d setting is changed.", "%(num)d settings are changed.", len(changed)))
    else:
        flash(_("Nothing was changed."))
    return redirect(url_for("admin_settings.edit"), code=303)
