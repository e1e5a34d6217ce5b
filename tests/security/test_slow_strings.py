"""Texts made to take long: titles, outlines, Markdown, links of an import (ASVS 1.2.9).

CVE-2026-35599 (a loop that grows with what was typed).
"""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from kanban.actions import values
from kanban.actions.accounts import address_of
from kanban.models import limits
from kanban.render.markdown import to_html
from kanban.support.errors import Refused
from kanban.support.markdown import marks_of_boxes
from kanban.support.text import fingerprint, headed, initials, many_lines, one_line, outline, titles
from kanban.transfer.trello.links import Target, Targets
from tests.security.pace import took

AT_ONCE = 0.1
AT_MOST = limits.MARKDOWN
LINES: dict[str, str] = {
    "blanks": " " * 100_000 + "x",
    "line ends": "\n" * 100_000 + "x",
    "tabs": "\t" * 100_000 + "x",
    "dashes": "- " * 50_000,
    "bullets and blanks": ("-" + " " * 200) * 500,
    "figures": "1" * 100_000 + ". x",
    "boxes": "[ ] " * 25_000,
    "brackets": "[" * 100_000,
    "bullets on lines": "-\n" * 50_000,
    "a long line": "x" * 100_000,
    "words": "x " * 50_000,
    "dots": ".-_ " * 25_000,
    "separators": "\u2028" * 100_000 + "x",
}
PILES: dict[str, str] = {
    "marks of two kinds": "a" + "\u0301\u0316" * 500_000,
    "marks that come apart": "a" + "\u0344\u0316" * 300_000,
    "marks that are none": "\u0f73\u0f71" * 300_000,
    "letters with a mark each": "a\u0301" * 200_000,
    "syllables": "\u1100\u1161\u11a8" * 100_000,
}
N = AT_MOST
MARKDOWN: dict[str, str] = {
    "stars": "*" * N,
    "stars and letters": "a*b" * (N // 3),
    "strong and weak": "**a_" * (N // 4),
    "emphasis within": "*a **b " * (N // 7),
    "left open": "*a" * (N // 4) + "b*" * (N // 4),
    "struck": "~~a" * (N // 3),
    "ticks": "".join("`" * n + " " for n in range(1, 250)),
    "ticks and letters": "`a``" * (N // 4),
    "brackets": "[" * N,
    "brackets below the bound": "[" * 1_999 + "a" * 100,
    "links left open": "[](" * (N // 3),
    "titles left open": '[a](x "' * 1_990,
    "pointed": "[a](<b" * 1_990,
    "links within": "[" * 999 + "](x)" * 999,
    "pictures": "![" * (N // 2),
    "pictures within": "![" * 6_000 + "](x)" * 3_000,
    "references": "[a]: b\n" * 1_990 + "[a]",
    "definitions": "[a]:\n" * 6_000,
    "quotes": ">" * N,
    "quoted lists": "> - " * (N // 4),
    "lazy lines": "> a\n" + "b\n" * 16_000,
    "lists": "- " * (N // 2),
    "lists within": "".join(" " * n + "- a\n" for n in range(200)),
    "numbers": "1. " * (N // 3),
    "boxes": "- [ ] a\n" * 1_990,
    "a wide table": "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|\n" * 5_000,
    "a long table": "a|b\n-|-\n" + "|\n" * 12_000,
    "pipes": "|" * N,
    "entities": "&" * N,
    "numbered entities": "&#" * (N // 2),
    "angles": "<" * N,
    "addresses": "<http:" * (N // 6),
    "letters to": "<a@b" * (N // 4),
    "comments": "<!--" * (N // 4),
    "strokes": "\\" * N,
    "escapes": "\\*" * (N // 2),
    "fences": "```\n" * (N // 4),
    "headings": "# " * (N // 2),
    "underlined": "a\n=" + "=" * (N - 3),
    "blank lines": "\n" * (N - 1) + "x",
    "blanks": " " * (N - 1) + "x",
    "hosts": "[a](http://" + "ü." * 15_000 + ")",
    "percent": "[a](http://" + "%" * 30_000 + ")",
    "plain addresses": "http://a." * (N // 9),
    "www": "www." * (N // 4),
    "mails": "a@a." * (N // 4),
    "slashes": "//" * (N // 2),
}


@pytest.mark.parametrize("text", LINES.values(), ids=LINES)
@pytest.mark.parametrize("read", [one_line, many_lines, titles, outline, headed, initials, fingerprint])
def test_a_line_is_read_at_once(read: Callable[[str], Any], text: str) -> None:
    assert took(read, text) <= AT_ONCE * (8 if read in {titles, outline} and text.count("\n") > 40_000 else 1)


@pytest.mark.parametrize("text", PILES.values(), ids=PILES)
def test_a_pile_of_marks_is_cut_before_it_is_put_in_order(text: str) -> None:
    """The library puts them in order in a time that grows with the square: a megabyte would take ten minutes."""
    assert took(one_line, text) <= 4 * AT_ONCE
    assert took(many_lines, text) <= 4 * AT_ONCE


def test_as_many_marks_as_anybody_reads_stay() -> None:
    word = "Z\u0351\u0325a\u0300\u0316l\u0302\u0317g\u030b\u0324o\u0307"
    assert one_line(word) == unicodedata.normalize("NFC", word)
    assert one_line("e\u0301") == "é"
    assert len(one_line("a" + "\u0301\u0316" * 100)) <= 31


@pytest.mark.parametrize("text", MARKDOWN.values(), ids=MARKDOWN)
def test_markdown_of_the_longest_kind_is_drawn_soon(text: str) -> None:
    assert took(to_html, text[:AT_MOST]) <= 4 * AT_ONCE
    assert took(marks_of_boxes, text[:AT_MOST]) <= 4 * AT_ONCE


def test_markdown_does_not_grow_beyond_measure() -> None:
    """What a text becomes is sent, and for a while kept."""
    for name, text in MARKDOWN.items():
        assert len(to_html(text[:AT_MOST])) <= 500_000, name


@pytest.mark.parametrize("text", ["x" * 1_000_000, "\n" * 1_000_000, "a" + "\u0301\u0316" * 200_000, "x\n" * 400_000])
def test_a_paste_beyond_measure_is_refused_before_it_is_read(text: str) -> None:
    def refuse() -> None:
        with pytest.raises(Refused):
            values.paste(text, "titles")

    assert took(refuse) <= AT_ONCE


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000 + "@b.cc", "a@" + "b." * 200_000, "a@" + "ü" * 200_000, "@" * 100_000]
)
def test_an_address_beyond_measure_is_refused_before_it_is_read(text: str) -> None:
    def refuse() -> None:
        with pytest.raises(Refused):
            address_of(text)

    assert took(refuse) <= AT_ONCE


def test_links_of_an_import_are_found_at_once() -> None:
    targets = Targets("http://kanban.example")
    targets.add_card("abcdefgh", Target("/cards/1", "[" * 200))
    link = "https://trello.com/c/abcdefgh"
    for text in (
        f"{link}/" + "." * 100_000,
        f"{link}/x" * 3_000,
        f"[{link}](" * 3_000,
        f"<{link}#" + "." * 50_000,
        "https://trello.com/c/" * 5_000,
        f"{link}/" + ".#" * 50_000,
        f"]({link}" * 3_000,
    ):
        assert took(targets.in_markdown, text) <= 6 * AT_ONCE
        assert took(targets.in_line, text) <= 6 * AT_ONCE
        assert took(targets.of_url, text) <= AT_ONCE
