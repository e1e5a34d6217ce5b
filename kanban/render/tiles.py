"""Tiles as markup, remembered: most cards of a board stand as they stood a moment ago."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from kanban.queries.tiles import Tile
from kanban.render.dates import due_state
from kanban.render.words import Language, language_in_use
from kanban.render.words import gettext as _
from kanban.support.clock import today, zone

# Some eight boards full, and a few megabytes.
_MOST = 4096

Draw = Callable[[Tile], Markup]


class TileWords(NamedTuple):
    """The words beside a tile's signs."""

    done: str
    due: str
    items: str
    comments: str
    attachments: str
    description: str


def remembered(draw: Draw, tiles: Iterable[Tile]) -> Markup:
    """What `draw` makes of tiles, each drawn anew only where anything of it has changed.

    That may depend on the tile, the language and the time alone, as whatever is sent to
    everybody who looks at a board.
    """
    language = language_in_use()
    return Markup("\n").join([_drawn(draw, tile, language, *_by_time(tile)) for tile in tiles])


def tile_words() -> TileWords:
    """What tiles say to those who do not see their signs: looked up once a language, as it is said a thousand times."""
    return _tile_words(language_in_use())


def _by_time(tile: Tile) -> tuple[str, date | None]:
    """What the time changes of a tile: how its due date stands, and the day from which it is said."""
    if tile.due_at is None:
        return "", None
    return due_state(tile), today(zone(tile.zone))


@lru_cache(maxsize=_MOST)
def _drawn(draw: Draw, tile: Tile, _language: Language, _state: str, _today: date | None) -> Markup:
    return draw(tile)


@lru_cache(maxsize=64)
def _tile_words(_language: Language) -> TileWords:
    return TileWords(
        done=_("Done:"),
        due=_("Due:"),
        items=_("Items done:"),
        comments=_("Comments:"),
        attachments=_("Attachments:"),
        description=_("Has a description"),
    )
