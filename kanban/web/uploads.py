"""Uploads: written to disk as they arrive, under names of their own."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

from flask import Flask, Request, current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge, Unauthorized

from kanban.transfer.imports import ARRIVING
from kanban.web.guards import current_person

_TAKES_FILES = frozenset(("imports.create",))
# The longest description takes 0.8 MB in a form, should each of its letters be a rare one.
_FORM = 2_000_000
# A picture of a person, with some room for the form around it.
PICTURE = 8_000_000
_TAKES_PICTURES = frozenset(("avatars.update",))


def install(app: Flask) -> None:
    """Have requests keep what is uploaded in the folder of uploads."""
    app.request_class = UploadRequest


class UploadRequest(Request):
    """A request whose file goes straight to where it stays, so that a large one passes through no memory."""

    _has_file = False

    @property  # type: ignore[misc]
    def max_content_length(self) -> int | None:  # type: ignore[override]
        """How large the body may be: what comes in parts and is a file as large as a file may be, else a form."""
        if self.endpoint in _TAKES_FILES and self.mimetype == "multipart/form-data":
            return super().max_content_length
        if self.endpoint in _TAKES_PICTURES and self.mimetype == "multipart/form-data":
            return PICTURE + 64 * 1024
        return _FORM

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> Any:
        if self.endpoint not in _TAKES_FILES:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        if current_person() is None:
            # Before a byte of a stranger's file is on the disk.
            raise Unauthorized
        if self._has_file:
            # Each would hold a file open: a thousand of them are all that a process may have.
            raise RequestEntityTooLarge
        self._has_file = True
        # Goes away by itself unless the view keeps it.
        return tempfile.NamedTemporaryFile("wb+", dir=folder(), prefix=ARRIVING)


def folder() -> Path:
    """Where uploads are; nothing in it is ever served."""
    path = Path(current_app.instance_path) / "uploads"
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep(file: FileStorage) -> Path:
    """Keep an uploaded file under a random name. What it was called never reaches the disk."""
    path = folder() / secrets.token_hex(16)
    stream: IO[bytes] = file.stream
    stream.flush()
    try:
        os.link(stream.name, path)
    except OSError:
        # A file system without links.
        stream.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
    return path
