"""The second factor of a sign-in: /session/factor."""

from typing import Any

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kanban.actions.factors import prove_factor
from kanban.actions.passkeys import FACTOR, check_passkey
from kanban.actions.pending_sign_ins import SignInOver, count_try, find_pending, finish_pending, refuse_try
from kanban.models import PendingSignIn, User
from kanban.queries.factors import factors_of
from kanban.support.brakes import trying
from kanban.support.errors import Invalid
from kanban.support.limits import limiter
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import forget_pending, go_in, pending_secret, place, safe_next
from kanban.web.passkey_answers import asked_secret, party

bp = Blueprint("session_factors", __name__)
log = structlog.get_logger(__name__)


class Proof(Form):
    """A code, or what a passkey has answered."""

    code = Text()
    credential = Text()


@bp.get("/session/factor/new")
def new() -> Any:
    try:
        _pending, user = find_pending(pending_secret() or "")
    except SignInOver:
        return _begin_again()
    return render_template(
        "session_factors/new.html", factors=factors_of(user), next=safe_next(request.values.get("next"))
    )


@bp.post("/session/factor")
@limiter.limit("30 per minute; 200 per hour")
@form_at("session_factors.new")
def create() -> Response:
    form = read(Proof)
    try:
        pending, user = _prove(pending_secret() or "", form)
    except SignInOver as over:
        flash(str(over), "warning")
        return _begin_again()
    go_in(user, pending.method, is_remembered=pending.is_remembered, has_proved_factor=True)
    log.info("signed_in", user_id=user.id)
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"), code=303)


def _prove(secret: str, form: Proof) -> tuple[PendingSignIn, User]:
    """The sign-in, done. Raises SignInOver, TooOften, and Invalid for a wrong proof with tries left."""
    _pending, user = find_pending(secret)
    with trying("factor", user.email or ""):
        pending, user = count_try(secret)
        try:
            if form.credential.data:
                check_passkey(FACTOR, form.credential.data, asked_secret(), party(), place(), user=user)
            else:
                prove_factor(user, form.code.data or "", place())
        except Invalid:
            log.warning("factor_refused", user_id=user.id)
            refuse_try(pending, user, place())
            raise
        finish_pending(pending)
    return pending, user


def _begin_again() -> Response:
    forget_pending()
    return redirect(url_for("sessions.new", next=safe_next(request.values.get("next"))), code=303)
