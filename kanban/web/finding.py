"""Finding what an address names, as the one who asks may see it.

A thing one may not see answers exactly as one that does not exist.
"""

from functools import cache
from typing import Any, NoReturn, TypeVar

import sqlalchemy as sa
from flask import g
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import aliased, contains_eager, joinedload
from werkzeug.routing import IntegerConverter

from kanban.models import Board, Card, Event, Group, Item, List, Transfer, Workspace
from kanban.policies import lacks_factor, may, remember_role, role_column, role_from, role_in, role_on
from kanban.support.db import db
from kanban.support.errors import Conflict, FactorRequired, NotFound

T = TypeVar("T")
LARGEST = 2**31 - 1  # the ids are 4-byte integers; a larger number names nothing


class Number(IntegerConverter):
    """A number in an address. Beyond the last that an id can be, where a database fails, it is that one: nobody's."""

    def to_python(self, value: str) -> int:
        number: int = super().to_python(value)
        return min(number, LARGEST)


def find(model: type[T], id_: int, *, deleted: bool = False) -> T:
    """The thing with this id among those the actor may see. Raises NotFound.

    `deleted` lets things be found that have been deleted and not yet purged.
    """
    if not 0 < id_ <= LARGEST:
        not_found()
    if model is Workspace:
        return _workspace(id_)  # type: ignore[return-value]
    if model is Group:
        return _group(id_)  # type: ignore[return-value]
    if model is Event:
        return _event(id_)  # type: ignore[return-value]
    if model is Transfer:
        return _transfer(id_)  # type: ignore[return-value]
    if model is Board:
        return _board(id_, deleted)  # type: ignore[return-value]
    thing: T = _on_a_board(model, id_, deleted)
    return thing


def find_or_none(model: type[T], id_: int | None) -> T | None:
    """As find; None where no id is given."""
    return None if id_ is None else find(model, id_)


def find_in_list(list_id: int, before_id: int | None) -> tuple[List, Card | None]:
    """A list and, if an id is given, a card in it: one look-up for the two ends of a move.

    Raises NotFound for a list or a card one may not see, Conflict for a card that has
    left the list since the page was drawn.
    """
    if before_id is None:
        return find(List, list_id), None
    if not (0 < list_id <= LARGEST and 0 < before_id <= LARGEST):
        not_found()
    row = db.session.execute(_list_and_card(), {"viewer": g.actor.id, "id": list_id, "before": before_id}).one_or_none()
    if row is None:
        not_found()
    _see(row[0].board, row[2], deleted=False)
    if row[0].deleted_at is not None:
        not_found()
    if row[1] is None:
        find(Card, before_id)
        raise Conflict(
            _("The card next to it has been moved in the meantime. Choose the place again."), field="before_id"
        )
    return row[0], row[1]


def find_move(card_id: int, list_id: int, before_id: int | None) -> tuple[Card, List, Card | None]:
    """A card, the list it is to go to and a card in that: one look-up where both are on one board.

    Raises as find and find_in_list.
    """
    given = {"id": card_id, "to": list_id, "before": before_id or 0}
    if max(given.values()) <= LARGEST and min(card_id, list_id) > 0:
        row = db.session.execute(_card_and_place(), {"viewer": g.actor.id, **given}).one_or_none()
        if row is not None and row[1].deleted_at is None and (before_id is None or row[2] is not None):
            return _seen(row[0], row[3], deleted=False), row[1], row[2]
    # On another board, or something is not there: asked one by one, each is refused as it should be.
    card = find(Card, card_id)
    return card, *find_in_list(list_id, before_id)


def not_found() -> NoReturn:
    """Answer as for anything that is not there."""
    raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))


def _on_a_board(model: Any, id_: int, deleted: bool) -> Any:
    row = db.session.execute(_thing(model), {"viewer": g.actor.id, "id": id_}).one_or_none()
    if row is None:
        not_found()
    return _seen(*row, deleted=deleted)


def _seen(thing: Any, role: str, *, deleted: bool) -> Any:
    _see(thing.board, role, deleted=False)
    if getattr(thing, "deleted_at", None) is not None and not deleted:
        not_found()
    return thing


def _board(id_: int, deleted: bool) -> Board:
    row = db.session.execute(_board_alone(), {"viewer": g.actor.id, "id": id_}).one_or_none()
    if row is None:
        not_found()
    board: Board = row[0]
    _see(board, row[1], deleted=deleted)
    return board


# These statements are built once: building one takes longer than all that the database does with it.


@cache
def _thing(model: Any) -> sa.Select[Any]:
    """Something on a board, with the board and the viewer's role there."""
    query = (
        sa.select(model, role_column(sa.bindparam("viewer")))
        .join(Board, Board.id == model.board_id)
        .options(contains_eager(model.board))
        .where(model.id == sa.bindparam("id"))
    )
    if model is Card:
        return query.options(joinedload(Card.list))
    if model is Item:
        return query.options(joinedload(Item.checklist), joinedload(Item.card))
    return query.options(joinedload(model.card)) if hasattr(model, "card") else query


@cache
def _card_and_place() -> sa.Select[Any]:
    """A card with its list, another list of its board and a card in that, or None, and the viewer's role there."""
    to, before = aliased(List), aliased(Card)
    return (
        sa.select(Card, to, before, role_column(sa.bindparam("viewer")))
        .join(Board, Board.id == Card.board_id)
        .join(to, sa.and_(to.id == sa.bindparam("to"), to.board_id == Board.id))
        .outerjoin(before, sa.and_(before.list_id == to.id, before.id == sa.bindparam("before")))
        .options(contains_eager(Card.board), joinedload(Card.list))
        .where(Card.id == sa.bindparam("id"))
    )


@cache
def _list_and_card() -> sa.Select[Any]:
    """A list and a card in it, or None, with the board and the viewer's role there."""
    return (
        sa.select(List, Card, role_column(sa.bindparam("viewer")))
        .join(Board, Board.id == List.board_id)
        .outerjoin(Card, sa.and_(Card.list_id == List.id, Card.id == sa.bindparam("before")))
        .options(contains_eager(List.board))
        .where(List.id == sa.bindparam("id"))
    )


@cache
def _board_alone() -> sa.Select[Any]:
    """A board and the viewer's role there."""
    return sa.select(Board, role_column(sa.bindparam("viewer"))).where(Board.id == sa.bindparam("id"))


def _see(board: Board, role: str, *, deleted: bool) -> None:
    found = role_from(role, board.visibility, board.workspace_role)
    if found is None or board.importing_at is not None or (board.deleted_at is not None and not deleted):
        not_found()
    if lacks_factor(g.actor, role):
        raise FactorRequired
    remember_role(g.actor, board, found)
    if role_on(g.actor, board) is None:
        not_found()


def _workspace(id_: int) -> Workspace:
    workspace = db.session.get(Workspace, id_)
    if workspace is None or role_in(g.actor, workspace) is None:
        not_found()
    if workspace.requires_factor and not g.actor.has_factor:
        raise FactorRequired
    return workspace


def _group(id_: int) -> Group:
    group = db.session.get(Group, id_)
    if group is None or group.deleted_at is not None:
        not_found()
    _workspace(group.workspace_id)
    return group


def _event(id_: int) -> Event:
    event = db.session.get(Event, id_)
    if event is None:
        not_found()
    if event.board_id is not None or event.subject_kind == "board":
        board = _board(event.board_id or event.subject_id, deleted=True)
        # Of a deleted board only whoever could bring it back is shown anything.
        if board.is_deleted and not may(g.actor, "restore_board", board):
            not_found()
    elif event.workspace_id is not None:
        _workspace(event.workspace_id)
    elif event.user_id != g.actor.id:
        not_found()
    return event


def _transfer(id_: int) -> Transfer:
    transfer = db.session.get(Transfer, id_)
    if transfer is None or transfer.user_id != g.actor.id:
        not_found()
    return transfer
