"""Trello's words turned into ours: colours, backgrounds, addresses, links, single values."""

import math

import pytest

from kanban.models import LABEL_COLORS, TINTS
from kanban.transfer.trello import mapping, values
from kanban.transfer.trello.links import Target, Targets
from kanban.transfer.trello.updating import _longest_ascent

BASE = ("green", "yellow", "orange", "red", "purple", "blue", "sky", "lime", "pink", "black")


def test_all_thirty_label_colours_have_one_of_ours_and_the_ten_stay_apart():
    shades = [f"{color}{shade}" for color in BASE for shade in ("", "_light", "_dark")]
    assert {mapping.label_color(color) for color in shades} == set(LABEL_COLORS)
    assert len({mapping.label_color(color) for color in BASE}) == 10
    assert all(mapping.is_known(color) for color in shades)


@pytest.mark.parametrize("color", [None, "", "mauve", "red_bright", "RED", "_light"])
def test_no_colour_and_unknown_ones_are_neutral(color):
    assert mapping.label_color(color) == "slate"
    assert not mapping.is_shade(color)


def test_unknown_colours_are_told_from_none():
    assert mapping.is_known(None)
    assert mapping.is_known("")
    assert not mapping.is_known("mauve")


@pytest.mark.parametrize(
    ("hex_color", "tint"),
    [
        ("#0079bf", "sky"),
        ("#d29034", "honey"),
        ("#519839", "fern"),
        ("#89609e", "plum"),
        ("#cd5a91", "rose"),
        ("#00aecc", "lagoon"),
    ],
)
def test_trellos_own_background_colours_find_their_hue(hex_color, tint):
    assert mapping.tint("", [hex_color], TINTS) == tint


@pytest.mark.parametrize("color", ["", "red", "#12345", "#zzzzzz", "#ffffff", "#000000", "#808080"])
def test_a_background_without_a_hue_is_passed_over(color):
    assert mapping.tint("x", [color, "#ff0000"], TINTS) == "brick"
    assert mapping.tint("x", [color], TINTS) == "lagoon"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
        (" https://example.org\n", "https://example.org"),
        ("HTTPS://Example.org", "HTTPS://Example.org"),
        ("ftp://example.org", None),
        ("https:///path", None),
        ("mailto:a@b.c", None),
        ("java\tscript:alert(1)", None),
        ("https://[::1", None),
        ("/etc/passwd", None),
    ],
)
def test_only_web_addresses_are_safe(url, safe):
    assert mapping.safe_url(url) == safe


# -- links ----------------------------------------------------------------------------


@pytest.fixture
def targets():
    found = Targets("https://kanban.example/")
    found.add_card("AbCd1234", Target("/cards/7", "A *card*"))
    found.add_board("BoArD123", Target("/boards/2", "The board"))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://trello.com/c/AbCd1234", "[A \\*card\\*](/cards/7)"),
        ("http://www.trello.com/c/AbCd1234/12-a-card#comment-1", "[A \\*card\\*](/cards/7)"),
        ("(https://trello.com/c/AbCd1234)", "([A \\*card\\*](/cards/7))"),
        ("<https://trello.com/c/AbCd1234>", "[A \\*card\\*](/cards/7)"),
        ("[words](https://trello.com/c/AbCd1234/x)", "[words](/cards/7)"),
        ("[words](<https://trello.com/c/AbCd1234>)", "[words](</cards/7>)"),
        (
            '[https://trello.com/c/AbCd1234](https://trello.com/c/AbCd1234 "smartCard-inline")',
            '[A \\*card\\*](/cards/7 "smartCard-inline")',
        ),
        ("[https://trello.com/c/AbCd1234]", "[[A \\*card\\*](/cards/7)]"),
        ("https://trello.com/b/BoArD123/the-board.", "[The board](/boards/2)."),
        (
            "https://trello.com/c/Unknown1 https://trello.com/u/ann",
            "https://trello.com/c/Unknown1 https://trello.com/u/ann",
        ),
        ("https://trello.com/c/AbCd12345678", "https://trello.com/c/AbCd12345678"),
        ("nothing here", "nothing here"),
    ],
)
def test_links_in_texts(targets, text, expected):
    assert targets.in_markdown(text) == expected


def test_links_in_lines_stay_addresses(targets):
    assert targets.in_line("see <https://trello.com/c/AbCd1234> now") == "see <https://kanban.example/cards/7> now"
    assert targets.in_line("https://trello.com/c/Unknown1") == "https://trello.com/c/Unknown1"


def test_addresses_of_attachments(targets):
    assert targets.of_url("https://trello.com/c/AbCd1234/12-a") == "https://kanban.example/cards/7"
    assert targets.of_url("https://trello.com/c/Unknown1") is None
    assert targets.of_url("https://example.org/?https://trello.com/c/AbCd1234") is None


# -- single values --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "position"),
    [
        (1, 1.0),
        (32767.5, 32767.5),
        ("16384", 16384.0),
        ("top", -math.inf),
        ("bottom", math.inf),
        (None, math.inf),
        (True, math.inf),
        ("x", math.inf),
        (float("nan"), math.inf),
        ([], math.inf),
    ],
)
def test_positions(value, position):
    assert values.position(value) == position


@pytest.mark.parametrize(
    ("value", "whole"),
    [(3, 3), ("3", 3), (3.0, 3), (3.5, None), (2**31, None), (True, None), ({}, None), (10**400, None)],
)
def test_whole_numbers(value, whole):
    assert values.whole(value) == whole


@pytest.mark.parametrize(("value", "size"), [(0, 0), (10**12, 10**12), (-1, None), (2.0**60, None), (None, None)])
def test_sizes(value, size):
    assert values.size(value) == size


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2021-01-07T10:00:00.000Z", "2021-01-07T10:00:00+00:00"),
        ("2021-01-07T10:00:00", "2021-01-07T10:00:00+00:00"),
        ("2021-01-07T10:00:00+02:00", "2021-01-07T08:00:00+00:00"),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("yesterday", None),
        (7, None),
    ],
)
def test_instants(value, instant):
    assert values.instant(value) == instant


@pytest.mark.parametrize(
    ("name", "is_blank"),
    [("", True), (" \t", True), ("\u200e \u200e", True), ("\ufeff", True), ("a", False), ("👍", False), (".", False)],
)
def test_names_that_show_nothing(name, is_blank):
    assert values.is_blank(name) is is_blank


@pytest.mark.parametrize(
    ("numbers", "standing"),
    [([], set()), ([0, 1, 2], {0, 1, 2}), ([2, 0, 1], {1, 2}), ([3, 2, 1, 0], {3}), ([0, 3, 1, 2], {0, 2, 3})],
)
def test_what_stands_right_already_need_not_be_moved(numbers, standing):
    assert _longest_ascent(numbers) == standing
