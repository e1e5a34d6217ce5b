"""What the worker runs: thin shells, that do their work in the application's context."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kanban.actions.cards import rename_card
from kanban.actions.states import delete_card
from kanban.jobs import MODULES, SCHEDULE, housekeeping, outbox
from kanban.models import Actor, Card, Outbox
from kanban.support.clock import travel
from kanban.support.db import db
from kanban.support.queue import queue


def test_everything_on_the_schedule_is_a_job(app: Flask) -> None:
    for module in MODULES:
        __import__(module)
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(queue.tasks)


def test_the_outbox_is_drained(app: Flask, ada: Actor, report: Card) -> None:
    rename_card(ada, report, "New")
    outbox.drain()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 0


def test_the_bin_is_emptied(app: Flask, ada: Actor, report: Card) -> None:
    id_ = report.id
    delete_card(ada, report)
    with travel(timedelta(days=app.config["PURGE_DAYS"] + 1)):
        housekeeping.purge()
    db.session.expire_all()
    assert db.session.get(Card, id_) is None
