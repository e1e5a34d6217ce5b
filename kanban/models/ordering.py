"""Where things stand among their siblings: lists on a board, cards in a list, items in a checklist."""

from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa

from kanban.models.cards import Card
from kanban.models.checklists import Checklist, Item
from kanban.models.lists import List
from kanban.support.db import db
from kanban.support.ranks import rank_between, ranks_between

PARENTS: dict[type[Any], str] = {List: "board_id", Card: "list_id", Checklist: "card_id", Item: "checklist_id"}


class Ranked(Protocol):
    """Anything with a rank among the things of one parent."""

    id: int
    rank: str


def rank_before(model: type[Any], parent_id: int, before: Ranked | None, moving: Ranked | None = None) -> str:
    """A rank for `moving` (or something new) before another thing, or last.

    Things archived or deleted keep their rank, so that they come back to their place;
    they are counted here too. What already stands there keeps the rank it has.
    """
    low, high = _gap(model, parent_id, before, moving)
    stands = moving is not None and getattr(moving, PARENTS[model]) == parent_id
    if stands and moving is not None and (low is None or low < moving.rank) and (high is None or moving.rank < high):
        return moving.rank
    return rank_between(low, high)


def ranks_before(model: type[Any], parent_id: int, before: Ranked | None, count: int) -> list[str]:
    """`count` ranks in order, all before another thing, or last."""
    low, high = _gap(model, parent_id, before, None)
    return ranks_between(low, high, count)


def place_at(model: type[Any], parent_id: int, rank: str, moving: Ranked) -> tuple[Any, str]:
    """What else has a rank there (or None), and the next rank that is free."""
    query = (
        sa.select(model)
        .where(getattr(model, PARENTS[model]) == parent_id, model.rank >= rank, model.id != moving.id)
        .order_by(model.rank)
        .limit(2)
    )
    taken = list(db.session.scalars(query))
    if not taken or taken[0].rank != rank:
        return None, rank
    return taken[0], rank_between(rank, taken[1].rank if len(taken) > 1 else None)


def _gap(model: Any, parent_id: int, before: Ranked | None, moving: Ranked | None) -> tuple[str | None, str | None]:
    high = before.rank if before is not None else None
    # No id is 0: nothing moves then.
    given = {"parent": parent_id, "moving": moving.id if moving is not None else 0, "high": high}
    return db.session.scalar(_last(model, before is not None), given), high


@cache
def _last(model: Any, limited: bool) -> sa.Select[Any]:
    """The last rank of a parent's things without the one that moves; built once, as it is asked at every move."""
    query = sa.select(sa.func.max(model.rank)).where(
        getattr(model, PARENTS[model]) == sa.bindparam("parent"), model.id != sa.bindparam("moving")
    )
    return query.where(model.rank < sa.bindparam("high")) if limited else query
