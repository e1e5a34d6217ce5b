"""Delivery: every event reaches every effect that wants it, with a receipt, whoever fails or dies."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kanban.actions.cards import NewCard, create_cards
from kanban.effects import delivery
from kanban.effects.delivery import deliver_due
from kanban.models import Actor, Event, List, Outbox, Receipt
from kanban.models.events import MAX_TRIES
from kanban.support import clock
from kanban.support.db import db, transaction


class Noted:
    """An effect that writes down what it was run for; `failing` times it fails first."""

    def __init__(self, name: str = "kanban.effects.noted", *, wants: str = "card.created", failing: int = 0) -> None:
        self.__name__ = name
        self.wants = wants
        self.failing = failing
        self.seen: list[int] = []

    def handles(self, event: Event) -> bool:
        return event.action == self.wants

    def run(self, event: Event) -> None:
        if self.failing:
            self.failing -= 1
            raise RuntimeError("The post office is closed.")
        self.seen.append(event.id)


@pytest.fixture
def cards(ada: Actor, todo: List) -> list[int]:
    """Three cards were made; the ids of these events, which alone are still to be delivered."""
    while deliver_due(()):
        pass
    for title in ("One", "Two", "Three"):
        create_cards(ada, todo, [NewCard(title)])
    return list(db.session.scalars(sa.select(Outbox.event_id).order_by(Outbox.event_id)))


def outbox() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Outbox.event_id).order_by(Outbox.event_id)))


def receipts() -> list[tuple[Any, ...]]:
    rows = sa.select(Receipt.event_id, Receipt.effect).order_by(Receipt.event_id)
    return [tuple(row) for row in db.session.execute(rows)]


def row(event_id: int) -> Outbox:
    db.session.rollback()
    return db.session.get_one(Outbox, event_id, populate_existing=True)


def test_an_event_reaches_the_effects_that_want_it_in_order(cards: list[int]) -> None:
    wanting, other = Noted(), Noted("kanban.effects.other", wants="card.moved")
    assert deliver_due([wanting, other]) == len(cards)
    assert wanting.seen == cards
    assert other.seen == []
    assert receipts() == [(event_id, "noted") for event_id in cards]
    assert outbox() == []


def test_without_effects_the_outbox_is_emptied(cards: list[int]) -> None:
    assert deliver_due(()) == len(cards)
    assert (outbox(), receipts()) == ([], [])
    assert deliver_due(()) == 0


def test_a_batch_takes_the_oldest(cards: list[int]) -> None:
    effect = Noted()
    assert deliver_due([effect], batch=2) == 2
    assert effect.seen == cards[:2]
    assert outbox() == cards[2:]


def test_what_has_its_receipt_is_not_run_again(cards: list[int]) -> None:
    with transaction() as session:
        session.add(Receipt(event_id=cards[0], effect="noted"))
    effect = Noted()
    deliver_due([effect])
    assert effect.seen == cards[1:]


def test_one_that_fails_holds_nobody_up_and_is_tried_later(cards: list[int]) -> None:
    effect = Noted(failing=1)
    deliver_due([effect])
    assert effect.seen == cards[1:]
    assert outbox() == cards[:1]
    failed = row(cards[0])
    assert (failed.tries, failed.error) == (1, "RuntimeError: The post office is closed.")
    assert deliver_due([effect]) == 0, "It waits."
    with clock.travel(timedelta(seconds=16)):
        assert deliver_due([effect]) == 1
    assert effect.seen == [*cards[1:], cards[0]]
    assert outbox() == []


def test_what_an_effect_left_half_done_is_undone(cards: list[int]) -> None:
    class Halfway(Noted):
        def run(self, event: Event) -> None:
            with transaction() as session:
                session.add(Receipt(event_id=event.id, effect="half"))
                session.flush()
                raise RuntimeError("The power went.")

    deliver_due([Halfway()])
    assert receipts() == []


def test_each_try_waits_longer_and_the_last_one_leaves_it_lying(cards: list[int]) -> None:
    effect = Noted(failing=10_000)
    waits = []
    later = timedelta()
    for _try in range(MAX_TRIES):
        with clock.travel(later):
            deliver_due([effect], batch=1)
            waits.append(row(cards[0]).due_at - clock.now())
        later += waits[-1] + timedelta(seconds=1)
        # The others are not in the way here.
        with transaction() as session:
            session.execute(sa.delete(Outbox).where(Outbox.event_id != cards[0]))
    assert [round(wait.total_seconds() / 15) for wait in waits] == [1, 2, 4, 8, 16, 32, 64, 128]
    with clock.travel(timedelta(days=30)):
        assert deliver_due([effect]) == 0
    assert row(cards[0]).tries == MAX_TRIES


def test_who_takes_an_event_has_it_for_a_while(cards: list[int]) -> None:
    taken = [event.id for event in delivery._take(2)]
    assert taken == cards[:2]
    # Another worker at the same time gets the rest.
    assert [event.id for event in delivery._take(50)] == cards[2:]
    assert delivery._take(50) == []
    # The first one died: its events come back.
    with clock.travel(timedelta(seconds=46)):
        assert [event.id for event in delivery._take(50)] == cards


def test_an_event_that_is_purged_meanwhile_is_no_failure(cards: list[int]) -> None:
    class Purging(Noted):
        def run(self, event: Event) -> None:
            with transaction() as session:
                session.execute(sa.delete(Outbox).where(Outbox.event_id == event.id))
            raise RuntimeError("It is gone.")

    deliver_due([Purging()])
    assert outbox() == []
