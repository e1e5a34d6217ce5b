"""Pictures that people upload: looked at before they are decoded, and never kept as they came."""

import threading
import warnings
from io import BytesIO
from typing import IO, Any

SIDE = 256
MOST_PIXELS = 16_000_000
# What a picture may be. SVG is none: it is a program.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# One at a time in a process: each may take 64 MB for a moment.
_turn = threading.Lock()


class NoPicture(ValueError):
    """These bytes are no picture of a kind that is taken."""


class TooManyPixels(ValueError):
    """It would take too much memory to be looked at."""


def square(stream: IO[bytes]) -> bytes:
    """The middle of a picture as a square of 256 pixels, in WebP, with nothing of what else the file held.

    Raises NoPicture, and TooManyPixels by what its header says, before anything is decoded.
    """
    # Imported here: it costs a process 9 MB, and few of them ever see a picture.
    from PIL import Image, ImageOps

    try:
        with _turn, warnings.catch_warnings():
            # The library's own warning comes later than our limit.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(stream, formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise TooManyPixels
                # A JPEG is decoded at the smallest scale that will do.
                picture.draft("RGB", (SIDE * 2, SIDE * 2))
                way_up = picture.getexif().get(0x0112, 1)
                small = ImageOps.fit(_plain(picture), (SIDE, SIDE), Image.Resampling.LANCZOS)
            # Turned once it is small; on white, so that it looks the same in light and dark.
            ground = Image.new("RGBA", (SIDE, SIDE), "white")
            ground.alpha_composite(_turned(small.convert("RGBA"), way_up))
            kept = BytesIO()
            # A new image has no metadata to take along.
            ground.convert("RGB").save(kept, "WEBP", quality=84, method=4)
    except Image.DecompressionBombError:
        # What it refuses by itself, on opening, is far beyond our limit.
        raise TooManyPixels from None
    except TooManyPixels:
        raise
    except Exception:
        # A broken file makes its decoder fail in any way there is.
        raise NoPicture from None
    return kept.getvalue()


def _plain(picture: Any) -> Any:
    """A picture in colours that can be scaled; the first one where it moves."""
    return picture if picture.mode in {"RGB", "RGBA"} else picture.convert("RGBA")


def _turned(picture: Any, way_up: int) -> Any:
    """A picture as the camera was held (EXIF, tag 0x0112)."""
    from PIL import Image

    ways = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    return picture.transpose(ways[way_up]) if way_up in ways else picture
