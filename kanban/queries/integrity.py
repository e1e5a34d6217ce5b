"""Whether the database still holds what must always hold: `flask check`."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from kanban.models import (
    Assignment,
    Attachment,
    Board,
    Card,
    CardLabel,
    Checklist,
    Comment,
    Event,
    Item,
    Label,
    List,
    Outbox,
    User,
    Watch,
    Workspace,
)
from kanban.models.events import MAX_TRIES
from kanban.support.db import db

_ON_CARD: tuple[type[Any], ...] = (Assignment, Attachment, CardLabel, Checklist, Comment, Item, Watch)


def problems() -> list[str]:
    """A line for each thing that is wrong; an empty list when all is well."""
    return [line for check in (_file, _places, _numbers, _sequences, _outbox) for line in check()]


def _file() -> Iterator[str]:
    if db.engine.dialect.name != "sqlite":
        return
    for pragma in ("integrity_check", "foreign_key_check"):
        for row in db.session.execute(sa.text(f"PRAGMA {pragma}")):
            if row[0] != "ok":
                yield f"{pragma}: {tuple(row)}"


def _places() -> Iterator[str]:
    """Every card is in a list of its board, and what is on a card is on the card's board."""
    strays = sa.select(Card.id).join(List, List.id == Card.list_id).where(List.board_id != Card.board_id)
    for id_ in db.session.scalars(strays):
        yield f"card {id_} stands in a list of another board"
    for model in _ON_CARD:
        lost = sa.select(sa.func.count()).select_from(model).join(Card, Card.id == model.card_id)
        count = db.session.scalar(lost.where(model.board_id != Card.board_id))
        if count:
            yield f"{count} of {model.__tablename__} say another board than their card"
    elsewhere = sa.select(sa.func.count()).select_from(Watch).join(List, List.id == Watch.list_id)
    count = db.session.scalar(elsewhere.where(Watch.board_id != List.board_id))
    if count:
        yield f"{count} of watches say another board than their list"
    mixed = sa.select(sa.func.count()).select_from(CardLabel).join(Label, Label.id == CardLabel.label_id)
    count = db.session.scalar(mixed.where(Label.board_id != CardLabel.board_id))
    if count:
        yield f"{count} labels on cards of another board"
    apart = sa.select(sa.func.count()).select_from(Item).join(Checklist, Checklist.id == Item.checklist_id)
    count = db.session.scalar(apart.where(Checklist.card_id != Item.card_id))
    if count:
        yield f"{count} items say another card than their checklist"


def _numbers() -> Iterator[str]:
    above = sa.select(Card.id).join(Board, Board.id == Card.board_id).where(Card.number > Board.last_number)
    for id_ in db.session.scalars(above):
        yield f"card {id_} has a number its board has not given out"


def _sequences() -> Iterator[str]:
    """No log goes beyond its counter. Below it there may be holes: what was purged took its events along."""
    for model, column in ((Board, Event.board_id), (Workspace, Event.workspace_id), (User, Event.user_id)):
        highest = sa.select(column.label("scope"), sa.func.max(Event.seq).label("top")).group_by(column).subquery()
        beyond = sa.select(model.id).join(highest, highest.c.scope == model.id).where(highest.c.top > model.seq)
        for id_ in db.session.scalars(beyond):
            yield f"the log of {model.__tablename__} {id_} goes beyond its counter"


def _outbox() -> Iterator[str]:
    dead = db.session.scalar(sa.select(sa.func.count()).select_from(Outbox).where(Outbox.tries >= MAX_TRIES))
    if dead:
        yield f"{dead} events wait in the outbox whose effects have failed for good"
