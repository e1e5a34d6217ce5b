"""Markdown as every reader of it takes it: CommonMark with tables, struck out text, boxes and bare addresses."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_BOX = re.compile(r"^\[([ xX])\]\s+")
_ADDRESS = re.compile(r"(?<!\w)https?://[^\s<>\"“”„«»]{1,2048}", re.IGNORECASE)


# Looking for the end of each of thousands of brackets takes seconds; no text of a person has so many links.
_MOST_BRACKETS = 2_000
# Each grows sixfold as a link.
_MOST_ADDRESSES = 500
# Rows are filled up to the width of their head: a few characters make a cell each.
_MOST_CELLS = 10_000


def parser_for(text: str) -> MarkdownIt:
    """The parser that reads a text. List items that begin with `[ ]` or `[x]` are boxes, numbered from 0.

    Of what costs too much there is none in a text that has far too much of it.
    """
    # Pictures are not shown: the name of one becomes a link to it.
    too_much = ["image"]
    if text.count("[") > _MOST_BRACKETS:
        too_much.append("link")
    lines = text.split("\n")
    if len(lines) * max(line.count("|") for line in lines) > _MOST_CELLS:
        too_much.append("table")
    return _parser(*too_much)


def marks_of_boxes(text: str) -> list[int]:
    """Where in a text the mark of each of its boxes stands: the character between the brackets."""
    lines = text.split("\n")
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line) + 1)
    found = []
    for token in parser_for(text).parse(text):
        if token.children and token.children[0].type == "box" and token.map is not None:
            at = token.map[0]
            found.append(begins[at] + lines[at].index(token.content.split("\n", 1)[0]) + 1)
    return found


def _make_boxes(state: StateCore) -> None:
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


def _link_addresses(state: StateCore) -> None:
    """Make links of addresses that stand in the text as they are: nobody writes them in angle brackets."""
    left = _MOST_ADDRESSES
    for token in state.tokens:
        if token.type != "inline" or not token.children or "://" not in token.content:
            continue
        children: list[Token] = []
        depth = 0
        for child in token.children:
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            made = _linked(state, child, left) if child.type == "text" and not depth else [child]
            left -= len(made) // 4
            children += made
        token.children = children


def _linked(state: StateCore, text: Token, most: int) -> list[Token]:
    made: list[Token] = []
    at = 0
    for found in _ADDRESS.finditer(text.content):
        address = _without_punctuation(found.group())
        href = state.md.normalizeLink(address)
        if address.endswith("//") or len(made) // 4 >= most or not state.md.validateLink(href):
            continue
        begin = Token("link_open", "a", 1, attrs={"href": href})
        made += [_words(text.content[at : found.start()]), begin, _words(address), Token("link_close", "a", -1)]
        at = found.start() + len(address)
    return [*made, _words(text.content[at:])] if made else [text]


def _words(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _without_punctuation(address: str) -> str:
    """An address without what belongs to the sentence around it."""
    while address[-1] in ".,;:!?'*_~)]}":
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


@cache
def _parser(*without: str) -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20})
    made.enable(["table", "strikethrough"])
    made.disable(list(without))
    made.core.ruler.push("boxes", _make_boxes)
    made.core.ruler.push("addresses", _link_addresses)
    made.add_render_rule("box", lambda renderer, tokens, i, options, env: renderer.renderToken(tokens, i, options, env))
    return made
