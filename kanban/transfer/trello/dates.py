"""When things came to be: Trello writes it into the ids."""

from datetime import UTC, datetime, timedelta

from kanban.transfer.trello.values import parsed

_FIRST_BOARD = datetime(2010, 1, 1, tzinfo=UTC)


def created_at(object_id: str, *others: str | None, now: datetime) -> datetime:
    """When the object with this id was made, else the first of the other times that can be true, else now.

    The first four bytes of an id are seconds since 1970, but files that were made
    anonymous have ids that only look like it.
    """
    for moment in (_from_id(object_id), *map(parsed, others)):
        if moment is not None and _FIRST_BOARD <= moment <= now + timedelta(days=1):
            return moment
    return now


def _from_id(object_id: str) -> datetime | None:
    if len(object_id) != 24:
        return None
    try:
        int(object_id, 16)
        return datetime.fromtimestamp(int(object_id[:8], 16), UTC)
    except ValueError:
        return None
