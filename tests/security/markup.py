"""Pages as a browser reads them: every tag with its attributes."""

import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

_ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "poster", "data", "cite", "ping", "srcset"}
# What no page of ours has, so that whoever sees one knows where it came from.
_NEVER = {"iframe", "object", "embed", "base", "applet", "frame", "style", "marquee", "math", "portal"}
_NONCE = re.compile(r"'nonce-([\w-]+)'")


class Tag(NamedTuple):
    """An element's start, as it stands in a page."""

    name: str
    attributes: dict[str, str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))

    handle_startendtag = handle_starttag


def tags_of(text: str) -> list[Tag]:
    """All tags of a page, in order."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.tags


def faults_of(answer: TestResponse) -> list[str]:
    """What in an answer could run, or lead out of the site by itself; an empty list for one that is sound."""
    if not answer.content_type.startswith("text/html"):
        return []
    nonce = _NONCE.search(answer.headers["Content-Security-Policy"])
    faults = []
    for tag in tags_of(answer.text):
        if tag.name in _NEVER:
            faults.append(f"<{tag.name}>")
        if tag.name == "script" and (nonce is None or tag.attributes.get("nonce") != nonce[1]):
            faults.append(f"a script without the nonce: {tag}")
        for name, value in tag.attributes.items():
            if name.startswith("on") or name in {"style", "srcdoc"}:
                faults.append(f"{name} on <{tag.name}>")
            # A text that the page brings along, to be kept as a file: no browser shows it as a page.
            is_file = "download" in tag.attributes and value.startswith("data:text/plain;")
            if name in _ADDRESSES and not is_file and not _is_fit(tag.name, value):
                faults.append(f"{name}={value!r} on <{tag.name}>")
    return faults


def _is_fit(tag: str, address: str) -> bool:
    """Links may lead to the web, to letters and to an app that makes codes; whatever is loaded or sent stays here."""
    scheme = urlsplit("".join(address.split())).scheme
    if tag == "a":
        return scheme in {"", "http", "https", "mailto", "otpauth"}
    return scheme == "" and not address.startswith("//")
