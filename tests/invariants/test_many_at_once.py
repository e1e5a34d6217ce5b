"""Twenty people at one board: order holds, nobody is refused, nothing is lost."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from flask import Flask

from kanban.actions.cards import NewCard, create_cards
from kanban.actions.events import undo
from kanban.actions.positions import move_card
from kanban.models import Actor, Board, Card, Event, List, Outbox, User
from kanban.queries.integrity import problems
from kanban.support.db import db
from tests.invariants.histories import check_logs

PEOPLE = 20
MOVES = 6


def test_moves_by_twenty_at_once_keep_order(app: Flask, grace: Actor, todo: List, launch: Board) -> None:
    create_cards(grace, todo, [NewCard(f"Card {number}") for number in range(PEOPLE)])
    before = launch.seq

    def move_about(number: int) -> int:
        choice = random.Random(number)
        moved = 0
        for _each in range(MOVES):
            lists = db.session.scalars(sa.select(List).where(List.board_id == launch_id).order_by(List.id)).all()
            cards = db.session.scalars(sa.select(Card).where(Card.board_id == launch_id).order_by(Card.id)).all()
            to = choice.choice(lists)
            event = move_card(_actor(grace_id), choice.choice(cards), to=to)
            moved += event.id is not None
            db.session.remove()
        return moved

    launch_id, grace_id = launch.id, grace.id
    moved = sum(_at_once(app, move_about, PEOPLE))
    db.session.rollback()

    ranks = db.session.execute(sa.select(Card.list_id, Card.rank).where(Card.board_id == launch_id)).all()
    assert len(set(ranks)) == len(ranks)
    assert db.session.get_one(Board, launch_id, populate_existing=True).seq == before + moved
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == _count_of_events()
    check_logs([launch_id])
    assert problems() == []


def test_cards_that_change_boards_in_both_directions_wait_for_no_one_in_a_circle(
    app: Flask, ada: Actor, todo: List, beds: List
) -> None:
    create_cards(ada, todo, [NewCard("There")])
    create_cards(ada, beds, [NewCard("Back")])
    ids = {title: _card(title).id for title in ("There", "Back")}
    ada_id, list_ids = ada.id, (todo.id, beds.id)

    def swap(number: int) -> int:
        card_id, targets = (ids["There"], list_ids[::-1]) if number % 2 else (ids["Back"], list_ids)
        for target in targets * 3:
            move_card(_actor(ada_id), db.session.get_one(Card, card_id), to=db.session.get_one(List, target))
            db.session.remove()
        return 1

    assert _at_once(app, swap, 2) == [1, 1]
    db.session.rollback()
    assert problems() == []


def test_one_of_many_who_undo_the_same_at_once_does_it(app: Flask, grace: Actor, report: Card, doing: List) -> None:
    event_id, grace_id = move_card(grace, report, to=doing).id, grace.id
    events = _count_of_events()

    def take_back(_number: int) -> int:
        try:
            return undo(_actor(grace_id), db.session.get_one(Event, event_id)).id
        except Exception as refused:
            return 0 if type(refused).__name__ == "Conflict" else -1

    answers = _at_once(app, take_back, 8)
    db.session.rollback()
    assert sorted(answer > 0 for answer in answers) == [False] * 7 + [True]
    assert -1 not in answers
    assert _count_of_events() == events + 1


def test_a_form_sent_many_times_at_once_makes_one_card(app: Flask, grace: Actor, todo: List) -> None:
    grace_id, todo_id = grace.id, todo.id

    def send(_number: int) -> int:
        to = db.session.get_one(List, todo_id)
        return create_cards(_actor(grace_id), to, [NewCard("Once")], once="the same form").id

    assert len(set(_at_once(app, send, 8))) == 1
    db.session.rollback()
    assert _card("Once").title == "Once"


def _at_once(app: Flask, what: Callable[[int], Any], times: int) -> list[Any]:
    """Run something in as many threads, each in a context and with a connection of its own."""
    begin = threading.Barrier(times)

    def run(number: int) -> Any:
        with app.app_context():
            begin.wait()
            return what(number)

    # Ends this thread's transaction: on SQLite it would hold an old state of the file.
    db.session.rollback()
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def _actor(user_id: int) -> Actor:
    return Actor(db.session.get_one(User, user_id))


def _card(title: str) -> Card:
    return db.session.scalars(sa.select(Card).where(Card.title == title)).one()


def _count_of_events() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0
