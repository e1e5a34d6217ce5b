"""One's passkeys: /account/passkeys."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.passkeys import add_passkey, find_passkey, remove_passkey, rename_passkey
from kanban.support.limits import limiter, person
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import current_session, fresh_login, signed_in, without_factor
from kanban.web.identities import labels
from kanban.web.passkey_answers import asked_secret, party
from kanban.web.recovery_codes import first_codes

bp = Blueprint("passkeys", __name__)


class NewPasskey(Form):
    """What to call it, and what the browser has made."""

    name = Text()
    credential = Text()


@bp.get("/account/passkeys/new")
@signed_in
@without_factor
@fresh_login
def new() -> str:
    return render_template("passkeys/new.html")


@bp.post("/account/passkeys")
@limiter.limit("20 per minute", key_func=person)
@form_at("passkeys.new")
@signed_in
@without_factor
@fresh_login
def create() -> Any:
    form = read(NewPasskey)
    add_passkey(
        g.actor, form.name.data or "", form.credential.data or "", asked_secret(), party(), session_id=_session_id()
    )
    flash(_("The passkey is added."))
    return first_codes()


@bp.get("/account/passkeys/<int:passkey_id>/edit")
@signed_in
@without_factor
@fresh_login
def edit(passkey_id: int) -> str:
    return render_template("passkeys/edit.html", passkey=find_passkey(g.actor, passkey_id))


@bp.patch("/account/passkeys/<int:passkey_id>")
@form_at("passkeys.edit")
@signed_in
@without_factor
@fresh_login
def update(passkey_id: int) -> Response:
    rename_passkey(g.actor, passkey_id, read(NewPasskey).name.data or "")
    flash(_("The passkey is renamed."))
    return redirect(url_for("factors.index"), code=303)


@bp.delete("/account/passkeys/<int:passkey_id>")
@form_at("passkeys.edit")
@signed_in
@without_factor
@fresh_login
def destroy(passkey_id: int) -> Response:
    remove_passkey(g.actor, passkey_id, usable=labels().keys(), session_id=_session_id())
    flash(_("The passkey is removed. Your other sessions were ended."))
    return redirect(url_for("factors.index"), code=303)


def _session_id() -> int | None:
    current = current_session()
    return current.id if current is not None else None
