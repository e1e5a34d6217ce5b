"""What a browser or a program calls itself, in words."""

import pytest
from flask import Flask

from kanban.render.devices import device_words, is_held_in_hand

_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{_WINDOWS} {_CHROME} Safari/537.36", "Chrome on Windows"),
        (f"{_WINDOWS} {_CHROME} Safari/537.36 Edg/140.0.0.0", "Edge on Windows"),
        (f"{_WINDOWS} {_CHROME} Safari/537.36 OPR/120.0.0.0", "Opera on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on macOS"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/19.0 Safari/605.1.15",
            "Safari on macOS",
        ),
        (f"{_IPHONE} Version/19.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{_IPHONE} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"{_IPHONE} FxiOS/143.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone"),
        (
            "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
            "Mobile/15E148 Safari/604.1",
            "Safari on iPad",
        ),
        (f"Mozilla/5.0 (Linux; Android 16; Pixel 9) {_CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
            "Chrome/130.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_CHROME} Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (compatible; Thing/1.0)", "Unknown browser"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Linux"),
        ("Mozilla/5.0 Firefox/143.0", "Firefox"),
        ("python-requests/2.34.2", "python-requests"),
        ("curl/8.5.0", "curl"),
        ("time sheet", "time sheet"),
        ("Backup 2/3 nights", "Backup 2/3 nights"),
        ("", "Unknown device"),
        ("/1.0", "Unknown device"),
        ("x" * 255, "x" * 60),
    ],
)
def test_it_has_a_name(app: Flask, agent: str, words: str) -> None:
    with app.test_request_context():
        assert device_words(agent) == words


def test_a_phone_is_held_in_hand(app: Flask) -> None:
    assert is_held_in_hand(f"{_IPHONE} Version/19.0 Mobile/15E148 Safari/604.1")
    assert is_held_in_hand(f"Mozilla/5.0 (Linux; Android 16; Pixel 9) {_CHROME} Mobile Safari/537.36")
    assert not is_held_in_hand(f"Mozilla/5.0 (Linux; Android 16; Tab) {_CHROME} Safari/537.36")
    assert not is_held_in_hand(f"{_WINDOWS} {_CHROME} Safari/537.36")
