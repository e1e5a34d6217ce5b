"""From the outbox to the effects: at least once, each with a receipt, none holding up another."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kanban.actions.cards import rename_card
from kanban.effects.delivery import MAX_TRIES, deliver_due
from kanban.models import Actor, Card, Event, Outbox, Receipt
from kanban.support.clock import travel
from kanban.support.db import db


class Noted:
    """An effect that notes what it was run for, and fails for what it is told to."""

    __name__ = "kanban.effects.noted"

    def __init__(self, fails_for: str = "") -> None:
        self.fails_for = fails_for
        self.ran: list[str] = []

    def handles(self, event: Event) -> bool:
        return event.action == "card.renamed"

    def run(self, event: Event) -> None:
        if event.detail["name"] == self.fails_for:
            raise RuntimeError("no")
        self.ran.append(event.detail["name"])


def waiting() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) or 0


def drain(effect: Noted) -> None:
    while deliver_due((effect,), batch=5):
        pass


def test_each_event_has_its_effect_once(app: Flask, ada: Actor, report: Card) -> None:
    effect = Noted()
    rename_card(ada, report, "One")
    rename_card(ada, report, "Two")
    drain(effect)
    drain(effect)
    assert effect.ran == ["One", "Two"]
    assert waiting() == 0


def test_a_receipt_keeps_a_second_delivery_from_having_it_again(app: Flask, ada: Actor, report: Card) -> None:
    effect = Noted()
    event = rename_card(ada, report, "One")
    drain(effect)
    assert db.session.get(Receipt, (event.id, "noted")) is not None
    with app.app_context():
        from kanban.support.db import transaction

        with transaction() as session:
            session.add(Outbox(event_id=event.id))
    drain(effect)
    assert effect.ran == ["One"]


def test_one_that_fails_holds_nobody_up_and_is_tried_again_later(app: Flask, ada: Actor, report: Card) -> None:
    effect = Noted(fails_for="Bad")
    rename_card(ada, report, "Bad")
    rename_card(ada, report, "Good")
    drain(effect)
    assert effect.ran == ["Good"]
    assert waiting() == 1
    effect.fails_for = ""
    drain(effect)
    assert effect.ran == ["Good"]
    with travel(timedelta(minutes=1)):
        drain(effect)
    assert effect.ran == ["Good", "Bad"]
    assert waiting() == 0


def test_after_many_tries_it_is_left_for_somebody_to_look_at(app: Flask, ada: Actor, report: Card) -> None:
    effect = Noted(fails_for="Bad")
    rename_card(ada, report, "Bad")
    for days in range(MAX_TRIES + 2):
        with travel(timedelta(days=days)):
            drain(effect)
    left = db.session.scalars(sa.select(Outbox)).one()
    assert left.tries == MAX_TRIES
    assert left.error == "RuntimeError: no"
