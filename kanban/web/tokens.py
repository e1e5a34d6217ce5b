"""Tokens that one gives to programs: /account/tokens."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from kanban.actions.tokens import LIVES, create_token, revoke_token
from kanban.models import Board
from kanban.queries.tokens import boards_to_open, tokens_of
from kanban.support.clock import now
from kanban.support.limits import limiter, person
from kanban.web.errors import form_at
from kanban.web.finding import find_or_none
from kanban.web.forms import Form, Id, Number, Text, read
from kanban.web.guards import fresh_login, signed_in

bp = Blueprint("tokens", __name__)


class NewToken(Form):
    """What it is for, what it may do, where, and for how many days."""

    name = Text()
    level = Text()
    board_id = Id()
    days = Number()


@bp.get("/account/tokens")
@signed_in
def index() -> str:
    return render_template("tokens/index.html", lines=tokens_of(g.actor.user), at=now())


@bp.get("/account/tokens/new")
@signed_in
@fresh_login
def new() -> str:
    return render_template("tokens/new.html", boards=boards_to_open(g.actor), lives=LIVES)


@bp.post("/account/tokens")
@limiter.limit("20 per minute", key_func=person)
@form_at("tokens.new")
@signed_in
@fresh_login
def create() -> Response:
    form = read(NewToken)
    token, secret = create_token(
        g.actor,
        form.name.data or "",
        level=form.level.data or "",
        board=find_or_none(Board, form.board_id.data),
        days=-1 if form.days.data is None else form.days.data,
    )
    # Drawn at once, not after a redirect: nothing is kept from which it could be shown again.
    response = make_response(render_template("tokens/show.html", token=token, secret=secret))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.delete("/account/tokens/<int:token_id>")
@signed_in
def destroy(token_id: int) -> AnyResponse:
    revoke_token(g.actor, token_id)
    flash(_("The token is revoked. Programs that use it are out."))
    return redirect(url_for("tokens.index"), code=303)
