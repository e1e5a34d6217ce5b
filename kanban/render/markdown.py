"""Markdown to HTML that is safe to show: CommonMark with tables, boxes and links, then an allow-list."""

import re
from functools import lru_cache

import nh3
from markupsafe import Markup

from kanban.support.markdown import parser_for

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
_CLASS = re.compile(r"language-[A-Za-z0-9+#-]{1,20}|task|task__box")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        kept = [each for each in value.split() if _CLASS.fullmatch(each)]
        return " ".join(kept) or None
    if name == "data-box":
        return value if value.isdigit() else None
    if tag == "input" and name == "type":
        return "checkbox"
    return value


# A hostile text grows twentyfold: what is remembered must not fill the memory.
_SHORT = 4_000


def to_html(text: str) -> Markup:
    """The text as HTML. No tag of the writer's own survives, no script, no style, no picture."""
    return _remembered(text) if len(text) <= _SHORT else _cleaned(text)


def _cleaned(text: str) -> Markup:
    html = nh3.clean(
        parser_for(text).render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(html)  # noqa: S704 - the one place where HTML is trusted, straight from the allow-list


_remembered = lru_cache(maxsize=256)(_cleaned)
