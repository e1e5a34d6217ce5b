"""Text as people type it: normalised, split into lines, told apart by a fingerprint."""

import hashlib
import re
import unicodedata

# Control characters, and halves of surrogate pairs, which no database takes.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff]")
# Marks that stand on the letter before them. Normalising puts a pile of them in order, in a time
# that grows with the square of its height; thirty are what Unicode itself takes for enough (UAX 15).
_MARKS = "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code)))
# These come apart into nothing but marks.
_MARKS += "\u0f73\u0f75\u0f81"
_PILE = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")
_BULLET = re.compile(r"^\s*(?:[-*+•](?:\s+|$)|\d+[.)]\s+)?(?:\[( |x|X)?\](?:\s+|$))?")


def one_line(text: str) -> str:
    """A title: NFC, no control characters, runs of white space folded into one space."""
    return " ".join(_INVISIBLE.sub(" ", _composed(text)).split())


def many_lines(text: str) -> str:
    """A longer text: NFC, Unix line ends, no control characters, no trailing space at its end."""
    text = _composed(text).replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text).rstrip()


def titles(text: str) -> list[str]:
    """One title a line, bullets and boxes taken off, empty lines left out."""
    lines = (one_line(_BULLET.sub("", line)) for line in many_lines(text).split("\n"))
    return [line for line in lines if line]


def outline(text: str) -> list[tuple[str, list[str]]]:
    """The lines of a text as headings, each with the indented lines that follow it.

    Bullets and boxes are taken off, unless the line is the only one: "1. Begin" is a title.
    Indented counts what stands two columns or more to the right of the line furthest left;
    a tab reaches to the next fourth column.
    """
    lines = [line.expandtabs(4) for line in many_lines(text).split("\n") if line.strip()]
    if len(lines) == 1:
        return [(title, [])] if (title := one_line(lines[0])) else []
    margin = min((_indent(line) for line in lines), default=0)
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        title = one_line(_BULLET.sub("", line))
        if not title:
            continue
        if found and _indent(line) >= margin + 2:
            found[-1][1].append(title)
        else:
            found.append((title, []))
    return found


def headed(text: str) -> tuple[str, str]:
    """A text as its first line and the rest."""
    first, _newline, rest = many_lines(text).lstrip("\n").partition("\n")
    return one_line(_BULLET.sub("", first)), rest.strip("\n")


def fingerprint(text: str | None) -> str:
    """A short mark of a text, to see later whether it is still the same."""
    return hashlib.sha256((text or "").encode()).hexdigest()[:16]


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = [word for word in re.split(r"[\s._-]+", name) if word and word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


def squash(text: str) -> str:
    """A text as it is compared when accents and case do not matter."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(ch for ch in folded if not unicodedata.combining(ch))


def _composed(text: str) -> str:
    """NFC, of piles of marks only as much as anybody can read."""
    return text if text.isascii() else unicodedata.normalize("NFC", _PILE.sub(r"\1", text))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
