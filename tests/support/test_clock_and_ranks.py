"""Time that tests can move, and keys between keys."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fractional_indexing import FIError

from kanban.support import clock
from kanban.support.ranks import rank_between, ranks_between

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def test_a_frozen_clock_stands_still_until_it_is_let_go() -> None:
    with clock.freeze(NOON):
        assert clock.now() == NOON
        with clock.freeze(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=10)


def test_travelling_adds_up_and_comes_back() -> None:
    with clock.freeze(NOON), clock.travel(timedelta(hours=1)), clock.travel(timedelta(hours=-3)):
        assert clock.now() == NOON - timedelta(hours=2)
    before = clock.now()
    with pytest.raises(LookupError), clock.travel(timedelta(days=9)):
        raise LookupError
    assert clock.now() - before < timedelta(days=1)


def test_what_day_it_is_depends_on_where() -> None:
    with clock.freeze(datetime(2030, 1, 1, 23, tzinfo=UTC)):
        assert clock.today(ZoneInfo("UTC")) == date(2030, 1, 1)
        assert clock.today(ZoneInfo("Asia/Tokyo")) == date(2030, 1, 2)


def test_a_zone_nobody_knows_any_more_is_utc() -> None:
    assert clock.zone("Europe/Berlin").key == "Europe/Berlin"
    assert clock.zone("Mars/Olympus").key == "UTC"
    assert clock.zone("../../etc/passwd").key == "UTC"


def test_the_end_of_a_day_is_its_last_minute_there() -> None:
    end = clock.end_of(date(2030, 7, 1), ZoneInfo("Europe/Berlin"))
    assert end.astimezone(UTC) == datetime(2030, 7, 1, 21, 59, tzinfo=UTC)


def test_a_rank_is_between_its_neighbours_byte_by_byte() -> None:
    dice = random.Random(7)
    ranks: list[str] = []
    for _step in range(500):
        place = dice.randint(0, len(ranks))
        low = ranks[place - 1] if place else None
        high = ranks[place] if place < len(ranks) else None
        ranks.insert(place, rank_between(low, high))
    assert [each.encode() for each in ranks] == sorted({each.encode() for each in ranks})


def test_many_at_once_are_as_good_as_one_by_one() -> None:
    low, high = rank_between(None, None), rank_between(rank_between(None, None), None)
    many = ranks_between(low, high, 100)
    assert len(many) == 100
    assert [low, *many, high] == sorted({low, *many, high})
    assert ranks_between(None, None, 0) == ranks_between(low, high, -1) == []
    assert max(map(len, ranks_between(None, None, 20_000))) < 10


@pytest.mark.parametrize(("low", "high"), [("a1", "a0"), ("a0", "a0")])
def test_between_what_is_not_in_order_there_is_nothing(low: str, high: str) -> None:
    with pytest.raises(FIError):
        rank_between(low, high)


def test_always_before_the_first_stays_within_the_column() -> None:
    rank = rank_between(None, None)
    for _step in range(10_000):
        rank = rank_between(None, rank)
    assert len(rank) < 10
