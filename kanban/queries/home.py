"""The home page: workspaces, their boards, and what one starred or saw last."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from kanban.models import Actor, Board, Card, List, Star, Visit, Workspace, WorkspaceMember
from kanban.policies import IS_OPEN, is_without_factor, visible_boards, visible_to
from kanban.support.db import db

RECENT = 4


@dataclass(slots=True)
class BoardFace:
    """A board as a tile on the home page; `bars` are its cards by list."""

    id: int
    name: str
    tint: str
    visibility: str
    workspace_id: int
    workspace_name: str
    starred: bool
    seen_at: datetime | None
    bars: list[int] = field(default_factory=list)


@dataclass(slots=True)
class WorkspaceFace:
    """A workspace with its live boards; `role` is the actor's own, or None for one seen through a board."""

    id: int
    name: str
    role: str | None
    people: int
    boards: list[BoardFace]
    put_away: int
    # Whether it asks for a second factor that the actor has not: then nothing of it is shown.
    is_shut: bool = False


@dataclass(slots=True)
class Home:
    """All that the home page shows."""

    starred: list[BoardFace]
    recent: list[BoardFace]
    workspaces: list[WorkspaceFace]

    @property
    def is_empty(self) -> bool:
        return not any(workspace.boards or workspace.put_away or workspace.is_shut for workspace in self.workspaces)


def home(actor: Actor) -> Home:
    """The home page of a person."""
    faces, put_away = _boards(actor)
    workspaces = _workspaces(actor, faces, put_away)
    seen = sorted((face for face in faces if face.seen_at), key=lambda face: face.seen_at or face.name, reverse=True)
    return Home(
        starred=[face for face in faces if face.starred],
        # So few are all in sight below.
        recent=[face for face in seen if not face.starred][:RECENT] if len(faces) > RECENT else [],
        workspaces=workspaces,
    )


def workspace_face(actor: Actor, workspace: Workspace) -> WorkspaceFace:
    """One workspace of the home page."""
    return next(face for face in home(actor).workspaces if face.id == workspace.id)


def starred_boards(actor: Actor) -> list[tuple[int, str, str]]:
    """Id, name and tint of the boards one starred, in the order of starring: the rail."""
    query = _STARRED_AND_OPEN if is_without_factor(actor) else _STARRED
    return [(row.id, row.name, row.tint) for row in db.session.execute(query, {"viewer": actor.id})]


def put_away_boards(actor: Actor, workspace: Workspace) -> list[Board]:
    """Archived and deleted boards of a workspace that one may see, the newest first."""
    query = (
        sa.select(Board)
        .where(Board.workspace_id == workspace.id, Board.id.in_(visible_to(actor, include_deleted=True)))
        .where(sa.or_(Board.archived_at.is_not(None), Board.deleted_at.is_not(None)))
        .order_by(Board.id.desc())
    )
    return list(db.session.scalars(query))


def workspaces_to_fill(actor: Actor) -> list[Workspace]:
    """Workspaces in which one may make boards."""
    workspaces = db.session.scalars(_TO_FILL, {"viewer": actor.id})
    return [each for each in workspaces if not (each.requires_factor and is_without_factor(actor))]


# Every page asks these: they are built once.
_STARRED = (
    sa.select(Board.id, Board.name, Board.tint)
    .join(Star, Star.board_id == Board.id)
    .where(Star.user_id == sa.bindparam("viewer"), Board.archived_at.is_(None))
    .where(Board.id.in_(visible_boards(sa.bindparam("viewer"))))
    .order_by(Star.created_at, Board.id)
)
_STARRED_AND_OPEN = _STARRED.where(IS_OPEN)
_TO_FILL = (
    sa.select(Workspace)
    .join(WorkspaceMember, WorkspaceMember.workspace_id == Workspace.id)
    .where(WorkspaceMember.user_id == sa.bindparam("viewer"), WorkspaceMember.role != "guest")
    .where(Workspace.deleted_at.is_(None))
    .order_by(Workspace.id)
)


def _boards(actor: Actor) -> tuple[list[BoardFace], dict[int, int]]:
    starred = sa.exists().where(Star.board_id == Board.id, Star.user_id == actor.id).label("starred")
    seen = (
        sa.select(Visit.seen_at).where(Visit.board_id == Board.id, Visit.user_id == actor.id).scalar_subquery()
    ).label("seen_at")
    query = (
        sa.select(Board, Workspace.name.label("workspace_name"), starred, seen)
        .join(Workspace, Workspace.id == Board.workspace_id)
        .where(Board.id.in_(visible_to(actor, include_deleted=True)))
        .order_by(Board.id)
    )
    faces: list[BoardFace] = []
    put_away: dict[int, int] = {}
    for row in db.session.execute(query):
        board = row.Board
        if not board.is_live:
            put_away[board.workspace_id] = put_away.get(board.workspace_id, 0) + 1
            continue
        faces.append(
            BoardFace(
                id=board.id,
                name=board.name,
                tint=board.tint,
                visibility=board.visibility,
                workspace_id=board.workspace_id,
                workspace_name=row.workspace_name,
                starred=row.starred,
                seen_at=row.seen_at,
            )
        )
    _count_bars(faces)
    return faces, put_away


def _count_bars(faces: list[BoardFace]) -> None:
    by_id = {face.id: face for face in faces}
    if not by_id:
        return
    live = sa.and_(Card.list_id == List.id, Card.archived_at.is_(None), Card.deleted_at.is_(None))
    query = (
        sa.select(List.board_id, sa.func.count(Card.id).label("cards"))
        .outerjoin(Card, sa.and_(live, Card.board_id == List.board_id))
        .where(List.board_id.in_(list(by_id)), List.archived_at.is_(None), List.deleted_at.is_(None))
        .group_by(List.board_id, List.id, List.rank)
        .order_by(List.board_id, List.rank)
    )
    for row in db.session.execute(query):
        by_id[row.board_id].bars.append(row.cards)


def _workspaces(actor: Actor, faces: list[BoardFace], put_away: dict[int, int]) -> list[WorkspaceFace]:
    people = (
        sa.select(sa.func.count())
        .where(WorkspaceMember.workspace_id == Workspace.id)
        .correlate(Workspace)
        .scalar_subquery()
    )
    own = sa.select(WorkspaceMember.role).where(
        WorkspaceMember.workspace_id == Workspace.id, WorkspaceMember.user_id == actor.id
    )
    role = own.correlate(Workspace).scalar_subquery()
    through = {face.workspace_id for face in faces} | put_away.keys()
    query = (
        sa.select(Workspace.id, Workspace.name, Workspace.requires_factor, people.label("people"), role.label("role"))
        .where(Workspace.deleted_at.is_(None), sa.or_(role.is_not(None), Workspace.id.in_(through)))
        .order_by(Workspace.id)
    )
    return [
        WorkspaceFace(
            id=row.id,
            name=row.name,
            role=row.role,
            people=row.people,
            boards=[face for face in faces if face.workspace_id == row.id],
            put_away=put_away.get(row.id, 0),
            is_shut=row.requires_factor and is_without_factor(actor),
        )
        for row in db.session.execute(query)
    ]
