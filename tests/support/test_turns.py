"""Writers in line: one at a time, whatever process they are in, and nobody waits for the dead."""

import multiprocessing
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kanban.support.turns import WaitedTooLong, turn


def _count(file: Path, counter: Path, rounds: int) -> None:
    def step() -> None:
        for _ in range(rounds):
            with turn(str(file), 15):
                counter.write_text(str(int(counter.read_text()) + 1))

    threads = [threading.Thread(target=step) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _hold(file: Path, held: Connection) -> None:
    with turn(str(file), 15):
        held.send(True)
        signal.pause()


def test_threads_of_processes_take_turns(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    processes = [multiprocessing.Process(target=_count, args=(tmp_path / "turn", counter, 50)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert int(counter.read_text()) == 3 * 3 * 50


def test_a_killed_process_gives_its_turn_back(tmp_path: Path) -> None:
    here, there = multiprocessing.Pipe()
    holder = multiprocessing.Process(target=_hold, args=(tmp_path / "turn", there))
    holder.start()
    assert here.recv()
    holder.kill()
    with turn(str(tmp_path / "turn"), 15):
        pass
    holder.join()


def test_it_is_given_back_after_a_failure(tmp_path: Path) -> None:
    file = str(tmp_path / "turn")
    with pytest.raises(ZeroDivisionError), turn(file, 1):
        raise ZeroDivisionError
    with turn(file, 1):
        pass


def test_nobody_waits_in_line_for_ever(tmp_path: Path) -> None:
    file = str(tmp_path / "turn")
    outcome: list[BaseException] = []

    def wait() -> None:
        try:
            with turn(file, 0.01):
                pass
        except WaitedTooLong as error:
            outcome.append(error)

    with turn(file, 1):
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join()
    assert len(outcome) == 1
