"""Markdown: what people mean by it is shown, what an attacker means by it is not."""

import re
import time

import pytest

from kanban.actions.cards import describe_card, tick_box
from kanban.models import Actor, Card, limits
from kanban.render.markdown import to_html


def test_it_shows_what_people_write() -> None:
    html = to_html("**bold** and *more*\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~gone~~ `code`")
    for tag in (
        "<strong>bold</strong>",
        "<em>more</em>",
        "<li>one</li>",
        "<table>",
        "<s>gone</s>",
        "<code>code</code>",
    ):
        assert tag in html


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a_b_c?x=1.", "https://example.org/a_b_c?x=1"),
        ("(https://en.wikipedia.org/wiki/A_(b))", "https://en.wikipedia.org/wiki/A_(b)"),
        ("**http://bold.example**", "http://bold.example"),
        ("- [ ] https://example.org/c/abc", "https://example.org/c/abc"),
        ("“https://example.org”, she said", "https://example.org"),
    ],
)
def test_an_address_is_a_link_as_it_stands(text: str, address: str) -> None:
    assert f'<a href="{address}" rel="nofollow noopener noreferrer">{address}</a>' in to_html(text)


@pytest.mark.parametrize(
    "text", ["`https://example.org`", "https://", "https://.", "ftp://example.org", "xhttps://a.b"]
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert "<a" not in to_html(text)


def test_a_link_holds_no_other_and_a_text_has_so_many() -> None:
    assert to_html("[https://a.example](https://b.example)").count("<a") == 1
    assert to_html("https://a.example " * 1_000).count("<a") == 500


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<a href='//evil' hx-get='/boards/1' style='position:fixed' id='card_1' form='f'>x</a>",
    "<svg onload=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "```<script>\nx\n```",
    "[x](https://good.example 'a\" onmouseover=\"alert(1)')",
    "<input type=image src=x onerror=alert(1)>",
    "<form action=/boards/1?_method=delete method=post><button>x</button></form>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_1_3_1_nothing_active_comes_through(text: str) -> None:
    html = to_html(text)
    tags = "".join(re.findall(r"<[^>]*>", html)).lower()
    for word in (
        "<script",
        "<img",
        "<svg",
        "<form",
        "<button",
        "onerror",
        "onload",
        "hx-",
        "style=",
        " id=",
        "javascript:",
    ):
        assert word not in tags
    assert not re.search(r"href=[\"']?(data|vbscript|java)", tags)


def test_a_quote_in_a_title_stays_in_its_attribute() -> None:
    html = to_html("[x](https://good.example 'a\" onmouseover=\"alert(1)')")
    assert "onmouseover=" not in re.sub(r'"[^"]*"', '""', html)


def test_templates_stay_text() -> None:
    assert "{{7*7}}" in to_html("{{7*7}} {% raw %}")


def test_links_tell_nobody_where_they_were_clicked() -> None:
    assert 'rel="nofollow noopener noreferrer"' in to_html("[x](https://good.example)")


def test_boxes_are_numbered_through_the_text_as_ticking_counts_them(ada: Actor, report: Card) -> None:
    text = "- [ ] one\n- [x] two\n\ntext [ ] no box\n\n1. [ ] three\n   - [ ] inner\n"
    describe_card(ada, report, text)
    html = to_html(text)
    numbers = re.findall(r'data-box="(\d+)"', html)
    assert numbers == ["0", "1", "2", "3"]
    tick_box(ada, report, 2, ticked=True)
    assert "1. [x] three" in report.description
    tick_box(ada, report, 3, ticked=True)
    assert "- [x] inner" in report.description
    tick_box(ada, report, 1, ticked=False)
    assert "- [ ] two" in report.description


@pytest.mark.parametrize(
    "text",
    [
        "> " * 30_000,
        "[" * 65_000,
        "*a " * 20_000,
        "`" * 65_000,
        "- " * 30_000,
        "|" * 65_000,
        "![" * 30_000,
        "a" * limits.MARKDOWN,
    ],
    ids=["quotes", "brackets", "stars", "ticks", "bullets", "pipes", "images", "letters"],
)
def test_the_longest_text_is_drawn_before_anybody_notices(text: str) -> None:
    began = time.process_time()
    to_html(text[: limits.MARKDOWN])
    assert time.process_time() - began < 2.0
