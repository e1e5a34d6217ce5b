"""Boards: made, named, shaped, put away, deleted and brought back."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.membership import named_admins, put_on_board
from kanban.actions.repeats import earlier_event
from kanban.actions.shares import end_links
from kanban.eventlog import recording
from kanban.models import Actor, Board, BoardMember, Event, List, Star, Visit, Workspace, limits
from kanban.models.boards import OPEN_ROLES, TINTS, VISIBILITIES
from kanban.policies import allow, forget_roles
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.ranks import ranks_between
from kanban.support.upsert import upsert


def create_board(
    actor: Actor,
    workspace: Workspace,
    name: str,
    *,
    tint: str = "lagoon",
    visibility: str = "private",
    lists: Sequence[str] = (),
    fill: Callable[[Board], None] | None = None,
    once: str | None = None,
) -> Event:
    """Make a board, with lists if names are given; the actor becomes its admin.

    `fill` puts more on it as part of the same event, so that one undo takes it all back.
    """
    name = values.line(name, limits.NAME, "name")
    values.one_of(tint, TINTS, "tint")
    values.one_of(visibility, VISIBILITIES, "visibility")
    names = [values.line(each, limits.NAME, "lists") for each in lists]
    with recording(actor, "board.created", lock=[workspace]) as made:
        allow(actor, "create_board", workspace)
        if earlier := earlier_event(actor, once):
            return earlier
        _room_for_one_more(workspace)
        board = Board(
            workspace_id=workspace.id,
            workspace=workspace,
            name=name,
            tint=tint,
            visibility=visibility,
            time_zone=actor.user.time_zone,
            created_by_id=actor.id,
        )
        db.session.add(board)
        db.session.flush()
        db.session.add(BoardMember(board_id=board.id, user_id=actor.id, role="admin"))
        for each, rank in zip(names, ranks_between(None, None, len(names)), strict=True):
            db.session.add(List(board_id=board.id, name=each, rank=rank, created_by_id=actor.id))
        made.subject = board
        made.once = once
        made.detail = {"name": name}
        if fill is not None:
            fill(board)
    forget_roles()
    return made


def rename_board(actor: Actor, board: Board, name: str) -> Event:
    """Give a board another name."""
    with recording(actor, "board.renamed", board, lock=[board]) as event:
        allow(actor, "edit_board", board)
        before = board.name
        board.name = values.line(name, limits.NAME, "name")
        event.detail = {"before": before, "name": board.name}
    return event


def edit_board(actor: Actor, board: Board, **changes: Any) -> Event:
    """Change what is given: name, tint, visibility, workspace_role, observers_comment, description, time_zone."""
    with recording(actor, "board.edited", board, lock=[board]) as event:
        allow(actor, "edit_board", board)
        if "name" in changes:
            board.name = values.line(changes["name"], limits.NAME, "name")
        if "tint" in changes:
            board.tint = values.one_of(changes["tint"], TINTS, "tint")
        if "visibility" in changes:
            board.visibility = values.one_of(changes["visibility"], VISIBILITIES, "visibility")
            if board.visibility == "private" and not named_admins(board):
                # Who rules it through the workspace alone would lock everybody out.
                put_on_board(board, actor.user, "admin")
        if "workspace_role" in changes:
            board.workspace_role = values.one_of(changes["workspace_role"], OPEN_ROLES, "workspace_role")
        if "observers_comment" in changes:
            board.observers_comment = values.one_of(changes["observers_comment"], (True, False), "observers_comment")
        if "description" in changes:
            board.description = values.markdown(changes["description"], "description")
        if "time_zone" in changes:
            board.time_zone = values.time_zone(changes["time_zone"])
        event.detail = {"name": board.name}
    forget_roles()
    return event


def archive_board(actor: Actor, board: Board) -> Event:
    """Put a board away: it can be read, and reopened."""
    with recording(actor, "board.archived", board, lock=[board]) as event:
        allow(actor, "archive_board", board)
        if board.archived_at is None:
            board.archived_at, board.archived_by_id = now(), actor.id
            end_links(board)
        event.detail = {"name": board.name}
    return event


def reopen_board(actor: Actor, board: Board) -> Event:
    """Take a board out of the archive."""
    with recording(actor, "board.reopened", board, lock=[board]) as event:
        allow(actor, "archive_board", board)
        board.archived_at = board.archived_by_id = None
        event.detail = {"name": board.name}
    return event


def delete_board(actor: Actor, board: Board) -> Event:
    """Take a board away from everybody; it can be brought back until it is purged."""
    with recording(actor, "board.deleted", board, lock=[board]) as event:
        allow(actor, "delete_board", board)
        board.deleted_at, board.deleted_by_id = now(), actor.id
        end_links(board)
        event.detail = {"name": board.name}
    return event


def restore_board(actor: Actor, board: Board) -> Event:
    """Bring a deleted board back."""
    with recording(actor, "board.restored", board, lock=[board]) as event:
        allow(actor, "restore_board", board)
        board.deleted_at = board.deleted_by_id = None
        event.detail = {"name": board.name}
    return event


def star_board(actor: Actor, board: Board) -> None:
    """Mark a board for oneself."""
    with transaction() as session:
        allow(actor, "see", board)
        upsert(session, Star, user_id=actor.id, board_id=board.id)


def unstar_board(actor: Actor, board: Board) -> None:
    """Take the mark off again."""
    with transaction() as session:
        session.execute(sa.delete(Star).where(Star.user_id == actor.id, Star.board_id == board.id))


def note_visit(actor: Actor, board: Board) -> None:
    """Remember that the actor has looked at the board now."""
    with transaction() as session:
        upsert(session, Visit, {"seen_at": now(), "seen_seq": board.seq}, user_id=actor.id, board_id=board.id)


def _room_for_one_more(workspace: Workspace) -> None:
    live = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Board)
        .where(Board.workspace_id == workspace.id, Board.archived_at.is_(None), Board.deleted_at.is_(None))
    )
    values.few_enough(
        (live or 0) + 1,
        limits.BOARDS,
        _("This workspace has %(most)d boards, which is the limit. Archive one first.", most=limits.BOARDS),
        "name",
    )
