"""How many statements a page and a change may take, and that their number does not grow with the board."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.comments import create_comment
from kanban.actions.seeds import seed_bench
from kanban.models import Actor, Card, List, User
from kanban.support.assets import asset_url
from kanban.support.db import db
from tests.bench.statements import listening
from tests.world import session_of

HTMX = {"HX-Request": "true"}
BOARD, CARD, DIALOG, MOVE, ADD, COMMENT, HOME = 8, 13, 11, 10, 18, 14, 12
BARE = 3  # so many fewer, where a card has neither comments nor checklists nor attachments


class Seeded:
    """A board of some size, and its owner's browser."""

    def __init__(self, app: Flask, cards: int) -> None:
        made = seed_bench(cards)
        self.board_id: int = made["board_id"]
        self.owner = db.session.scalars(sa.select(User).where(User.email == made["email"])).one()
        self.lists = db.session.scalars(
            sa.select(List.id).where(List.board_id == self.board_id).order_by(List.rank)
        ).all()
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as session:
            session["_user_id"] = session_of(self.owner)
            session["_fresh"] = True

    def cards_of(self, list_id: int) -> list[int]:
        return list(db.session.scalars(sa.select(Card.id).where(Card.list_id == list_id).order_by(Card.rank)))

    def count(self, path: str, *, method: str = "GET", htmx: bool = True, **form: Any) -> int:
        """The statements of one request, asked as in a process that has answered before."""
        headers = HTMX if htmx else {}
        with listening(db.engine) as seen:
            answer = self.client.open(path, method=method, data=form or None, headers=headers)
        assert answer.status_code == 200, answer.text
        return len(seen)


@pytest.fixture
def sized(app: Flask) -> Callable[[int], Seeded]:
    return lambda cards: Seeded(app, cards)


def test_a_board(sized: Callable[[int], Seeded]) -> None:
    counts = set()
    for cards in (10, 700):
        board = sized(cards)
        board.count(f"/boards/{board.board_id}", htmx=False)  # notes the visit
        counts.add(board.count(f"/boards/{board.board_id}", htmx=False))
    assert len(counts) == 1
    assert max(counts) <= BOARD


def test_a_card_and_its_dialog(sized: Callable[[int], Seeded]) -> None:
    board = sized(20)
    busy, plain = board.cards_of(board.lists[0])[0], board.cards_of(board.lists[1])[1]
    for n in range(30):
        create_comment(Actor(board.owner), db.session.get_one(Card, busy), f"Comment {n}")
    for card, fewer in ((busy, 0), (plain, BARE)):
        assert board.count(f"/cards/{card}", htmx=False) <= CARD - fewer
        assert board.count(f"/cards/{card}") <= DIALOG - fewer


@pytest.mark.parametrize("cards", [20, 700])
def test_a_move(sized: Callable[[int], Seeded], cards: int) -> None:
    board = sized(cards)
    first, second = board.lists[:2]
    card, other = board.cards_of(first)[:2]
    neighbour = board.cards_of(second)[0]
    path = f"/cards/{card}/position"
    assert board.count(path, method="PUT", list_id=second, placed=1) <= MOVE
    assert board.count(path, method="PUT", list_id=first, before_id=other, placed=1) <= MOVE
    assert board.count(path, method="PUT", list_id=second, before_id=neighbour, placed=1) <= MOVE


def test_a_move_takes_as_many_on_any_board(sized: Callable[[int], Seeded]) -> None:
    counts = set()
    for cards in (20, 700):
        board = sized(cards)
        card = board.cards_of(board.lists[0])[0]
        counts.add(board.count(f"/cards/{card}/position", method="PUT", list_id=board.lists[1]))
    assert len(counts) == 1


def test_adding_and_commenting(sized: Callable[[int], Seeded]) -> None:
    board = sized(20)
    card = board.cards_of(board.lists[0])[0]
    assert board.count(f"/lists/{board.lists[0]}/cards", method="POST", titles="One") <= ADD
    assert board.count(f"/cards/{card}/comments", method="POST", body="One") <= COMMENT


def test_each_further_card_takes_one_statement(sized: Callable[[int], Seeded]) -> None:
    board = sized(20)
    path = f"/lists/{board.lists[0]}/cards"
    one = board.count(path, method="POST", titles="One")
    many = board.count(path, method="POST", titles="\n".join(f"Card {n}" for n in range(50)))
    assert many <= one + 49


def test_the_home_page_takes_as_many_with_more_boards(sized: Callable[[int], Seeded], app: Flask) -> None:
    from kanban.actions.accounts import home_of
    from kanban.actions.boards import create_board

    board = sized(10)
    before = board.count("/", htmx=False)
    actor = Actor(board.owner)
    for n in range(5):
        create_board(actor, home_of(actor), f"Board {n}", lists=["One", "Two"])
    assert board.count("/", htmx=False) == before <= HOME


def test_a_static_file_asks_the_database_nothing_even_of_somebody_signed_in(sized: Callable[[int], Seeded]) -> None:
    assert sized(1).count(asset_url("js/board.js")) == 0
