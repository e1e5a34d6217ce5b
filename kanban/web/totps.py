"""One's authenticator app: /account/totp."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.totps import add_totp, new_key, remove_totp
from kanban.queries.factors import factors_of
from kanban.render.qr import qr_path
from kanban.support.limits import limiter, person
from kanban.web.errors import form_at, typed
from kanban.web.forms import Form, Text, read
from kanban.web.guards import current_session, fresh_login, signed_in, without_factor
from kanban.web.recovery_codes import first_codes

bp = Blueprint("totps", __name__)


class FirstCode(Form):
    """The key as the page was given it, sealed, and the code that an app shows for it."""

    key = Text()
    code = Text()


@bp.get("/account/totp/new")
@signed_in
@without_factor
@fresh_login
def new() -> Any:
    # After a wrong code the same key again: it has been scanned.
    key = new_key(g.actor, _site(), typed("key", None))
    page = render_template("totps/new.html", key=key, qr=qr_path(key.uri), factors=factors_of(g.actor.user))
    return Response(page, mimetype="text/html", headers={"Cache-Control": "no-store"})


@bp.post("/account/totp")
@limiter.limit("20 per minute", key_func=person)
@form_at("totps.new")
@signed_in
@without_factor
@fresh_login
def create() -> Any:
    form = read(FirstCode)
    add_totp(g.actor, form.key.data or "", form.code.data or "", session_id=_session_id())
    flash(_("Your authenticator app is set up. Your other sessions were ended."))
    return first_codes()


@bp.get("/account/totp/edit")
@signed_in
@without_factor
@fresh_login
def edit() -> str:
    return render_template("totps/edit.html", factors=factors_of(g.actor.user))


@bp.delete("/account/totp")
@form_at("totps.edit")
@signed_in
@without_factor
@fresh_login
def destroy() -> Response:
    remove_totp(g.actor, session_id=_session_id())
    flash(_("The authenticator app is removed. Your other sessions were ended."))
    return redirect(url_for("factors.index"), code=303)


def _session_id() -> int | None:
    current = current_session()
    return current.id if current is not None else None


def _site() -> str:
    """What the app calls this site: its host, since people may use more than one."""
    return f"Kanban ({urlsplit(current_app.config['BASE_URL']).hostname})"
