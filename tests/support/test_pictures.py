"""Pictures: what is taken, what is refused before it costs anything, and that nothing of the file goes along."""

import struct
import subprocess
import sys
import time
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from kanban.support.pictures import MOST_PIXELS, SIDE, NoPicture, TooManyPixels, square

ROOT = Path(__file__).resolve().parents[2]
PLACE = b"GPS 51.4779 N"


def a_picture(width: int = 300, height: int = 200, kind: str = "PNG", mode: str = "RGB", **more: object) -> BytesIO:
    """A picture, red at its left and blue at its right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    file = BytesIO()
    image.convert(mode).save(file, kind, **more)
    file.seek(0)
    return file


def bomb(width: int = 50_000, height: int = 50_000) -> BytesIO:
    """A PNG of a few kilobytes that says it is as large as that."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    row = zlib.compress(b"\0" * (width * 3 + 1) * 20, 9)
    return BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", row) + chunk(b"IEND", b""))


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("RGB", "RGBA", "P", "L", "LA", "1", "I;16")),
        *(("JPEG", mode) for mode in ("RGB", "L", "CMYK")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
        ("GIF", "P"),
    ],
)
def test_every_kind_becomes_a_small_square(kind: str, mode: str) -> None:
    source = a_picture(kind=kind, mode="L" if mode == "I;16" else mode)
    if mode == "I;16":
        Image.new("I;16", (300, 200), 30_000).save(source := BytesIO(), "PNG")
        source.seek(0)
    made = opened(square(source))
    assert (made.format, made.size, made.mode) == ("WEBP", (SIDE, SIDE), "RGB")


def test_its_middle_is_kept() -> None:
    made = opened(square(a_picture(900, 300)))
    left, right = made.getpixel((10, 128)), made.getpixel((246, 128))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > 60 > left[2]
    assert right[2] > 200 > 60 > right[0]


def test_a_small_one_is_made_larger() -> None:
    assert opened(square(a_picture(1, 1))).size == (SIDE, SIDE)


def test_nothing_of_what_else_the_file_says_goes_along() -> None:
    """CVE-free by being a new image: no place, no camera, no profile, no comment."""
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    source = a_picture(kind="JPEG", exif=exif, icc_profile=PLACE * 20, comment=PLACE)
    assert PLACE in source.getvalue()
    made = square(source)
    assert PLACE not in made
    assert not opened(made).getexif()
    assert "icc_profile" not in opened(made).info
    hidden = BytesIO(a_picture().getvalue() + b"<script>alert(1)</script>")
    assert b"script" not in square(hidden)


def test_it_stands_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    made = opened(square(a_picture(kind="JPEG", exif=exif)))
    left = made.getpixel((10, 128))
    assert isinstance(left, tuple)
    assert left[2] > 200, "Turned by half: blue is at its left now."


@pytest.mark.parametrize("way_up", range(10))
def test_every_way_up_is_understood(way_up: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = way_up
    assert opened(square(a_picture(kind="JPEG", exif=exif))).size == (SIDE, SIDE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7 and more",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        a_picture().getvalue()[:60],
        a_picture(kind="JPEG").getvalue()[:200],
        a_picture(kind="WEBP").getvalue()[:40],
        a_picture(kind="BMP").getvalue(),
        a_picture(kind="TIFF").getvalue(),
        a_picture(kind="ICO").getvalue(),
        a_picture(kind="EPS").getvalue(),
    ],
)
def test_what_is_no_picture_of_these_kinds_is_refused(data: bytes) -> None:
    with pytest.raises(NoPicture):
        square(BytesIO(data))


@pytest.mark.parametrize("size", [(50_000, 50_000), (4_001, 4_000), (2**31 - 1, 2**31 - 1), (1, MOST_PIXELS + 1)])
def test_cve_2026_33474_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    began = time.perf_counter()
    with pytest.raises((TooManyPixels, NoPicture)):
        square(bomb(size[0], size[1]) if size[0] < 100_000 else bomb_of_header(size))
    assert time.perf_counter() - began < 1


def bomb_of_header(size: tuple[int, int]) -> BytesIO:
    """The header of such a one alone."""
    data = bomb(10, 10).getvalue()
    header = b"IHDR" + struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    return BytesIO(data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:])


@pytest.mark.slow
def test_cve_2026_33474_memory_stays_flat() -> None:
    """In a process of its own: what the whole test run has taken says nothing."""
    program = """
import resource
from tests.support.test_pictures import a_picture, bomb
from kanban.support.pictures import TooManyPixels, square
square(a_picture())
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
for _time in range(5):
    try:
        square(bomb())
    except TooManyPixels:
        pass
print(peak() - before)
large = a_picture(4000, 4000, "PNG", "RGBA")
before = peak()
square(large)
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    of_bombs, of_the_largest = map(int, done.stdout.split())
    assert of_bombs < 10
    assert of_the_largest < 100
