"""What the database itself does not let in, whoever writes to it."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from kanban.models import (
    Attachment,
    Board,
    BoardMember,
    Card,
    CardLabel,
    Event,
    Label,
    List,
    Transfer,
    User,
    Watch,
    WorkspaceMember,
)
from kanban.support.db import Model, db
from tests.actions.deeds import build_furnished_world
from tests.world import lay_out


@pytest.fixture
def world(app: Flask) -> None:
    lay_out(build_furnished_world)


BAD_VALUES: list[tuple[Any, dict[str, Any]]] = [
    (Board, {"visibility": "public"}),
    (BoardMember, {"role": "owner"}),
    (WorkspaceMember, {"role": "boss"}),
    (List, {"wip_limit": 0}),
    (Card, {"cover_color": "black"}),
    (Label, {"color": "black"}),
    (User, {"kind": "robot"}),
    (User, {"theme": "neon"}),
    (User, {"label_style": "none"}),
    (User, {"kind": "placeholder"}),
    (Event, {"board_id": 1, "workspace_id": 1, "user_id": 1}),
    (Event, {"board_id": None, "workspace_id": None, "user_id": None}),
]


@pytest.mark.parametrize(("model", "values"), BAD_VALUES)
def test_a_value_that_is_none_of_those_there_are(world: None, model: Any, values: dict[str, Any]) -> None:
    with db.engine.begin() as connection:
        table = model.__table__
        assert connection.scalar(sa.select(sa.func.count()).select_from(table))
        with pytest.raises(IntegrityError, match=r"(?i)check"), connection.begin_nested():
            connection.execute(sa.update(table).values(values))


def test_an_attachment_is_a_link_or_elsewhere_and_not_smaller_than_nothing(world: None, report: Card) -> None:
    row = {"board_id": report.board_id, "card_id": report.id, "title": "a", "url": "b", "created_at": report.created_at}
    _refused(Attachment, {**row, "kind": "file"})
    _refused(Attachment, {**row, "kind": "link", "size": -1})


def test_a_transfer_is_in_one_of_its_states(world: None, launch: Board) -> None:
    row = {"user_id": 1, "workspace_id": launch.workspace_id, "source": "trello", "path": "", "filename": "", "size": 0}
    counts = {"progress": 0, "total": 0, "tries": 0, "created_at": launch.created_at}
    _refused(Transfer, {**row, **counts, "state": "lost"})


def test_a_watch_is_of_one_thing_and_there_once(world: None, report: Card) -> None:
    row = {"user_id": 1, "board_id": report.board_id, "created_at": report.created_at}
    _refused(Watch, {**row, "list_id": report.list_id, "card_id": report.id})
    for thing in ({}, {"list_id": report.list_id}, {"card_id": report.id}):
        with db.engine.begin() as connection:
            connection.execute(sa.insert(Watch.__table__).values({**row, **thing}))
        _refused(Watch, {**row, **thing})


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Card, ("board_id", "number")),
        (Card, ("list_id", "rank")),
        (List, ("board_id", "rank")),
        (Event, ("board_id", "seq")),
        (User, ("email",)),
    ],
    ids=str,
)
def test_what_is_there_only_once(world: None, model: Any, columns: tuple[str, ...]) -> None:
    table = model.__table__
    with db.engine.begin() as connection:
        rows = connection.execute(sa.select(table).where(table.c[columns[0]].is_not(None)).order_by(table.c.id)).all()
        first, second = rows[:2]
        same = {name: getattr(first, name) for name in columns}
        with pytest.raises(IntegrityError, match=r"(?i)unique"), connection.begin_nested():
            connection.execute(sa.update(table).where(table.c.id == second.id).values(same))


def test_a_form_makes_one_event_of_a_person(world: None, ada: Any) -> None:
    table = Event.__table__
    with db.engine.begin() as connection:
        ids = connection.scalars(sa.select(table.c.id).where(table.c.actor_id == ada.id).limit(2)).all()
        with pytest.raises(IntegrityError, match=r"(?i)unique"), connection.begin_nested():
            connection.execute(sa.update(table).where(table.c.id.in_(ids)).values(once="mark"))


@pytest.mark.parametrize("table", [table.name for table in Model.metadata.sorted_tables if table.foreign_keys])
def test_nothing_points_to_what_is_not_there(world: None, table: str) -> None:
    """Foreign keys hold, on SQLite too, where they must be switched on for each connection."""
    found = Model.metadata.tables[table]
    for key in found.foreign_keys:
        if key.parent.primary_key and len(found.primary_key.columns) == 1:
            continue
        with db.engine.begin() as connection:
            row = connection.execute(sa.select(found).where(key.parent.is_not(None))).first()
            if row is None:
                continue
            where = [column == getattr(row, column.key) for column in found.primary_key.columns]
            with pytest.raises(IntegrityError, match=r"(?i)foreign key"), connection.begin_nested():
                connection.execute(sa.update(found).where(*where).values({key.parent.key: 999_999}))


def test_what_hangs_on_a_row_goes_with_it(world: None, launch: Board) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.delete(Board.__table__).where(Board.__table__.c.id == launch.id))
        for model in (List, Card, Label, BoardMember, CardLabel, Event):
            rows = sa.select(sa.func.count()).select_from(model.__table__).where(model.board_id == launch.id)
            assert connection.scalar(rows) == 0, model


@pytest.mark.postgres
def test_ranks_are_compared_byte_by_byte(world: None) -> None:
    with db.engine.connect() as connection:
        for name in ("lists", "cards", "checklists", "items"):
            collation = connection.scalar(
                sa.text(
                    "SELECT collation_name FROM information_schema.columns"
                    " WHERE table_name = :table AND column_name = 'rank'"
                ),
                {"table": name},
            )
            assert collation == "C", name


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("pragma", "value"), [("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", 1), ("busy_timeout", 15000)]
)
def test_every_connection_to_a_file_is_set_up(world: None, pragma: str, value: Any) -> None:
    with db.engine.connect() as connection:
        assert connection.scalar(sa.text(f"PRAGMA {pragma}")) == value


def _refused(model: Any, values: dict[str, Any]) -> None:
    with db.engine.begin() as connection, pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(sa.insert(model.__table__).values(values))
