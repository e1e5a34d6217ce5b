"""Where one may be sent on to after signing in."""

import pytest

from kanban.web.guards import safe_next


@pytest.mark.parametrize("path", ["/", "/boards/1", "/boards/1?card=2#x", "/a//b", "/%2F%2Fevil.example"])
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "boards/1",
        "//evil.example",
        "///evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/a\r\nLocation: https://evil.example",
        " //evil.example",
        "/\u0000",
    ],
)
def test_anything_else_is_not(path: str | None) -> None:
    assert safe_next(path) is None
