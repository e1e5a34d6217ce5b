"""Single values out of untrusted JSON: whatever stands there, one of the expected type comes back."""

import math
import unicodedata
from datetime import UTC, datetime
from typing import Any

_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_TOP, _BOTTOM = "top", "bottom"
_MOST = 2**31 - 1


def text(value: Any) -> str:
    """A string as it stands, but for NUL, which no database takes; numbers become text."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def is_blank(value: str) -> bool:
    """Whether a name shows nothing: some are made of marks that only look like space."""
    return all(unicodedata.category(char)[0] in "CZ" for char in value)


def text_or_none(value: Any) -> str | None:
    return text(value) or None


def flag(value: Any) -> bool:
    """True for true, and for the "true" of custom fields."""
    return value is True or value == "true"


def whole(value: Any) -> int | None:
    """A whole number that fits a database's integer, also one sent as text or with a point."""
    number = _number(value)
    return int(number) if number is not None and number == int(number) and abs(number) <= _MOST else None


def count(value: Any) -> int:
    return max(0, whole(value) or 0)


def size(value: Any) -> int | None:
    """A number of bytes."""
    number = _number(value)
    return int(number) if number is not None and 0 <= number < 2**53 else None


def position(value: Any) -> float:
    """Where a thing stands among its like: a number, also as text, or "top" and "bottom"."""
    if value == _TOP:
        return -math.inf
    number = _number(value)
    return math.inf if number is None or value == _BOTTOM else number


def instant(value: Any) -> str | None:
    """A time in ISO 8601, UTC; None where it is missing, unreadable or absurd."""
    moment = parsed(value)
    return moment.isoformat() if moment else None


def parsed(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) if _EARLIEST <= moment <= _LATEST else None


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; anything else in it is left out."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def ids(value: Any) -> list[str]:
    """Ids in their order, each once."""
    if not isinstance(value, list):
        return []
    return list(dict.fromkeys(found for each in value if (found := text(each))))


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
