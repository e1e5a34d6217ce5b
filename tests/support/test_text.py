"""Text as people type it and paste it. (What a paste becomes is in test_outline.)"""

import pytest

from kanban.support.text import fingerprint, headed, initials, many_lines, one_line, squash, titles


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a \t b\r\n c ", "a b c"),
        ("a\u0000b\u2028c\ud800d", "a b c d"),
        ("e\u0301", "é"),
        ("\u00a0a\u3000b", "a b"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("", ""),
    ],
)
def test_one_line(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\n\n", "a\nb\nc"),
        ("  indented\n\tcode", "  indented\n\tcode"),
        ("a\u0007b", "ab"),
        ("e\u0301\n", "é"),
    ],
)
def test_many_lines(typed: str, kept: str) -> None:
    assert many_lines(typed) == kept


def test_a_pile_of_marks_is_cut_to_what_can_be_read() -> None:
    assert len(many_lines("a" + "\u0316" * 1_000)) == 31


def test_titles_lose_bullets_and_boxes() -> None:
    text = "- one\n* two\n+ three\n• four\n5. five\n6) six\n- [ ] seven\n[x] eight\n-nine\n\n3.5 litres"
    assert titles(text) == ["one", "two", "three", "four", "five", "six", "seven", "eight", "-nine", "3.5 litres"]


def test_headed() -> None:
    assert headed("\n- [ ] Title\n\nText\n more\n") == ("Title", "Text\n more")
    assert headed("Title") == ("Title", "")


def test_a_fingerprint_tells_texts_apart() -> None:
    assert fingerprint("a") == fingerprint("a") != fingerprint("b")
    assert fingerprint(None) == fingerprint("")
    assert len(fingerprint("a")) == 16


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "AD"),
        ("Jean-Luc Picard", "JP"),
        ("  ", "?"),
        ("(x) Y", "Y"),
        ("李 小龙", "李小"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_squashed_text_knows_no_case_and_no_accents() -> None:
    assert squash("ÉCOLE Straße") == squash("ecole strasse")
