"""Accounts at identity providers that are linked to one's own: /account/identities."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.identities import unlink_identity
from kanban.queries.identities import identities_of
from kanban.support.oidc import clients
from kanban.web.elsewhere import LINK, leave_for
from kanban.web.errors import form_at
from kanban.web.finding import not_found
from kanban.web.forms import Form, Text, read
from kanban.web.guards import current_session, fresh_login, signed_in

bp = Blueprint("identities", __name__)


class Linking(Form):
    """Which provider to link."""

    provider = Text()


@bp.get("/account/identities")
@signed_in
def index() -> str:
    linked = identities_of(g.actor.user)
    providers = [client.provider for client in clients().values()]
    return render_template(
        "account/identities.html",
        linked=linked,
        labels={provider.name: provider.label for provider in providers},
        providers=providers,
    )


@bp.post("/account/identities")
@form_at("identities.index")
@signed_in
@fresh_login
def create() -> str:
    form = read(Linking)
    return leave_for(form.provider.data or "", LINK, person=g.actor.user)


@bp.get("/account/identities/<int:identity_id>/edit")
@signed_in
@fresh_login
def edit(identity_id: int) -> str:
    identity = next((each for each in identities_of(g.actor.user) if each.id == identity_id), None)
    if identity is None:
        not_found()
    client = clients().get(identity.provider)
    return render_template(
        "account/identity.html", identity=identity, label=client.provider.label if client else identity.provider
    )


@bp.delete("/account/identities/<int:identity_id>")
@form_at("identities.edit")
@signed_in
@fresh_login
def destroy(identity_id: int) -> Response:
    current = current_session()
    unlink_identity(g.actor, identity_id, usable=clients().keys(), but=current.id if current is not None else None)
    flash(_("Unlinked. Sessions on your other devices have ended."))
    return redirect(url_for("identities.index"), code=303)
