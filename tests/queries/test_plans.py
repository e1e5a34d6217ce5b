"""On a site with a hundred thousand cards no frequent question reads a large table through."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions import cards, positions, states
from kanban.actions.events import last_to_redo, last_to_undo, undo
from kanban.actions.housekeeping import purge_deleted
from kanban.actions.transfers import forgotten_imports, silent_imports, unchecked_imports
from kanban.effects.delivery import deliver_due
from kanban.models import Actor, Board, Card, List
from kanban.support.db import db
from tests.bench.statements import listening
from tests.queries.crowd import build_crowd
from tests.world import one, session_of

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

# Below so many rows reading a table through is the quickest way.
LARGE = 1_000
HTMX = {"HX-Request": "true"}


class Site:
    """Ada at one of the boards of the crowd."""

    def __init__(self, app: Flask, ada: Actor) -> None:
        self.ada = ada
        self.garden, self.beds = one(Board, name="Garden"), one(List, name="Beds")
        self.board = db.session.scalars(sa.select(Board).where(Board.name == "Crowd 1")).one()
        lists = sa.select(List).where(List.board_id == self.board.id).order_by(List.rank)
        self.first, self.second = db.session.scalars(lists.limit(2)).all()
        found = sa.select(Card).where(Card.list_id == self.first.id).order_by(Card.rank)
        self.cards = db.session.scalars(found).all()
        self.card = self.cards[1]
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as session:
            session["_user_id"] = session_of(ada.user)
            session["_fresh"] = True

    def get(self, path: str, **headers: str) -> None:
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code)

    def send(self, method: str, path: str, **form: Any) -> None:
        answer = self.client.open(path, method=method, data=form, headers=HTMX)
        assert answer.status_code == 200, (path, answer.text)


def _undo_where_others_were_busy(site: Site) -> None:
    event = cards.rename_card(site.ada, site.card, "Another")
    cards.describe_card(site.ada, site.card, "New")
    undo(site.ada, event)


def _undo_a_new_card(site: Site) -> None:
    undo(site.ada, cards.create_cards(site.ada, site.first, [cards.NewCard("New")]))


def _delete_and_undo_a_list(site: Site) -> None:
    undo(site.ada, states.delete_list(site.ada, site.second))


def _to_another_board(site: Site) -> None:
    positions.move_card(site.ada, site.card, to=site.beds)


def _drain(site: Site) -> None:
    assert deliver_due([]) > 0


def _sweep(_site: Site) -> None:
    for look in (silent_imports, unchecked_imports, forgotten_imports):
        look()


ASKED: dict[str, Callable[[Site], Any]] = {
    "home": lambda s: s.get("/"),
    "a workspace": lambda s: s.get(f"/workspaces/{s.garden.workspace_id}"),
    "a board": lambda s: s.get(f"/boards/{s.board.id}"),
    "the rest of a list": lambda s: s.get(f"/lists/{s.first.id}?after={s.cards[50].id}", **HTMX),
    "a card": lambda s: s.get(f"/cards/{s.card.id}"),
    "a card in its dialog": lambda s: s.get(f"/cards/{s.card.id}", **HTMX),
    "where a card could go": lambda s: s.get(f"/cards/{s.card.id}/position"),
    "the labels of a card": lambda s: s.get(f"/cards/{s.card.id}/labels"),
    "the labels of a board": lambda s: s.get(f"/boards/{s.board.id}/labels"),
    "the people of a card": lambda s: s.get(f"/cards/{s.card.id}/assignees"),
    "what is put away": lambda s: s.get(f"/boards/{s.board.id}/archive"),
    "the history of a board": lambda s: s.get(f"/boards/{s.board.id}/events"),
    "an older page of it": lambda s: s.get(f"/boards/{s.board.id}/events?before=500"),
    "the history of a card": lambda s: s.get(f"/boards/{s.board.id}/events?card={s.card.id}"),
    "imports": lambda s: s.get("/imports"),
    "a move to the end": lambda s: s.send("PUT", f"/cards/{s.card.id}/position", list_id=s.second.id, placed=1),
    "a move between two": lambda s: s.send(
        "PUT", f"/cards/{s.card.id}/position", list_id=s.first.id, before_id=s.cards[40].id
    ),
    "a move to another board": _to_another_board,
    "a new card": lambda s: s.send("POST", f"/lists/{s.first.id}/cards", titles="New"),
    "a new title": lambda s: s.send("PATCH", f"/cards/{s.card.id}", title="New"),
    "a new comment": lambda s: s.send("POST", f"/cards/{s.card.id}/comments", body="New"),
    "a copy": lambda s: s.send("POST", f"/cards/{s.card.id}/copies", list_id=s.second.id, keep="labels"),
    "what could be undone": lambda s: (last_to_undo(s.ada, s.board), last_to_redo(s.ada, s.board)),
    "undoing a title": _undo_where_others_were_busy,
    "undoing a new card": _undo_a_new_card,
    "undoing a deleted list": _delete_and_undo_a_list,
    "draining the outbox": _drain,
    "the sweep of imports": _sweep,
    "the purge": lambda _s: purge_deleted(30),
}


@pytest.fixture
def site(app: Flask, ada: Actor, garden: Board, beds: List) -> Site:
    build_crowd()
    return Site(app, ada)


def test_no_large_table_is_read_through(site: Site) -> None:
    rows = _rows()
    assert rows["cards"] > 99_000
    found = []
    for what, ask in ASKED.items():
        with listening(db.engine) as seen:
            ask(site)
        assert seen, what
        for table, statement in _read_through(seen, rows):
            found.append(f"{what} reads {table} ({rows[table]} rows) through:\n{statement}")
    assert not found, "\n\n".join(found)


def _rows() -> dict[str, int]:
    query = sa.text(
        "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    with db.engine.connect() as connection:
        return {name: int(rows) for name, rows in connection.execute(query)}


def _read_through(seen: list[tuple[str, Any]], rows: dict[str, int]) -> Iterator[tuple[str, str]]:
    with db.engine.connect() as connection:
        # As on the disks of today; PostgreSQL itself still reckons with turning ones.
        connection.exec_driver_sql("SET LOCAL random_page_cost = 1.1")
        for statement, parameters in dict(seen).items():
            if not statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
                continue
            one_of = parameters[0] if isinstance(parameters, list) else parameters
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", one_of).scalar()
            for table in _scanned(plan[0]["Plan"]):
                if rows[table] > LARGE:
                    yield table, statement


def _scanned(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _scanned(child)
