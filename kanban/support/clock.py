"""What time it is; tests can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from time import monotonic, sleep
from zoneinfo import ZoneInfo, available_timezones

ZONES = frozenset(available_timezones())

_frozen: datetime | None = None
_offset = timedelta()


def now() -> datetime:
    """This moment, aware, in UTC."""
    return (_frozen or datetime.now(UTC)) + _offset


def today(zone: tzinfo) -> date:
    """The date it is in a time zone."""
    return now().astimezone(zone).date()


def zone(name: str) -> ZoneInfo:
    """A stored zone name as a zone; one this machine no longer knows counts as UTC."""
    return ZoneInfo(name if name in ZONES else "UTC")


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last minute of a day in a time zone."""
    return datetime.combine(day, time(23, 59), zone)


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """Stop the clock at a moment."""
    global _frozen
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def travel(by: timedelta) -> Iterator[None]:
    """Move the clock, forwards or back, while it goes on ticking."""
    global _offset
    before, _offset = _offset, _offset + by
    try:
        yield
    finally:
        _offset = before


@contextmanager
def at_least(seconds: float) -> Iterator[None]:
    """Take so long at least: how soon something is done must not tell what there was to do."""
    began = monotonic()
    try:
        yield
    finally:
        sleep(max(0.0, began + seconds - monotonic()))
