"""Share links: which a board has, and what a secret opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from kanban.models import Board, LinkReader, ShareLink, User, Workspace
from kanban.policies import link_may
from kanban.queries.site import site
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.tokens import digest


@dataclass(frozen=True, slots=True)
class Share:
    """A link as its board's admins see it."""

    id: int
    hint: str
    made_by: str
    made_at: datetime
    expires_at: datetime | None


def shares_of(board: Board) -> Sequence[Share]:
    """The links that open a board now, the newest first."""
    rows = db.session.execute(_of_board(), {"board": board.id, "at": now()})
    return [Share(*row) for row in rows] if site().public_links else []


def reader_of(secret: str) -> LinkReader | None:
    """Who the holder of a secret is, unless its link has ended: each request asks anew."""
    link = db.session.scalar(_by_secret(), {"hash": digest(secret), "at": now()})
    if link is None or not site().public_links:
        return None
    reader = LinkReader(link)
    return reader if link_may(reader, "see", link.board) else None


# A link holds as long as the account of whoever made it.
_at = sa.bindparam("at", type_=ShareLink.expires_at.type)
_GOOD = (
    ShareLink.revoked_at.is_(None),
    sa.or_(ShareLink.expires_at.is_(None), ShareLink.expires_at > _at),
    User.disabled_at.is_(None),
    User.person_kind == "person",
)


@cache
def _by_secret() -> sa.Select[Any]:
    return (
        sa.select(ShareLink)
        .join(User, User.id == ShareLink.created_by_id)
        .join(Board, Board.id == ShareLink.board_id)
        .join(Workspace, Workspace.id == Board.workspace_id)
        .options(contains_eager(ShareLink.board))
        .where(ShareLink.secret_hash == sa.bindparam("hash"), Workspace.deleted_at.is_(None), *_GOOD)
        # They ended when it was asked for; nobody reads on by one that slipped through.
        .where(~Workspace.requires_factor)
    )


@cache
def _of_board() -> sa.Select[int, str, str, datetime, datetime | None]:
    return (
        sa.select(ShareLink.id, ShareLink.hint, User.name, ShareLink.created_at, ShareLink.expires_at)
        .join(User, User.id == ShareLink.created_by_id)
        .where(ShareLink.board_id == sa.bindparam("board"), *_GOOD)
        .order_by(ShareLink.id.desc())
    )
