"""Asking to join a board: /boards/<id>/requests and /requests/<id>."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.join_requests import ask_to_join, grant_request, refuse_request
from kanban.models import Board, JoinRequest
from kanban.policies import allow
from kanban.support.db import db
from kanban.support.limits import limiter, person
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import read
from kanban.web.guards import signed_in
from kanban.web.members import Role

bp = Blueprint("join_requests", __name__)


@bp.post("/boards/<int:board_id>/requests")
@limiter.limit("30 per minute", key_func=person)
@form_at("board_members.index")
@signed_in
def create(board_id: int) -> Response:
    ask_to_join(g.actor, find(Board, board_id))
    flash(_("You have asked to join. An admin of the board decides."))
    return _to_people(board_id)


@bp.put("/requests/<int:request_id>")
@signed_in
def update(request_id: int) -> Response:
    """Let them in."""
    role = read(Role).role.data or ""
    asked = _request(request_id)
    allow(g.actor, "add_member", asked.board)
    event = grant_request(g.actor, asked, role)
    return answer(event, page=url_for("board_members.index", board_id=asked.board_id))


@bp.delete("/requests/<int:request_id>")
@signed_in
def destroy(request_id: int) -> Response:
    asked = _request(request_id)
    refuse_request(g.actor, asked)
    flash(_("Refused %(name)s", name=asked.user.name) if asked.user_id != g.actor.id else _("You have taken it back"))
    return _to_people(asked.board_id)


def _request(request_id: int) -> JoinRequest:
    """What somebody asks of a board that the actor sees."""
    found = db.session.get(JoinRequest, request_id)
    if found is None:
        not_found()
    find(Board, found.board_id)
    return found


def _to_people(board_id: int) -> Response:
    return redirect(url_for("board_members.index", board_id=board_id), code=303)
