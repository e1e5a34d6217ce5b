"""How one wants to see things: /preferences."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from kanban.actions.accounts import prefer
from kanban.support.clock import ZONES
from kanban.support.languages import LANGUAGES
from kanban.web.answering import came_from, is_htmx, private
from kanban.web.errors import form_at
from kanban.web.forms import Form, Number, Text, Tick, read
from kanban.web.guards import signed_in, without_factor

bp = Blueprint("preferences", __name__)


class Wishes(Form):
    """What is to change; a field that was not sent stays as it is."""

    theme = Text()
    label_style = Text()
    label_patterns = Tick()
    single_keys = Tick()
    time_zone = Text()
    first_weekday = Number()
    locale = Text()


@bp.get("/preferences/edit")
@signed_in
@without_factor
def edit() -> Any:
    return render_template(
        "preferences/edit.html",
        zones=sorted(ZONES),
        languages=list(LANGUAGES.items()),
        weekdays=list(enumerate(_weekdays(), start=1)),
    )


@bp.put("/preferences")
@form_at("preferences.edit")
@signed_in
@without_factor
def update() -> Any:
    form = read(Wishes)
    prefer(g.actor.user, **{field.name: field.data for field in form if field.raw_data})
    if is_htmx():
        return private(Response(status=200))
    flash(_("Your preferences are saved."))
    return redirect(came_from(url_for("home.index")), code=303)


def _weekdays() -> list[str]:
    """The names of the days from Monday on, as the reader's language stands them alone."""
    names = get_locale().days["stand-alone"]["wide"]
    return [str(names[number]) for number in range(7)]
