"""Signing in at an identity provider: /oidc/<provider>, and its callback."""

from typing import Any

import structlog
from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.factors import is_protected
from kanban.actions.identities import Outsider, come_in, is_theirs, link_identity
from kanban.support.errors import Conflict, Invalid, Refused
from kanban.support.limits import limiter
from kanban.support.oidc import AnswerRefused, Client, ProviderAway, SignInDeclined
from kanban.web.answering import private
from kanban.web.elsewhere import (
    CONFIRM,
    LINK,
    SIGN_IN,
    Return,
    away,
    callback_of,
    client_of,
    come_back,
    leave_for,
    outsider_of,
)
from kanban.web.forms import Form, Text, Tick, read
from kanban.web.guards import current_person, freshen, go_in, place, safe_next, signed_in

bp = Blueprint("oidc", __name__)
log = structlog.get_logger(__name__)


class Leaving(Form):
    """Where to go on afterwards, and whether it is to prove oneself again."""

    next = Text()
    again = Tick()


@bp.post("/oidc/<provider>")
@limiter.limit("30 per minute; 200 per hour")
def create(provider: str) -> Any:
    form = read(Leaving)
    person = current_person() if form.again.data else None
    try:
        page = leave_for(provider, CONFIRM if person else SIGN_IN, next_=form.next.data, person=person)
    except Invalid as no:
        return _door(str(no), CONFIRM if person else SIGN_IN, safe_next(form.next.data))
    return private(Response(page, mimetype="text/html"))  # type: ignore[arg-type]


@bp.get("/oidc/<provider>/callback")
@limiter.limit("60 per minute; 400 per hour")
def show(provider: str) -> Any:
    client = client_of(provider)
    left = come_back(provider)
    if left is None:
        log.warning("oidc_answer_unasked", provider=provider)
        return _door(_("This sign-in was used, is too old, or began in another browser. Begin again."))
    try:
        claims = client.finish(request.args, left.attempt, callback_of(provider))
        outsider = outsider_of(client, claims)
        if left.purpose != SIGN_IN:
            return _of_the_signed_in(outsider, left, claims.has_factor)
        person = come_in(outsider, place())
    except Conflict as no:
        # What has to be done next is on the page of what is linked.
        return _door(str(no), left.purpose, url_for("identities.index"))
    except (Refused, SignInDeclined, AnswerRefused, ProviderAway) as no:
        return _door(_sentence(client, no), left.purpose, left.next)
    if not go_in(person, "oidc", is_remembered=False, has_proved_factor=claims.has_factor):
        return private(redirect(url_for("session_factors.new", next=left.next), code=303))  # type: ignore[arg-type]
    log.info("signed_in", user_id=person.id, provider=provider)
    return private(redirect(left.next or url_for("home.index"), code=303))  # type: ignore[arg-type]


@signed_in
def _of_the_signed_in(outsider: Outsider, left: Return, has_factor: bool) -> Any:
    if g.actor.id != left.user_id:
        raise Invalid(_("Somebody else has signed in on this browser meanwhile. Begin again."))
    if left.purpose == LINK:
        link_identity(g.actor, outsider)
        flash(_("%(label)s is linked: you can sign in with it from now on.", label=outsider.label))
        return redirect(url_for("identities.index"), code=303)
    if not is_theirs(g.actor, outsider):
        raise Invalid(_("That account of %(label)s is not the one linked to yours.", label=outsider.label))
    if is_protected(g.actor.user) and not has_factor:
        raise Invalid(_("Prove it by your second factor: %(label)s did not ask for one.", label=outsider.label))
    freshen()
    return redirect(left.next or url_for("home.index"), code=303)


def _sentence(client: Client, no: Exception) -> str:
    """What to tell the person; what is for whoever runs the site goes into the log."""
    label = client.provider.label
    if isinstance(no, SignInDeclined):
        return _("%(label)s did not let you in, or you said no there.", label=label)
    if isinstance(no, ProviderAway):
        return away(client, no)
    if isinstance(no, AnswerRefused):
        log.warning("oidc_answer_refused", provider=client.provider.name, reason=str(no))
        return _("What %(label)s answered cannot be trusted, so nothing was done. Begin again.", label=label)
    return str(no)


def _door(sentence: str, purpose: str = SIGN_IN, after: str | None = None) -> Response:
    """Back to where they set out, with what went wrong. The code in the address is left behind."""
    flash(sentence, "error")
    pages = {SIGN_IN: "sessions.new", LINK: "identities.index", CONFIRM: "confirmations.new"}
    page = url_for(pages[purpose], next=after if purpose != LINK else None)
    return private(redirect(page, code=303))  # type: ignore[arg-type]
