"""Twenty people moving cards of one board at once, while another process writes too."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.bench.client import Client
from tests.bench.instance import ROOT, WEB, Instance
from tests.bench.work import OnBoard
from tests.durability.rows import rows_of

pytestmark = pytest.mark.slow

PEOPLE = 20
MOVES = 25


@pytest.fixture
def running(kanban: Instance) -> Iterator[Instance]:
    kanban.start(WEB)
    yield kanban
    kanban.stop()


def test_order_keeps_and_nobody_is_turned_away(running: Instance) -> None:
    seed = running.seed(200)
    browser = Client(running.port)
    browser.sign_in(seed["email"], seed["password"])
    board = OnBoard.read(browser, seed["board_id"])
    statuses: list[int] = []

    def move(number: int) -> None:
        mine, answered = browser.copy(), []
        for step in range(MOVES):
            # All work on the same cards, and put them beside each other's.
            card = board.cards[(number * 7 + step * 3) % 60]
            to = list(board.lists)[(number + step) % 3]
            neighbour = board.lists[to][(number + step) % len(board.lists[to])]
            form = {"list_id": to, "before_id": neighbour} if step % 2 else {"list_id": to}
            answered.append(mine.send("PUT", f"/cards/{card}/position", placed=1, **form).status)
        statuses.extend(answered)

    people = [threading.Thread(target=move, args=(number,)) for number in range(PEOPLE)]
    for person in people:
        person.start()
    # The worker writes as well, and an administrator at a terminal.
    beside = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "seed", "bench", "--cards", "300"],
        cwd=ROOT,
        env=running.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    for person in people:
        person.join()
    assert beside.returncode == 0, beside.stderr
    # 409: the neighbour has been moved away in the meantime, which is the truth.
    assert set(statuses) <= {200, 409}
    assert statuses.count(200) > len(statuses) / 2
    _order_keeps(running, board)
    assert "locked" not in running.log.read_text()


def _order_keeps(running: Instance, board: OnBoard) -> None:
    with rows_of(running) as ask:
        cards = ask(f"SELECT id, list_id, rank FROM cards WHERE board_id = {board.id} AND deleted_at IS NULL")
        assert sorted(card.id for card in cards) == sorted(board.cards)
        assert {card.list_id for card in cards} <= set(board.lists)
        assert len({(card.list_id, card.rank) for card in cards}) == len(cards)
        moves = ask(f"SELECT id FROM events WHERE board_id = {board.id} AND action = 'card.moved'")
        assert moves
    running.flask("check")
