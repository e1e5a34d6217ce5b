"""One's own mail address: /account/address."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.addresses import ask_address
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import fresh_login, signed_in

bp = Blueprint("addresses", __name__)


class NewAddress(Form):
    """Where the account's mail is to go."""

    email = Text()


@bp.get("/account/address/edit")
@signed_in
@fresh_login
def edit() -> str:
    return render_template("addresses/edit.html")


@bp.put("/account/address")
@limiter.limit("10 per minute; 30 per hour")
@form_at("addresses.edit")
@signed_in
@fresh_login
def update() -> Response:
    ask_address(g.actor, read(NewAddress).email.data or "")
    flash(_("Two mails are on their way, to the old address and to the new one. Open the link in both of them."))
    return redirect(url_for("addresses.edit"), code=303)
