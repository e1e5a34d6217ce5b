"""Registering tells nobody who is here, not even by how long it takes (ASVS 6.3.8, WSTG-IDNT-04)."""

import statistics
import time

from kanban.actions.accounts import register
from kanban.models import Actor
from tests.world import PASSWORD

TIMES = 25


def test_v6_3_8_a_known_address_takes_as_long_to_register_as_an_unknown_one(ada: Actor) -> None:
    """By turns, so that whatever else goes on here meets both alike."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * TIMES):
        is_known = number % 2 == 0
        email = "ada@example.org" if is_known else f"n{number}@example.org"
        began = time.perf_counter()
        register("Alan Turing", email, PASSWORD)
        took[is_known].append(time.perf_counter() - began)
    known, unknown = statistics.median(took[True]), statistics.median(took[False])
    assert abs(known - unknown) < 0.010
