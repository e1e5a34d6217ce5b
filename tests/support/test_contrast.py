"""The colours that the stylesheets promise: read from the files, turned into sRGB, held against WCAG's ratios."""

import math
import re
from itertools import product
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
LABELS = (CSS / "components" / "label.css").read_text()
AVATARS = (CSS / "components" / "avatar.css").read_text()
HOME = (CSS / "components" / "home.css").read_text()

LIGHT, DARK = 0, 1
TINTS = {name: int(hue) for name, hue in re.findall(r'\[data-tint="(\w+)"\] \{ --tint: (\d+); \}', TOKENS)}
LABEL_HUES = {name: int(hue) for name, hue in re.findall(r'^  \[data-color="(\w+)"\] \{ --h: (\d+); \}', LABELS, re.M)}
AVATAR_HUES = [25, *(int(hue) for hue in re.findall(r"\.hue-\d \{ --h: (\d+); \}", AVATARS))]
CHROMA = {"yellow": 1.7, "slate": 0.22}

GROUNDS = ("canvas", "rail", "well", "surface", "surface-2", "surface-3")
TEXT = [
    *product(("ink", "ink-2", "ink-3"), GROUNDS),
    *product(("accent-text",), ("canvas", "surface", "surface-2", "accent-soft")),
    *product(("ink", "ink-2"), ("sel", "mark", "mark-2", "accent-soft")),
    *product(("red", "amber", "green"), ("surface", "surface-2")),
    ("red", "red-soft"),
    ("amber", "amber-soft"),
    ("green", "green-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-toast", "toast"),
    ("toast-link", "toast"),
]
EDGES = [
    *product(("line-2",), ("canvas", "well", "surface", "surface-2")),
    *product(("focus",), ("canvas", "rail", "well", "surface", "surface-2")),
    ("accent", "surface"),
]


def linear(lightness, chroma, hue):
    """OKLCH as linear sRGB, clipped to what a screen can show (Björn Ottosson's matrices)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long, medium, short = (
        (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    )
    rgb = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, channel)) for channel in rgb)


def luminance(color):
    red, green, blue = linear(*color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def oklch(text, hue=0, k=1.0):
    """A colour as a stylesheet writes it, `var(--…)` and `calc()` of ours filled in."""
    parts = text.replace("var(--tint)", str(hue)).replace("var(--h)", str(hue))
    parts = re.sub(r"calc\(([\d.]+) \* var\(--k\)\)", lambda found: str(float(found[1]) * k), parts)
    return tuple(float(part) for part in re.search(r"oklch\(([^/)]+)", parts)[1].split())


def token(name, theme, tint):
    found = re.search(rf"--{name}: light-dark\((oklch\([^)]*(?:\([^)]*\))?[^)]*\)), (oklch\(.*?\))\);", TOKENS)
    assert found, f"tokens.css has no --{name} with a light and a dark half"
    return oklch(found[theme + 1], tint)


def halves(css, declaration):
    """The light and the dark half of the first such declaration in a stylesheet."""
    found = re.search(rf"{declaration}: light-dark\((oklch\(.*?\)), (oklch\(.*?\))\);", css)
    return found[1] + ")", found[2] + ")"


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture(params=sorted(TINTS))
def tint(request):
    return TINTS[request.param]


def test_every_tint_and_colour_is_read_from_the_stylesheets():
    assert (len(TINTS), len(LABEL_HUES), len(AVATAR_HUES)) == (10, 10, 6)


def test_the_sums_agree_with_known_ratios():
    assert contrast((1, 0, 0), (0, 0, 0)) == pytest.approx(21, abs=0.01)
    # Of a grey, the luminance is the cube of its OKLCH lightness.
    assert contrast((0.6, 0, 0), (1, 0, 0)) == pytest.approx(1.05 / (0.6**3 + 0.05), abs=0.01)


@pytest.mark.parametrize(("ink", "ground"), TEXT, ids="-on-".join)
def test_text_can_be_read_on_its_ground(ink, ground, theme, tint):
    assert contrast(token(ink, theme, tint), token(ground, theme, tint)) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES, ids="-on-".join)
def test_edges_and_the_focus_stand_out(edge, ground, theme, tint):
    assert contrast(token(edge, theme, tint), token(ground, theme, tint)) >= 3


@pytest.mark.parametrize("color", sorted(LABEL_HUES))
def test_a_label_can_be_read_at_a_glance(color, theme):
    ground, ink = halves(LABELS, "background")[theme], halves(LABELS, r"\bcolor")[theme]
    hue, k = LABEL_HUES[color], CHROMA.get(color, 1.0)
    assert contrast(oklch(ink, hue, k), oklch(ground, hue, k)) >= 7


@pytest.mark.parametrize("hue", AVATAR_HUES)
def test_initials_can_be_read(hue, theme):
    ground, ink = halves(AVATARS, "background")[theme], halves(AVATARS, r"\bcolor")[theme]
    assert round(contrast(oklch(ink, hue), oklch(ground, hue)), 1) >= 6.6


def test_a_boards_letters_can_be_read_on_its_colour(tint):
    rail = (CSS / "components" / "rail.css").read_text()
    ground = re.search(r"\.board-mark \{.*?background: (oklch\(.*?\)\));", rail, re.S)[1]
    ink = re.search(r"\.board-mark \{.*?\n    color: (oklch\(.*?\)\));", rail, re.S)[1]
    assert contrast(oklch(ink, tint), oklch(ground, tint)) >= 4.5


def test_the_star_stands_out_on_a_board_tile(tint):
    gradient = re.search(
        r"\.board-tile__chart \{.*?linear-gradient\(160deg, light-dark\((oklch\(.*?\)\)),", HOME, re.S
    )[1]
    assert contrast((1, 0, 0), oklch(gradient, tint)) >= 3
