"""Each thing that must always hold is missed when it does not."""

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.models.events import MAX_TRIES
from kanban.queries.integrity import problems
from kanban.support.db import db
from tests.actions.deeds import build_furnished_world
from tests.world import lay_out

# What somebody writes past us, and a line that says so.
BROKEN = {
    "UPDATE cards SET list_id = (SELECT id FROM lists WHERE name = 'Elsewhere') WHERE id = 1": (
        "card 1 stands in a list of another board"
    ),
    "UPDATE assignments SET board_id = 2": "1 of assignments say another board than their card",
    "UPDATE attachments SET board_id = 2": "1 of attachments say another board than their card",
    "UPDATE checklists SET board_id = 2": "2 of checklists say another board than their card",
    "UPDATE comments SET board_id = 2": "1 of comments say another board than their card",
    "UPDATE items SET board_id = 2": "2 of items say another board than their card",
    "INSERT INTO watches (user_id, board_id, card_id, created_at) VALUES (1, 2, 1, CURRENT_TIMESTAMP)": (
        "1 of watches say another board than their card"
    ),
    "INSERT INTO watches (user_id, board_id, list_id, created_at) VALUES (1, 2, 1, CURRENT_TIMESTAMP)": (
        "1 of watches say another board than their list"
    ),
    "UPDATE card_labels SET board_id = 2": "1 of card_labels say another board than their card",
    "UPDATE labels SET board_id = 2": "1 labels on cards of another board",
    "UPDATE items SET card_id = 2": "2 items say another card than their checklist",
    "UPDATE cards SET number = 99 WHERE id = 2": "card 2 has a number its board has not given out",
    "UPDATE boards SET seq = 1 WHERE id = 1": "the log of boards 1 goes beyond its counter",
    "UPDATE workspaces SET seq = 0": "the log of workspaces 5 goes beyond its counter",
    "UPDATE users SET seq = 0 WHERE id = 2": "the log of users 2 goes beyond its counter",
    f"UPDATE outbox SET tries = {MAX_TRIES} WHERE event_id = 9": (
        "1 events wait in the outbox whose effects have failed for good"
    ),
}


@pytest.fixture
def world(app: Flask) -> None:
    lay_out(build_furnished_world)


def test_all_is_well_at_first(world: None) -> None:
    assert problems() == []


@pytest.mark.parametrize("statement", BROKEN)
def test_what_is_broken_is_said(world: None, statement: str) -> None:
    _write("INSERT INTO lists (board_id, name, rank, created_at) VALUES (2, 'Elsewhere', 'a0', CURRENT_TIMESTAMP)")
    assert problems() == []
    _write(statement)
    db.session.rollback()
    assert BROKEN[statement] in problems()


@pytest.mark.sqlite
def test_a_row_that_points_nowhere_is_found_in_the_file(world: None) -> None:
    raw = db.engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA foreign_keys = OFF")
        raw.cursor().execute("UPDATE comments SET author_id = 999")
        raw.cursor().execute("PRAGMA foreign_keys = ON")
    finally:
        raw.close()
    (line,) = problems()
    assert line.startswith("foreign_key_check: ('comments'")


def _write(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement))
