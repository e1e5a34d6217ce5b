"""Accounts at identity providers that are linked to one's own: /account/identities."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.identities import unlink_identity
from kanban.queries.identities import identities_of
from kanban.support.brakes import trying
from kanban.support.directory import directory
from kanban.support.limits import limiter, person
from kanban.support.oidc import clients
from kanban.web.directory import PROVIDER, link_directory, subject_of
from kanban.web.elsewhere import LINK, leave_for
from kanban.web.errors import form_at
from kanban.web.finding import not_found
from kanban.web.forms import Form, Text, read
from kanban.web.guards import current_session, fresh_login, signed_in

bp = Blueprint("identities", __name__)


class Linking(Form):
    """Which provider to link; for the directory, a name and a password of it."""

    provider = Text()
    name = Text()
    password = Text()


@bp.get("/account/identities")
@signed_in
def index() -> str:
    linked = identities_of(g.actor.user)
    known = {identity.provider for identity in linked}
    providers = [client.provider for name, client in clients().items() if name not in known]
    return render_template(
        "account/identities.html",
        linked=linked,
        labels=labels(),
        providers=providers,
        directory=directory() if subject_of(g.actor.user) is None else None,
    )


@bp.post("/account/identities")
@limiter.limit("20 per minute; 100 per hour", key_func=person)
@form_at("identities.index")
@signed_in
@fresh_login
def create() -> Any:
    form = read(Linking)
    if form.provider.data != PROVIDER:
        return leave_for(form.provider.data or "", LINK, person=g.actor.user)
    name = form.name.data or ""
    with trying("sign_in", name):
        link_directory(g.actor, name, form.password.data or "")
    flash(_("Your entry in the directory is linked: you can sign in with it from now on."))
    return redirect(url_for("identities.index"), code=303)


@bp.get("/account/identities/<int:identity_id>/edit")
@signed_in
@fresh_login
def edit(identity_id: int) -> str:
    identity = next((each for each in identities_of(g.actor.user) if each.id == identity_id), None)
    if identity is None:
        not_found()
    label = labels().get(identity.provider, identity.provider)
    return render_template("account/identity.html", identity=identity, label=label)


@bp.delete("/account/identities/<int:identity_id>")
@form_at("identities.edit")
@signed_in
@fresh_login
def destroy(identity_id: int) -> Response:
    current = current_session()
    unlink_identity(g.actor, identity_id, usable=labels().keys(), but=current.id if current is not None else None)
    flash(_("Unlinked. Sessions on your other devices have ended."))
    return redirect(url_for("identities.index"), code=303)


def labels() -> dict[str, str]:
    """What people call the places by which one can come in on this site, by name."""
    known = directory()
    return {
        **{name: client.provider.label for name, client in clients().items()},
        **({PROVIDER: known.label} if known is not None else {}),
    }
