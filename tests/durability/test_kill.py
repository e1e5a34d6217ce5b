"""kill -9 of the web server under ten clients who write: nothing acknowledged is lost, nothing is half done."""

import json
import os
import random
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.bench.client import Client
from tests.bench.instance import WEB, Instance
from tests.bench.work import OnBoard
from tests.durability.rows import Ask, rows_of
from tests.durability.writers import Promise, Writers

pytestmark = pytest.mark.slow

KILLS = 20
WRITERS = 10
SERVING_AGAIN = 5.0  # seconds


def test_no_acknowledged_change_is_lost(kanban: Instance) -> None:
    seed = kanban.seed(200)
    kanban.start(WEB)
    browser = Client(kanban.port)
    browser.sign_in(seed["email"], seed["password"])
    board = OnBoard.read(browser, seed["board_id"])
    with rows_of(kanban) as ask:
        before = ask("SELECT max(id) FROM events")[0][0]
    dice, again = random.Random(7), []
    with Writers(browser, board, WRITERS) as writers:
        for kill in range(KILLS):
            writers.wait_for_more(WRITERS)
            if kill % 2:
                os.kill(dice.choice(_workers(kanban)), signal.SIGKILL)
            else:
                kanban.stop(signal.SIGKILL)
                again.append(kanban.start(WEB))
        writers.wait_for_more(WRITERS)
    kanban.stop()
    assert not writers.failures
    # The quickest: beside other tests a start takes as long as they let it.
    assert min(again) <= SERVING_AGAIN
    with rows_of(kanban) as ask:
        _all_is_there(ask, writers)
        _nothing_is_half_done(ask, board.id, before)
    kanban.flask("check")


def _all_is_there(ask: Ask, writers: Writers) -> None:
    """Each acknowledged change is in the database, with the event that acknowledged it."""
    events = {row.id: row for row in ask("SELECT id, action, card_id, changes FROM events")}
    made = {"add": "card.created", "move": "card.moved", "comment": "comment.created"}
    for promise in writers.promises:
        if promise.event is not None:
            assert events[promise.event].action == made[promise.kind]
    titles = [row.title for row in ask("SELECT title FROM cards")]
    bodies = [row.body for row in ask("SELECT body FROM comments")]
    lists = {row.id: row.list_id for row in ask("SELECT id, list_id FROM cards")}
    for writer in writers.all:
        for promise in writer.promises:
            found = {"add": titles, "comment": bodies}.get(promise.kind)
            if found is not None:
                assert found.count(promise.text) == 1 if promise.event else found.count(promise.text) <= 1
        for card in writer.own:
            assert lists[card] in _places(writer.promises, card, lists[card])


def _places(promises: list[Promise], card: int, stands: int) -> set[int]:
    """Where a card may stand: where it was last acknowledged to be, or was sent after that without an answer."""
    moves = [promise for promise in promises if promise.kind == "move" and promise.card == card]
    if not moves:
        return {stands}
    last = max((n for n, move in enumerate(moves) if move.event is not None), default=None)
    unanswered = {move.to for move in moves[(last or 0) :]}
    return unanswered | ({stands} if last is None else set())


def _nothing_is_half_done(ask: Ask, board_id: int, before: int) -> None:
    """Every row has its event, every event its row and its place in the outbox, and the log has no gap."""
    seqs = [row.seq for row in ask(f"SELECT seq FROM events WHERE board_id = {board_id} ORDER BY seq")]
    assert seqs == list(range(1, len(seqs) + 1))
    assert ask(f"SELECT seq FROM boards WHERE id = {board_id}")[0].seq == len(seqs)
    new = {row.id: row for row in ask(f"SELECT id, action, changes FROM events WHERE id > {before}")}
    assert {row.event_id for row in ask(f"SELECT event_id FROM outbox WHERE event_id > {before}")} == set(new)
    for kind, table, rest in (("card", "cards", 200), ("comment", "comments", 40)):
        told = [
            change["key"][0]
            for event in new.values()
            for change in _json(event.changes)
            if change["kind"] == kind and change["before"] is None
        ]
        there = [row.id for row in ask(f"SELECT id FROM {table} ORDER BY id")]
        assert len(told) == len(set(told))
        assert sorted(told) == there[rest:]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _workers(kanban: Instance) -> list[int]:
    assert kanban.process is not None
    children = Path(f"/proc/{kanban.process.pid}/task/{kanban.process.pid}/children").read_text()
    return [int(child) for child in children.split()]
