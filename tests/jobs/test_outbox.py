"""The outbox's job: it drains all that is due, and asks to be woken for what comes meanwhile."""

import redis
import sqlalchemy as sa

from kanban import jobs
from kanban.actions.cards import NewCard, create_cards
from kanban.jobs.outbox import drain
from kanban.models import Actor, Event, List, Outbox
from kanban.support.db import db


def test_it_drains_more_than_one_batch(ada: Actor, todo: List) -> None:
    for number in range(60):
        create_cards(ada, todo, [NewCard(f"Card {number}")])
    assert (db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) or 0) > 50
    drain()
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 0


def test_what_is_written_while_it_drains_wakes_it_again(ada: Actor, todo: List, valkey: str) -> None:
    client = redis.Redis.from_url(valkey)
    create_cards(ada, todo, [NewCard("Before")])
    # On a slow machine the wake would be forgotten before the next line.
    client.persist("kanban:outbox-woken")
    waiting = client.llen("celery")
    create_cards(ada, todo, [NewCard("At once")])
    assert client.llen("celery") == waiting, "One wake is enough for both."
    drain()
    create_cards(ada, todo, [NewCard("After")])
    assert client.llen("celery") == waiting + 1


def test_a_commit_tells_those_who_watch_the_board(ada: Actor, todo: List, valkey: str) -> None:
    with redis.Redis.from_url(valkey).pubsub() as heard:
        heard.psubscribe("board:*")
        heard.get_message(timeout=2)
        create_cards(ada, todo, [NewCard("Heard of")])
        message = heard.get_message(timeout=2)
    event = db.session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert message["channel"] == f"board:{todo.board_id}".encode()
    assert message["data"] == f'{{"board":{event.board_id},"seq":{event.seq},"event":{event.id}}}'.encode()


def test_what_belongs_to_no_board_is_told_to_no_board(ada: Actor, valkey: str) -> None:
    with redis.Redis.from_url(valkey).pubsub() as heard:
        heard.psubscribe("board:*")
        heard.get_message(timeout=2)
        jobs.announce([Event(workspace_id=1, seq=1, id=1)])
        assert heard.get_message(timeout=0.05) is None
