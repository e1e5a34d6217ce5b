"""The people of a board: /boards/<id>/members."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.members import add_board_member, leave_board, remove_board_member, set_board_role
from kanban.models import Board, BoardMember, User, WorkspaceMember
from kanban.policies import allow, role_on
from kanban.queries.members import board_people
from kanban.support.db import db
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import Id, read
from kanban.web.guards import signed_in
from kanban.web.members import Role

bp = Blueprint("board_members", __name__)


class NewMember(Role):
    """Somebody of the workspace, and what they are to be on the board."""

    user_id = Id()


@bp.get("/boards/<int:board_id>/members")
@signed_in
def index(board_id: int) -> Any:
    return render_template("members/board.html", page=board_people(g.actor, find(Board, board_id)))


@bp.post("/boards/<int:board_id>/members")
@form_at("board_members.index")
@signed_in
def create(board_id: int) -> Response:
    form = read(NewMember)
    board = find(Board, board_id)
    allow(g.actor, "add_member", board)
    user_id = form.user_id.data or 0
    if db.session.get(WorkspaceMember, (board.workspace_id, user_id)) is None:
        not_found()
    event = add_board_member(g.actor, board, db.session.get_one(User, user_id), form.role.data or "")
    return answer(event, page=_page(board_id))


@bp.patch("/boards/<int:board_id>/members/<int:user_id>")
@signed_in
def update(board_id: int, user_id: int) -> Response:
    role = read(Role).role.data or ""
    board = find(Board, board_id)
    allow(g.actor, "add_member", board)
    return answer(set_board_role(g.actor, board, _member(board, user_id), role), page=_page(board_id))


@bp.delete("/boards/<int:board_id>/members/<int:user_id>")
@signed_in
def destroy(board_id: int, user_id: int) -> Response:
    """Take somebody off, or go oneself."""
    board = find(Board, board_id)
    if user_id == g.actor.id:
        event = leave_board(g.actor, board)
        still_there = role_on(g.actor, board) is not None
        return answer(event, page=_page(board_id) if still_there else url_for("home.index"), away=True)
    allow(g.actor, "remove_member", board)
    return answer(remove_board_member(g.actor, board, _member(board, user_id)), page=_page(board_id))


def _member(board: Board, user_id: int) -> User:
    """Somebody who is on the board by name."""
    member = db.session.get(BoardMember, (board.id, user_id))
    return db.session.get_one(User, user_id) if member is not None else not_found()


def _page(board_id: int) -> str:
    return url_for("board_members.index", board_id=board_id)
