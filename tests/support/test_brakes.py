"""Brakes on guessing: they slow whoever fails, from there, and let everybody else in."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from kanban.actions.accounts import address_of
from kanban.support import brakes
from kanban.support.brakes import KINDS, Tries
from kanban.support.clock import travel

ADA, THERE, HERE = "ada@example.org", "198.51.100.7", "192.0.2.1"
FREE = KINDS["sign_in"].free


@pytest.fixture(params=["redis", "this process"])
def tries(request: pytest.FixtureRequest, app: Flask) -> Tries:
    made = Tries()
    made.connect(app.config["REDIS_URL"] if request.param == "redis" else "unix:///nowhere/valkey.sock")
    return made


def fail(tries: Tries, times: int, *, account: str = ADA, address: str = THERE) -> list[float]:
    return [tries.take("sign_in", account, address) for _each in range(times)]


def test_after_some_free_tries_each_waits_twice_as_long(tries: Tries) -> None:
    assert fail(tries, FREE) == [0.0] * FREE
    passed = timedelta()
    for expected in (2, 4, 8, 16, 32):
        with travel(passed + timedelta(seconds=expected - 1)):
            assert 0 < tries.take("sign_in", ADA, THERE) <= expected
        passed += timedelta(seconds=expected + 1)
        with travel(passed):
            assert tries.take("sign_in", ADA, THERE) == 0.0


def test_no_wait_is_longer_than_the_rule_says_and_all_is_forgotten_after_a_while(tries: Tries) -> None:
    rule = KINDS["sign_in"]
    at = timedelta()
    for _each in range(20):
        with travel(at):
            tries.take("sign_in", ADA, THERE)
        at += timedelta(seconds=rule.longest + 1)
    with travel(at - timedelta(seconds=rule.longest)):
        assert 0 < tries.take("sign_in", ADA, THERE) <= rule.longest
    with travel(at + timedelta(seconds=rule.memory)):
        assert fail(tries, FREE) == [0.0] * FREE


def test_a_try_that_is_refused_counts_for_nothing(tries: Tries) -> None:
    """Or whoever asks again and again would wait for ever."""
    fail(tries, FREE)
    assert all(0 < wait <= 2 for wait in fail(tries, 50))


def test_the_right_password_wipes_out_the_account_alone(tries: Tries) -> None:
    """Whoever has an account may not sign in to it to go on guessing at others."""
    passed = 0
    while passed < 100 and tries.take("sign_in", f"{passed}@example.org", THERE) == 0.0:
        passed += 1
        if tries.take("sign_in", "mallory@example.org", THERE) == 0.0:
            tries.forgive("sign_in", "mallory@example.org", THERE)
    assert passed == 50
    fail(tries, FREE, address=HERE)
    tries.forgive("sign_in", ADA, HERE)
    assert fail(tries, FREE, address=HERE) == [0.0] * FREE


def test_lockout_bleed_guessing_is_slowed(tries: Tries) -> None:
    """GHSA-2g94-9x3m-hv37: a lock that never fired. From one address, and from a thousand."""
    assert sum(wait == 0 for wait in fail(tries, 200)) == FREE
    passed = 0
    for number in range(300):
        passed += sum(wait == 0 for wait in fail(tries, FREE, address=f"203.0.113.{number}"))
    # After the first of them each address has one try.
    assert passed <= 50 + 300


def test_jam_bleed_the_victim_gets_in_from_elsewhere(tries: Tries) -> None:
    """Nobody can lock out anybody, however often and from however many addresses they fail."""
    for number in range(300):
        fail(tries, FREE, address=f"203.0.113.{number}")
    assert tries.take("sign_in", ADA, HERE) == 0.0
    tries.forgive("sign_in", ADA, HERE)
    assert tries.take("sign_in", ADA, HERE) == 0.0, "and once more"


def test_of_many_tries_at_once_the_free_ones_pass(tries: Tries) -> None:
    passed = []
    together = threading.Barrier(20)

    def guess() -> None:
        together.wait()
        passed.append(tries.take("sign_in", ADA, THERE) == 0.0)

    threads = [threading.Thread(target=guess) for _each in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == FREE


@pytest.mark.parametrize(
    "typed",
    [
        " ADA@Example.org ",
        "ada@\uff45xample.org",
        "ada@example\u3002org",
        "ada@exa\u034fmple.org",
        "ada@exampl\ufe00\ufe00e.org",
        "ada@example.org\u3000",
    ],
)
def test_lockout_bleed_an_address_is_one_account_however_it_is_typed(tries: Tries, typed: str) -> None:
    """Each spelling that finds the account would else be five free tries more, without an end."""
    assert address_of(typed) == ADA
    fail(tries, FREE)
    assert tries.take("sign_in", typed, THERE) > 0


@pytest.mark.parametrize("typed", ["ADA", " ada ", "\uff41da", "ada\u3000"])
def test_lockout_bleed_so_is_a_name_in_a_directory(tries: Tries, typed: str) -> None:
    for _try in range(FREE):
        assert tries.take("sign_in", "ada", THERE) == 0.0
    assert tries.take("sign_in", typed, THERE) > 0


def test_kinds_are_counted_apart(tries: Tries) -> None:
    fail(tries, FREE)
    for kind in KINDS.keys() - {"sign_in"}:
        assert tries.take(kind, ADA, THERE) == 0.0


def test_a_clock_that_was_put_back_holds_nobody_up(tries: Tries) -> None:
    with travel(timedelta(days=1)):
        fail(tries, FREE)
    assert tries.take("sign_in", ADA, THERE) == 0.0


def test_this_process_remembers_no_more_than_it_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brakes, "_KEPT_HERE", 10)
    alone = Tries()
    for number in range(30):
        alone.take("sign_in", f"{number}@example.org", THERE)
    assert len(alone._here) == 10


def test_nothing_that_was_typed_stands_in_a_key() -> None:
    assert "secret" not in " ".join(brakes._keys("sign_in", "my secret", HERE))


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[str]:
    """A Redis that takes connections and never says a word."""
    path = f"{tmp_path}/hang.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(8)
        yield f"unix://{path}"


def test_a_redis_that_hangs_holds_nobody_up_and_counting_goes_on(hanging: str) -> None:
    made = Tries()
    made.connect(hanging)
    began = time.monotonic()
    assert [wait == 0 for wait in fail(made, FREE + 2)] == [True] * FREE + [False] * 2
    assert time.monotonic() - began < 1
