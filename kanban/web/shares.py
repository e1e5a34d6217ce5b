"""Links to a board for readers: /boards/<id>/shares."""

from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.shares import DAYS, revoke_share, share_board
from kanban.models import Board, ShareLink
from kanban.policies import allow
from kanban.queries.shares import shares_of
from kanban.queries.site import site
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Number, read
from kanban.web.guards import signed_in

bp = Blueprint("shares", __name__)


class NewShare(Form):
    """For how many days; empty is until somebody ends it."""

    days = Number()


@bp.get("/boards/<int:board_id>/shares")
@signed_in
def index(board_id: int) -> Any:
    board = find(Board, board_id)
    allow(g.actor, "unshare_board", board)
    return _page(board)


@bp.post("/boards/<int:board_id>/shares")
@form_at("shares.index")
@signed_in
def create(board_id: int) -> Any:
    form = read(NewShare)
    board = find(Board, board_id)
    _link, secret = share_board(g.actor, board, days=form.days.data)
    # No redirect: the secret would have to lie somewhere until the next page.
    return _page(board, url_for("shared_boards.show", secret=secret, _external=True))


@bp.delete("/shares/<int:share_id>")
@signed_in
def destroy(share_id: int) -> Response:
    link = find(ShareLink, share_id)
    revoke_share(g.actor, link)
    flash(_("The link has ended: whoever follows it finds nothing."))
    return redirect(url_for("shares.index", board_id=link.board_id), code=303)


def _page(board: Board, made: str = "") -> Any:
    response = make_response(
        render_template(
            "shares/index.html",
            board=board,
            shares=shares_of(board),
            days=DAYS,
            made=made,
            is_on=site().public_links,
            is_shut=board.workspace.requires_factor,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
