"""Trello's words for things, and ours."""

import math
import re
from urllib.parse import urlsplit

LABELS = {
    "green": "green",
    "yellow": "yellow",
    "orange": "orange",
    "red": "red",
    "purple": "violet",
    "blue": "blue",
    "sky": "teal",
    "lime": "lime",
    "pink": "pink",
    "black": "slate",
}
NEUTRAL = "slate"
ROLES = {"admin": "admin", "normal": "member", "observer": "observer"}

_SHADE = re.compile(r"_(light|dark)$")
_BACKGROUNDS = {
    "blue": "sky",
    "orange": "honey",
    "green": "fern",
    "red": "brick",
    "purple": "plum",
    "pink": "rose",
    "lime": "moss",
    "sky": "lagoon",
    "grey": "iris",
    "gradient-bubble": "sky",
    "gradient-snow": "lagoon",
    "gradient-ocean": "sky",
    "gradient-crystal": "lagoon",
    "gradient-rainbow": "plum",
    "gradient-peach": "brick",
    "gradient-flower": "rose",
    "gradient-earth": "teal",
    "gradient-alien": "iris",
    "gradient-volcano": "brick",
}
# Grey has a hue too, but nobody sees it.
_LEAST_CHROMA = 0.02


def label_color(color: str | None) -> str:
    """Our label colour for one of theirs: a table, so that no new shade is ever an error."""
    return LABELS.get(_SHADE.sub("", color or ""), NEUTRAL)


def is_shade(color: str | None) -> bool:
    """Whether a colour is a light or dark shade, of which we have only the middle."""
    return bool(color and _SHADE.search(color) and is_known(color))


def is_known(color: str | None) -> bool:
    """Whether Trello has such a label colour; none at all is one of them."""
    return not color or _SHADE.sub("", color) in LABELS


def cover_color(color: str | None) -> str | None:
    return label_color(color) if color else None


def tint(background: str, colors: list[str], tints: dict[str, int]) -> str:
    """The tint nearest to a board's background: by its name, else by the hue of its colours."""
    if background in _BACKGROUNDS:
        return _BACKGROUNDS[background]
    for color in colors:
        hue = _hue(color)
        if hue is not None:
            return min(tints, key=lambda name: abs((tints[name] - hue + 180) % 360 - 180))
    return next(iter(tints))


def safe_url(url: str) -> str | None:
    """A link one may follow: http or https and a host, else None."""
    url = "".join(url.split())
    try:
        split = urlsplit(url)
    except ValueError:
        return None
    return url if split.scheme in ("http", "https") and split.netloc else None


def _hue(color: str) -> int | None:
    """The hue of a #rrggbb colour in OKLCH, in degrees; None for a grey or for what is no colour."""
    digits = color.removeprefix("#")
    if not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        return None
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    if math.hypot(a, b) < _LEAST_CHROMA:
        return None
    return round(math.degrees(math.atan2(b, a))) % 360


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
