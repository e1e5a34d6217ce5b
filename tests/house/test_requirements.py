"""Requirements: everything that is installed is named with its version, down to the last one."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
# Python brings these itself.
GIVEN = {"pip", "setuptools"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def listed(*files: str) -> dict[str, Requirement]:
    lines = [line.partition("#")[0].strip() for file in files for line in (ROOT / file).read_text().splitlines()]
    found = [Requirement(line) for line in lines if line and not line.startswith("-r ")]
    return {plain(each.name): each for each in found}


def needed(wanted: dict[str, Requirement]) -> set[str]:
    """All that these need, and what that needs, on this machine."""
    todo = [(name, extra) for name, each in wanted.items() for extra in ("", *each.extras)]
    seen: set[tuple[str, str]] = set()
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for text in metadata.requires(name) or []:
            each = Requirement(text)
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                todo += [(plain(each.name), more) for more in ("", *each.extras)]
    return {name for name, _extra in seen} - GIVEN


@pytest.mark.parametrize("files", [["requirements.txt"], ["requirements.txt", "tests/requirements.txt"]])
def test_everything_is_pinned(files: list[str]) -> None:
    wanted = listed(*files)
    assert {name for name, each in wanted.items() if not re.fullmatch(r"==[\w.]+", str(each.specifier))} == set()
    assert needed(wanted) - set(wanted) == set()


def test_nothing_is_listed_twice() -> None:
    assert not set(listed("requirements.txt")) & set(listed("tests/requirements.txt"))
