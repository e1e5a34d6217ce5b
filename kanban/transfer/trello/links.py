"""Links between Trello's cards and boards, turned to where these things stand now."""

import re
from dataclasses import dataclass

# A full stop or a comma behind an address is not a part of it.
_TAIL = r"(?:[^\s<>()\[\]\"'#]*[^\s<>()\[\]\"'#.,;:!?])?"
_LINK = re.compile(
    r"(?P<before>\]\(<?|\[|<)?"
    r"(?P<url>https?://(?:www\.)?trello\.com/(?P<kind>[cb])/(?P<short>[A-Za-z0-9]{8})(?![A-Za-z0-9])"
    rf"(?:/{_TAIL})?(?:\#{_TAIL})?)"
    r"(?P<after>>)?"
)
_SPECIAL = re.compile(r"([\\\[\]*_`<])")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads now, and what stands there."""

    path: str
    title: str


class Targets:
    """The imported things that links may lead to; links to others stay as they are."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._targets: dict[tuple[str, str], Target] = {}

    def add_board(self, short_link: str, target: Target) -> None:
        self._targets["b", short_link] = target

    def add_card(self, short_link: str, target: Target) -> None:
        self._targets["c", short_link] = target

    def in_markdown(self, text: str) -> str:
        """A text whose links to imported things lead to ours."""
        return _LINK.sub(self._replaced, text) if has_links(text) else text

    def in_line(self, text: str) -> str:
        """A line that is no Markdown: an address in it becomes ours."""
        return _LINK.sub(self._plainly_replaced, text) if has_links(text) else text

    def of_url(self, url: str) -> str | None:
        """Our address for Trello's address of an imported thing."""
        match = _LINK.fullmatch(url)
        target = self._targets.get((match["kind"], match["short"])) if match else None
        return f"{self._base_url}{target.path}" if target else None

    def _replaced(self, match: re.Match[str]) -> str:
        target = self._targets.get((match["kind"], match["short"]))
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

    def _plainly_replaced(self, match: re.Match[str]) -> str:
        target = self._targets.get((match["kind"], match["short"]))
        return match[0].replace(match["url"], f"{self._base_url}{target.path}") if target else match[0]


def has_links(text: str) -> bool:
    return "trello.com/" in text
