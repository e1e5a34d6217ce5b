"""A board brought up to date with the file it came from: an undoable event, in parts where there is much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from kanban.actions.transfers import finish_import, hold
from kanban.eventlog import recording
from kanban.models import Actor, Board, Card, Recorded, Transfer
from kanban.models.ordering import PARENTS, rank_before, ranks_before
from kanban.policies import allow
from kanban.support.db import db, transaction


@dataclass(slots=True)
class Portion:
    """What one step of it changes: rows to add, columns to set by model and id, cards to put before others.

    A row without a rank, and one that changes its parent, goes to the end there.
    """

    added: list[Recorded] = field(default_factory=list)
    changed: dict[tuple[type[Any], int], dict[str, Any]] = field(default_factory=dict)
    moved: list[tuple[int, int | None]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.added) + len(self.changed) + len(self.moved)


def refresh_board(
    actor: Actor, transfer: Transfer, board: Board, portion: Portion, *, part_of: int | None, progress: int
) -> int | None:
    """Write one portion; the id of its event, which is the whole's if `part_of` is not given."""
    with recording(actor, "board.updated_from_source", board, lock=[board]) as event:
        hold(db.session(), transfer, progress)
        allow(actor, "edit_board", board)
        _change(portion.changed)
        _place_added(portion.added)
        for row in portion.added:
            if isinstance(row, Card):
                row.number = _number(board, row.number)
        db.session.add_all(portion.added)
        for card_id, before_id in portion.moved:
            _move(card_id, before_id)
        event.cause_id = part_of
        event.detail = {"name": board.name, "transfer": transfer.id}
    return event.id


def finish_refresh(transfer: Transfer, board: Board, told: Mapping[str, Any]) -> None:
    """Mark the import as done, with what became of what."""
    with transaction() as session:
        hold(session, transfer)
        finish_import(session, transfer, board)
        transfer.options = {**(transfer.options or {}), "update": dict(told)}


def _change(changed: Mapping[tuple[type[Any], int], Mapping[str, Any]]) -> None:
    by_model: dict[type[Any], list[int]] = {}
    for model, id_ in changed:
        by_model.setdefault(model, []).append(id_)
    for model, ids in by_model.items():
        query = sa.select(model).where(model.id.in_(ids)).execution_options(populate_existing=True)
        for row in db.session.scalars(query):
            values = dict(changed[model, row.id])
            parent = PARENTS.get(model)
            if parent in values and values[parent] != getattr(row, parent):
                values["rank"] = ranks_before(model, values[parent], None, 1)[0]
            for name, value in values.items():
                setattr(row, name, value)
            db.session.flush()


def _place_added(added: Sequence[Recorded]) -> None:
    """Give the new rows their ranks, behind what stands there."""
    without: dict[tuple[type[Any], int], list[Any]] = {}
    for row in added:
        parent = PARENTS.get(type(row))
        if parent is not None and row.rank is None:  # type: ignore[attr-defined]
            without.setdefault((type(row), getattr(row, parent)), []).append(row)
    for (model, parent_id), rows in without.items():
        for row, rank in zip(rows, ranks_before(model, parent_id, None, len(rows)), strict=True):
            row.rank = rank


def _move(card_id: int, before_id: int | None) -> None:
    """Put a card before another of its list, or last."""
    card = db.session.get(Card, card_id)
    before = db.session.get(Card, before_id) if before_id is not None else None
    if card is not None and (before is None or before.list_id == card.list_id):
        card.rank = rank_before(Card, card.list_id, before, card)
        db.session.flush()


def _number(board: Board, wanted: int | None) -> int:
    """The number a card had in the source where it is free here, else the next one."""
    taken = wanted is None or db.session.scalar(
        sa.select(Card.id).where(Card.board_id == board.id, Card.number == wanted)
    )
    number = board.last_number + 1 if taken or wanted is None else wanted
    board.last_number = max(board.last_number, number)
    return number
