"""The groups on a board: /boards/<id>/groups."""

import sqlalchemy as sa
from flask import Blueprint, g, url_for
from werkzeug.wrappers import Response

from kanban.actions.groups import add_board_group, remove_board_group
from kanban.models import Board, Group
from kanban.policies import allow
from kanban.support.db import db
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import Id, read
from kanban.web.guards import signed_in
from kanban.web.members import Role

bp = Blueprint("board_groups", __name__)


class NewGroup(Role):
    """A group of the workspace, and what its people are to be on the board."""

    group_id = Id()


@bp.post("/boards/<int:board_id>/groups")
@form_at("board_members.index")
@signed_in
def create(board_id: int) -> Response:
    form = read(NewGroup)
    return _put(find(Board, board_id), form.group_id.data or 0, form.role.data or "")


@bp.patch("/boards/<int:board_id>/groups/<int:group_id>")
@signed_in
def update(board_id: int, group_id: int) -> Response:
    return _put(find(Board, board_id), group_id, read(Role).role.data or "")


@bp.delete("/boards/<int:board_id>/groups/<int:group_id>")
@signed_in
def destroy(board_id: int, group_id: int) -> Response:
    board = find(Board, board_id)
    allow(g.actor, "remove_member", board)
    return answer(remove_board_group(g.actor, board, _group(board, group_id)), page=_page(board_id))


def _put(board: Board, group_id: int, role: str) -> Response:
    allow(g.actor, "add_member", board)
    return answer(add_board_group(g.actor, board, _group(board, group_id), role), page=_page(board.id))


def _group(board: Board, group_id: int) -> Group:
    """A group of the board's workspace: who rules a board need not belong there to take a group off."""
    query = sa.select(Group).where(
        Group.id == group_id, Group.workspace_id == board.workspace_id, Group.deleted_at.is_(None)
    )
    return db.session.scalar(query) or not_found()


def _page(board_id: int) -> str:
    return url_for("board_members.index", board_id=board_id)
