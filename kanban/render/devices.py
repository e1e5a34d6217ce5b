"""What a browser or a program calls itself, in words."""

import re

from kanban.render.words import gettext as _

# Each browser names others before itself, and all name Safari: whoever names the fewest comes last.
_BROWSERS = (
    ("Edge", r"\bEdgA?/|\bEdgiOS/"),
    ("Opera", r"\bOPR/|\bOPiOS/|\bOPT/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("DuckDuckGo", r"\bDuckDuckGo/|\bDdg/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chrome", r"\bChrome/|\bCriOS/|\bChromium/|\bHeadlessChrome/"),
    ("Safari", r"\bVersion/[\d.]+.* Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMacintosh\b|\bMac OS X\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
_HELD_IN_HAND = re.compile(r"\biPhone\b|\bAndroid\b.*\bMobile\b")
_LONGEST = 60


def device_words(name: str) -> str:
    """“Firefox on Windows” for a user agent; a program's own name for one that is no browser."""
    if not name.startswith("Mozilla/"):
        # RFC 9110, 10.1.5: its name stands before the version, and everything else after a space.
        text = re.split(r"(?<!\d)/\d", name, maxsplit=1)[0].strip()
        return text[:_LONGEST] or _("Unknown device")
    browser, system = _first(_BROWSERS, name), _first(_SYSTEMS, name)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown browser")


def is_held_in_hand(name: str) -> bool:
    """Whether a user agent is that of a phone."""
    return _HELD_IN_HAND.search(name) is not None


def _first(kinds: tuple[tuple[str, str], ...], name: str) -> str | None:
    return next((kind for kind, pattern in kinds if re.search(pattern, name)), None)
