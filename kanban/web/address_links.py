"""A yes to a change of address, from one of the two mailboxes: /addresses/<secret>."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.addresses import confirm_change, find_change
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.guards import place

bp = Blueprint("address_links", __name__)


@bp.get("/addresses/<secret>")
def edit(secret: str) -> str:
    """A button, as for any link of a mail: programs open them all."""
    link = find_change(secret)
    return render_template("addresses/link.html", secret=secret, email=link.email, is_old=link.purpose[:5] == "leave")


@bp.put("/addresses/<secret>")
@limiter.limit("30 per minute; 200 per hour")
@form_at("address_links.edit")
def update(secret: str) -> Response:
    if confirm_change(secret, place()):
        flash(_("Your account has moved to the new address. Sign in with it."))
    else:
        flash(_("Thank you. Now open the link in the other mail: then the address is changed."))
    return redirect(url_for("sessions.new"), code=303)
