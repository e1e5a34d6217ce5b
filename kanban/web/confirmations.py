"""Proving again who one is, before what is dangerous: /session/confirmation."""

from typing import Any

import structlog
from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kanban.actions.factors import is_protected, prove_factor
from kanban.actions.passkeys import CONFIRM, check_passkey
from kanban.actions.sessions import prove_password
from kanban.queries.factors import factors_of
from kanban.support.brakes import trying
from kanban.support.errors import Invalid
from kanban.support.limits import limiter
from kanban.web.directory import prove_again, subject_of
from kanban.web.elsewhere import linked_providers
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import freshen, place, safe_next, signed_in, without_factor
from kanban.web.passkey_answers import asked_secret, party

bp = Blueprint("confirmations", __name__)
log = structlog.get_logger(__name__)


class Proof(Form):
    """A password, a code, or what a passkey has answered."""

    password = Text()
    code = Text()
    credential = Text()


@bp.get("/session/confirmation/new")
@signed_in
@without_factor
def new() -> Any:
    return render_template(
        "confirmations/new.html",
        factors=factors_of(g.actor.user),
        has_password=g.actor.user.password_hash is not None or subject_of(g.actor.user) is not None,
        providers=linked_providers(g.actor.user),
        next=safe_next(request.values.get("next")),
    )


@bp.post("/session/confirmation")
@limiter.limit("20 per minute; 100 per hour")
@form_at("confirmations.new")
@signed_in
@without_factor
def create() -> Response:
    form = read(Proof)
    try:
        with trying("factor", g.actor.user.email or ""):
            _prove(form)
    except Invalid:
        log.warning("confirmation_refused", user_id=g.actor.id)
        raise
    freshen()
    return redirect(safe_next(request.form.get("next")) or url_for("factors.index"), code=303)


def _prove(form: Proof) -> None:
    """Whoever has a second factor proves it by that: a password that leaked must not be enough to take it off."""
    user = g.actor.user
    if form.credential.data:
        check_passkey(CONFIRM, form.credential.data, asked_secret(), party(), place(), user=user)
    elif is_protected(user):
        prove_factor(user, form.code.data or "", place())
    elif user.password_hash is None and subject_of(user) is not None:
        prove_again(user, form.password.data or "")
    else:
        prove_password(user, form.password.data or "", place())
