"""The export as a stream of parts: never more than one card or action of it is in memory."""

from collections.abc import Iterator
from typing import Any

import ijson
from flask_babel import lazy_gettext as _

from kanban.transfer import limits
from kanban.transfer.refusals import BadFile
from kanban.transfer.trello.source import Readable

Events = Iterator[tuple[str, Any]]

# Arrays of which each element is a part of its own.
COLLECTIONS = frozenset(limits.COUNTS)
# Values of the board itself that somebody reads.
_FACTS = frozenset(
    [
        "id",
        "name",
        "desc",
        "closed",
        "dateClosed",
        "shortLink",
        "shortUrl",
        "url",
        "prefs",
        "labelNames",
        "starred",
        "dateLastActivity",
        "idMemberCreator",
        "powerUps",
        "_format",
    ]
)
# Keys that tell another kind of file; what they hold is not looked at.
_TELLTALES = frozenset(["_id", "swimlanes", "idList", "included"])
# Bulky, secret or of no use, wherever they stand.
_DROPPED = frozenset(
    [
        "previews",
        "limits",
        "scaled",
        "nonPublic",
        "switcherViews",
        "backgroundImageScaled",
        "descData",
        "nameData",
        "attachmentsByType",
        "email",
        "sourceEmail",
        "bio",
        "originalDesc",
    ]
)
_DROPPED_IN_ACTIONS = _DROPPED | frozenset(
    [
        "old",
        "board",
        "list",
        "listBefore",
        "listAfter",
        "boardSource",
        "boardTarget",
        "checkItem",
        "checklist",
        "attachment",
        "plugin",
        "customField",
        "customFieldItem",
        "display",
        "appCreator",
    ]
)
_OPENERS = frozenset(("start_map", "start_array"))
_CLOSERS = frozenset(("end_map", "end_array"))


def parts(stream: Readable) -> Iterator[tuple[str, Any]]:
    """Yield (key, value) for each value of the board, in file order.

    An array comes as (key, None) and then once for each of its elements.
    """
    place = _Place()
    try:
        yield from _parts(iter(ijson.basic_parse(stream, use_float=True, buf_size=64 * 1024)), place)
    except ijson.JSONError as error:
        raise _unreadable(error, place) from error


class _Place:
    """Where in the file the reader stands, for the sentence that says what is wrong."""

    def __init__(self) -> None:
        self.key = ""
        self.index: int | None = None

    def __str__(self) -> str:
        return self.key if self.index is None else f"{self.key}[{self.index}]"


def _parts(events: Events, place: _Place) -> Iterator[tuple[str, Any]]:
    next(events)  # the opening brace: nothing else comes as far as this
    for count, (event, key) in enumerate(events):
        if event == "end_map":
            break
        if count > limits.TOP_KEYS:
            raise _absurd(place)
        place.key, place.index = key, None
        event, value = next(events)
        if key in COLLECTIONS and event == "start_array":
            yield key, None
            yield from _elements(events, place)
        elif key in COLLECTIONS and event != "null":
            raise BadFile(
                _("“%(place)s” is no list in this file, as it would be in an export of Trello's.", place=key),
                code="wrong_shape",
            )
        elif key in _FACTS:
            yield key, _built(events, event, value, place, _DROPPED, 1)
        else:
            if event in _OPENERS:
                _skip(events, place, 2)
            if key in _TELLTALES:
                yield key, value or True
    # Reads to the end: after the board there must be nothing.
    for _event in events:
        pass


def _elements(events: Events, place: _Place) -> Iterator[tuple[str, Any]]:
    key, most = place.key, limits.COUNTS[place.key]
    dropped = _DROPPED_IN_ACTIONS if key == "actions" else _DROPPED
    for index, (event, value) in enumerate(events):
        if event == "end_array":
            return
        if index >= most:
            raise BadFile(
                _(
                    "This file has more than %(count)s entries in “%(place)s”, the most an import takes.",
                    count=most,
                    place=key,
                ),
                code="too_many",
            )
        place.index = index
        yield key, _built(events, event, value, place, dropped, 2)


def _built(events: Events, event: str, value: Any, place: _Place, dropped: frozenset[str], depth: int) -> Any:
    """The value that begins with this event, less what is dropped; `depth` is how many enclose it."""
    if event not in _OPENERS:
        return value
    container: Any = {} if event == "start_map" else []
    stack, key = [container], ""
    for nodes, (event, value) in enumerate(events):
        if event == "map_key":
            if value not in dropped:
                key = value
            elif next(events)[0] in _OPENERS:
                _skip(events, place, depth + len(stack) + 1)
        elif event in _CLOSERS:
            done = stack.pop()
            if not stack:
                return done
            container = stack[-1]
        else:
            opens = event in _OPENERS
            if opens:
                value = {} if event == "start_map" else []
            if type(container) is dict:
                container[key] = value
            else:
                container.append(value)
            if opens:
                stack.append(value)
                container = value
            if nodes > limits.NODES or depth + len(stack) > limits.DEPTH:
                raise _absurd(place)
    raise AssertionError("the parser ends a stream with an error, or with its last closing brace")


def _skip(events: Events, place: _Place, depth: int) -> None:
    """Pass over the rest of a value that has just been opened as the `depth`-th level."""
    floor = depth - 1
    for event, _value in events:
        if event in _OPENERS:
            depth += 1
            if depth > limits.DEPTH:
                raise _absurd(place)
        elif event in _CLOSERS:
            depth -= 1
            if depth == floor:
                return


def _absurd(place: _Place) -> BadFile:
    return BadFile(
        _(
            "“%(place)s” is nested deeper, or holds more, than any board does. This is no export of Trello's.",
            place=str(place),
        ),
        code="absurd",
    )


def _unreadable(error: ijson.JSONError, place: _Place) -> BadFile:
    where = str(place) or "{"
    if "premature EOF" in str(error):
        return BadFile(
            _("This file ends too early, in “%(place)s”. Download the export from Trello again.", place=where),
            code="truncated",
        )
    return BadFile(
        _("This file is not valid JSON, near “%(place)s”. Download the export from Trello again.", place=where),
        code="not_json",
    )
