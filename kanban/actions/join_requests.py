"""Asking to join a board that one sees only as an observer through its workspace."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.audit import note
from kanban.actions.membership import put_on_board
from kanban.eventlog import recording
from kanban.models import Actor, Board, Event, JoinRequest, WorkspaceMember
from kanban.models.boards import BOARD_ROLES
from kanban.policies import allow, forget_roles
from kanban.queries.members import may_ask_to_join, open_request
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Forbidden


def ask_to_join(actor: Actor, board: Board) -> JoinRequest:
    """Ask the admins of a board to be let in; who has asked already has asked once."""
    with transaction() as session:
        session.execute(sa.select(Board.id).where(Board.id == board.id).with_for_update())
        allow(actor, "see", board)
        if not may_ask_to_join(actor, board):
            raise Forbidden(_("Only who sees a board as observer through its workspace can ask to join it."))
        asked = open_request(actor, board)
        if asked is None:
            asked = JoinRequest(board_id=board.id, board=board, user_id=actor.id, user=actor.user)
            session.add(asked)
            session.flush()
            note(actor, "join_request.made", board)
    return asked


def grant_request(actor: Actor, request: JoinRequest, role: str) -> Event:
    """Let somebody who asked onto the board, with a role. Raises Conflict where it has been decided already."""
    board, person = request.board, request.user
    with recording(actor, "board.member_added", board, lock=[board], beside=[board.workspace]) as event:
        allow(actor, "add_member", board)
        values.one_of(role, BOARD_ROLES, "role")
        _still_open(request)
        if db.session.get(WorkspaceMember, (board.workspace_id, person.id), populate_existing=True) is None:
            raise Conflict(_("%(name)s does not belong to the workspace any more.", name=person.name))
        put_on_board(board, person, role)
        _decide(actor, request, is_granted=True)
        event.detail = {"person": person.name, "role": role}
        note(actor, "board.member_added", board, person=person.name, person_id=person.id, role=role)
    forget_roles()
    return event


def refuse_request(actor: Actor, request: JoinRequest) -> None:
    """Say no to somebody who asked; whoever asked takes it back so."""
    with transaction():
        if request.user_id != actor.id:
            allow(actor, "add_member", request.board)
        _still_open(request)
        _decide(actor, request, is_granted=False)
        note(actor, "join_request.refused", request.board, person=request.user.name, person_id=request.user_id)


def _still_open(request: JoinRequest) -> None:
    again = db.session.get(JoinRequest, request.id, with_for_update=True, populate_existing=True)
    if again is None or again.decided_at is not None:
        raise Conflict(_("This has been decided in the meantime."))


def _decide(actor: Actor, request: JoinRequest, *, is_granted: bool) -> None:
    request.decided_at, request.decided_by_id, request.is_granted = now(), actor.id, is_granted
