"""A board as its page shows it.

Four statements whatever its size, and only the first cards of a long list are carried
over; the rest come as they are scrolled to.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from kanban.models import Actor, Board, Card, List, Star, Visit, Workspace, WorkspaceMember
from kanban.policies import may_in, role_on, verbs_on
from kanban.queries.tiles import FIRST, Tile, first_tiles, tiles_after
from kanban.support.db import db


@dataclass(slots=True)
class Column:
    """A list as its board shows it: `tiles` are the first, `more` is how many follow them."""

    id: int
    name: str
    wip_limit: int | None
    count: int
    tiles: list[Tile]
    more: int

    @property
    def last_id(self) -> int | None:
        return self.tiles[-1].id if self.tiles else None


@dataclass(slots=True)
class BoardPage:
    """All that a board's page needs; `seen_at` is when the actor's last visit was noted.

    `workspace_id` is the board's workspace for those who may make boards in it.
    """

    board: Board
    workspace_name: str
    workspace_id: int | None
    role: str | None
    may: dict[str, bool]
    starred: bool
    seen_at: datetime | None
    columns: list[Column]


def board_page(actor: Actor, board: Board) -> BoardPage:
    """The page of a board that the actor may see."""
    around = db.session.execute(
        _around(), {"board": board.id, "workspace": board.workspace_id, "viewer": actor.id}
    ).one()
    return BoardPage(
        board=board,
        workspace_name=around.name,
        workspace_id=board.workspace_id if may_in(around.role, "create_board") else None,
        role=role_on(actor, board),
        may=verbs_on(actor, board),
        starred=bool(around.starred),
        seen_at=around.seen_at,
        columns=columns(board.id),
    )


def columns(board_id: int, list_ids: Collection[int] | None = None) -> list[Column]:
    """The live lists of a board in order, or those of them that are named."""
    given = {"board": board_id} if list_ids is None else {"board": board_id, "ids": list(list_ids)}
    lists = db.session.execute(_lists(list_ids is not None), given).all()
    tiles = first_tiles(board_id, list_ids)
    return [
        Column(
            id=row.id,
            name=row.name,
            wip_limit=row.wip_limit,
            count=row.cards,
            tiles=tiles.get(row.id, []),
            more=max(0, row.cards - FIRST),
        )
        for row in lists
    ]


def rest_of(card_list: List, after: Card | None, *, most: int) -> Column:
    """A list from the card after `after` on, or from its top: at most `most` tiles, and how many follow them."""
    tiles, more = tiles_after(card_list, after, most=most)
    return Column(
        id=card_list.id,
        name=card_list.name,
        wip_limit=card_list.wip_limit,
        count=card_list.card_count,
        tiles=tiles,
        more=more,
    )


@cache
def _around() -> sa.Select[Any]:
    """What surrounds a board, for one viewer."""
    board, viewer = sa.bindparam("board", type_=sa.Integer), sa.bindparam("viewer", type_=sa.Integer)
    seen_at = sa.select(Visit.seen_at).where(Visit.board_id == board, Visit.user_id == viewer)
    role = sa.select(WorkspaceMember.role).where(
        WorkspaceMember.workspace_id == Workspace.id, WorkspaceMember.user_id == viewer
    )
    return sa.select(
        Workspace.name,
        sa.exists().where(Star.board_id == board, Star.user_id == viewer).label("starred"),
        seen_at.scalar_subquery().label("seen_at"),
        role.correlate(Workspace).scalar_subquery().label("role"),
    ).where(Workspace.id == sa.bindparam("workspace"))


@cache
def _lists(named: bool) -> sa.Select[Any]:
    """The live lists of a board, with the number of live cards of each."""
    lists, cards = List.__table__.c, Card.__table__.c
    count = (
        sa.select(sa.func.count())
        .where(cards.board_id == lists.board_id, cards.list_id == lists.id)
        .where(cards.archived_at.is_(None), cards.deleted_at.is_(None))
        .correlate(List.__table__)
        .scalar_subquery()
    )
    query = (
        sa.select(lists.id, lists.name, lists.wip_limit, count.label("cards"))
        .where(lists.board_id == sa.bindparam("board"), lists.archived_at.is_(None), lists.deleted_at.is_(None))
        .order_by(lists.rank)
    )
    return query.where(lists.id.in_(sa.bindparam("ids", expanding=True))) if named else query
