"""Files that people gave us: on disk, under names of our own."""

import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from flask import Flask, current_app

_NAME = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{1,5}")


def init_app(app: Flask) -> None:
    """Keep files in a folder of the instance, of which nothing is served as it stands."""
    app.extensions["files"] = Path(app.instance_path) / "files"


def keep(data: bytes, ending: str) -> str:
    """Keep a file; the random name under which it is found again. On a full disk nothing of it stays."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{secrets.token_hex(16)}.{ending}"
    with tempfile.NamedTemporaryFile(dir=folder, prefix="arriving-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            Path(file.name).replace(folder / name)
        except BaseException:
            discard_path(Path(file.name))
            raise
    return name


def find(name: str) -> Path | None:
    """Where a file is; None for one that is not there, and for whatever is no name of ours."""
    if not _NAME.fullmatch(name):
        return None
    path = _folder() / name
    return path if path.is_file() else None


def discard(name: str | None) -> None:
    """Take a file away, if it is there."""
    path = find(name) if name else None
    if path is not None:
        discard_path(path)


def discard_path(path: Path) -> None:
    """Take away what is at a path, if anything still is."""
    with suppress(FileNotFoundError):
        path.unlink()


def _folder() -> Path:
    folder: Path = current_app.extensions["files"]
    return folder
