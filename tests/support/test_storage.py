"""Files: random names, nothing half written, and no way out of their folder."""

from pathlib import Path

import pytest
from flask import Flask

from kanban.support import storage


def test_what_was_kept_is_found_under_a_random_name(app: Flask) -> None:
    names = {storage.keep(b"the same", "webp") for _time in range(5)}
    assert len(names) == 5
    for name in names:
        path = storage.find(name)
        assert path is not None
        assert path.read_bytes() == b"the same"
        storage.discard(name)
        assert storage.find(name) is None
        storage.discard(name)
    storage.discard(None)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../kanban.db",
        "..%2fkanban.db",
        "/etc/passwd",
        "x" * 32 + ".webp",
        "A" * 32 + ".webp",
        "a" * 32,
        "a" * 32 + ".webp\n",
        "a" * 32 + ".tar.gz",
        "a" * 32 + "./../../../etc/passwd",
        "\0" * 32 + ".webp",
    ],
)
def test_pathbleed_no_other_name_finds_anything(app: Flask, name: str) -> None:
    assert storage.find(name) is None
    storage.discard(name)


def test_a_full_disk_leaves_nothing_behind(app: Flask, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = storage.keep(b"x", "webp")
    before = sorted((instance / "files").iterdir())

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        storage.keep(b"y", "webp")
    assert sorted((instance / "files").iterdir()) == before
    storage.discard(kept)
