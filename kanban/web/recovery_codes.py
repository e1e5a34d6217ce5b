"""One's recovery codes: /account/recovery_codes."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, g, make_response, redirect, render_template, url_for

from kanban.actions.recovery_codes import codes_left, make_recovery_codes
from kanban.web.errors import form_at
from kanban.web.guards import fresh_login, signed_in, without_factor

bp = Blueprint("recovery_codes", __name__)


@bp.get("/account/recovery_codes/new")
@signed_in
@without_factor
@fresh_login
def new() -> str:
    return render_template("recovery_codes/new.html", left=codes_left(g.actor.user))


@bp.post("/account/recovery_codes")
@form_at("recovery_codes.new")
@signed_in
@without_factor
@fresh_login
def create() -> Any:
    return _told(make_recovery_codes(g.actor))


def first_codes() -> Any:
    """After a factor was set up: codes, for whoever has none yet; else back to the factors."""
    if codes_left(g.actor.user):
        return redirect(url_for("factors.index"), code=303)
    return _told(make_recovery_codes(g.actor))


def _told(codes: list[str]) -> Any:
    """The codes, this once: as a page that no cache keeps, with a file of them in a link."""
    text = "\r\n".join(["Kanban", g.actor.user.email or "", "", *codes, ""])
    response = make_response(
        render_template("recovery_codes/show.html", codes=codes, file=f"data:text/plain;charset=utf-8,{quote(text)}")
    )
    response.headers["Cache-Control"] = "no-store"
    return response
