"""Lines as people paste them: headings, what belongs under them, and what is taken off."""

import pytest

from kanban.support.text import headed, outline


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n\t\n", []),
        ("One", [("One", [])]),
        ("One\r\nTwo\rThree", [("One", []), ("Two", []), ("Three", [])]),
        ("One\n\n\nTwo\n", [("One", []), ("Two", [])]),
        ("- One\n* Two\n• Three\n+ Four", [("One", []), ("Two", []), ("Three", []), ("Four", [])]),
        ("1. One\n2) Two\n10. Ten", [("One", []), ("Two", []), ("Ten", [])]),
        ("- [ ] One\n- [x] Two\n[X] Three", [("One", []), ("Two", []), ("Three", [])]),
        ("One\n  - a\n\tb\n    c\nTwo", [("One", ["a", "b", "c"]), ("Two", [])]),
        ("    One\n      a\n    Two", [("One", ["a"]), ("Two", [])]),
        ("  One\nTwo", [("One", []), ("Two", [])]),
        ("One\n Two", [("One", []), ("Two", [])]),
        ("One\n\n  a\n\n  b", [("One", ["a", "b"])]),
        ("-\n- [ ]\n- One", [("One", [])]),
        ("One\n  -\n  [ ]", [("One", [])]),
        ("-Dash\n#Hash", [("-Dash", []), ("#Hash", [])]),
    ],
)
def test_an_outline(text: str, found: list[tuple[str, list[str]]]) -> None:
    assert outline(text) == found


@pytest.mark.parametrize("title", ["1. Begin", "- minus", "[ ] box", "2026) a year"])
def test_a_single_line_is_left_as_it_was_typed(title: str) -> None:
    assert outline(f"  {title} \n\n") == [(title, [])]


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("", "", ""),
        ("One", "One", ""),
        ("\n\nOne\n\nTwo\n  three\n\n", "One", "Two\n  three"),
        ("- One\n- two", "One", "- two"),
    ],
)
def test_a_heading_and_the_rest(text: str, title: str, rest: str) -> None:
    assert headed(text) == (title, rest)
