"""Links between Trello's cards and boards, turned to where these things stand now."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_LINK = re.compile(
    r"(?P<before>\]\(<?|\[|<)?"
    r"(?P<url>https?://(?:www\.)?trello\.com/(?P<kind>[cb])/(?P<short>[A-Za-z0-9]{8})(?:/[^\s<>()\[\]\"']*)?(?:#[^\s<>()\[\]\"']*)?)"
    r"(?P<after>>)?"
)
_SPECIAL = re.compile(r"([\\\[\]*_`<])")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads now, and what stands there."""

    path: str
    title: str


Find = Callable[[str, str], Target | None]


def has_links(text: str) -> bool:
    return "trello.com/" in text


def in_markdown(text: str, find: Find) -> str:
    """A text whose links to imported things lead to ours; `find` gets "c" or "b" and the short link."""
    if not has_links(text):
        return text

    def replaced(match: re.Match[str]) -> str:
        target = find(match["kind"], match["short"])
        if target is None:
            return match[0]
        before, after = match["before"] or "", match["after"] or ""
        if before.startswith("]("):
            return f"{before}{target.path}{after}"
        title = _SPECIAL.sub(r"\\\1", " ".join(target.title.split()))
        if before == "[" and match.string.startswith("](", match.end()):
            # The words of a link, which were its address.
            return f"[{title}"
        link = f"[{title}]({target.path})"
        return link if before == "<" else f"{before}{link}{after}"

    return _LINK.sub(replaced, text)


def of_url(url: str, find: Find) -> str | None:
    """The path of the imported thing that an address leads to, if it is one."""
    match = _LINK.fullmatch(url.strip())
    target = find(match["kind"], match["short"]) if match else None
    return target.path if target else None
