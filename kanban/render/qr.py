"""QR codes, as the path of an SVG: the template draws it, in colours and sizes of the page."""

from typing import NamedTuple


class QrPath(NamedTuple):
    """The dark squares as one path, and how many squares a side has, with the quiet zone around them."""

    path: str
    size: int


_QUIET = 4


def qr_path(text: str) -> QrPath:
    """A text as a QR code, each square one unit wide."""
    # Its tables take a megabyte that few requests need.
    import segno

    rows = segno.make(text, error="m", micro=False).matrix
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append(f"M{x + _QUIET} {y + _QUIET}h{length}v1h-{length}z")
            x += length or 1
    return QrPath("".join(runs), len(rows) + 2 * _QUIET)
