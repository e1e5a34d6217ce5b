"""Markdown to HTML that is safe to show: CommonMark with tables, boxes and links, then an allow-list."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "input", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "input": {"type", "checked", "disabled", "data-box", "class"},
    "li": {"class"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
_BOX = re.compile(r"^\[([ xX])\]\s+")
_CLASS = re.compile(r"language-[A-Za-z0-9+#-]{1,20}|task|task__box")


def _boxes(state: StateCore) -> None:
    """Turn list items that begin with `[ ]` or `[x]` into boxes, numbered through the text."""
    number = 0
    tokens = state.tokens
    for at, token in enumerate(tokens):
        if token.type != "inline" or at < 2 or tokens[at - 2].type != "list_item_open" or not token.children:
            continue
        first = token.children[0]
        found = _BOX.match(first.content) if first.type == "text" else None
        if found is None:
            continue
        first.content = first.content[found.end() :]
        box = Token("box", "input", 0)
        box.attrs = {"type": "checkbox", "class": "task__box", "data-box": str(number), "disabled": ""}
        if found.group(1) != " ":
            box.attrs["checked"] = ""
        token.children.insert(0, box)
        tokens[at - 2].attrJoin("class", "task")
        number += 1


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable(
        ["table", "strikethrough"]
    )
    # Pictures are not shown, and looking for the end of thousands of them takes seconds.
    parser.disable("image")
    parser.core.ruler.push("boxes", _boxes)
    parser.add_render_rule(
        "box", lambda renderer, tokens, i, options, env: renderer.renderToken(tokens, i, options, env)
    )
    return parser


_markdown = _parser()
# Looking for the end of each of thousands of brackets takes seconds; no text of a person has so many links.
_MOST_BRACKETS = 2_000
_without_links = _parser().disable("link")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        kept = [each for each in value.split() if _CLASS.fullmatch(each)]
        return " ".join(kept) or None
    if name == "data-box":
        return value if value.isdigit() else None
    if tag == "input" and name == "type":
        return "checkbox"
    return value


@lru_cache(maxsize=512)
def to_html(text: str) -> Markup:
    """The text as HTML. No tag of the writer's own survives, no script, no style, no picture."""
    parser = _markdown if text.count("[") <= _MOST_BRACKETS else _without_links
    html = nh3.clean(
        parser.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(html)  # noqa: S704 - the one place where HTML is trusted, straight from the allow-list
