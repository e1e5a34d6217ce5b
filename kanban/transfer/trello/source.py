"""From the uploaded file to the JSON of one board: plain, with a byte order mark, or inside a zip."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, BinaryIO, Protocol

from flask_babel import lazy_gettext as _

from kanban.transfer import limits
from kanban.transfer.refusals import BadFile

_BOM = b"\xef\xbb\xbf"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_END_OF_DIRECTORY = b"PK\x05\x06"
_SYMLINK = 0o120000


class Readable(Protocol):
    """All that the parser asks of a file."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class JsonFile:
    """One JSON file of an upload; `entry` is its name inside a zip, None where the upload is it."""

    entry: str | None
    size: int


def is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (_ZIP, _EMPTY_ZIP)


def json_files(path: Path) -> list[JsonFile]:
    """The files that may hold a board: the upload itself, or the JSON entries of a zip."""
    if not is_zip(path):
        return [JsonFile(None, path.stat().st_size)]
    with _opened_zip(path) as archive:
        return [JsonFile(info.filename, info.file_size) for info in _json_entries(archive)]


@contextmanager
def opened(path: Path, entry: str | None = None) -> Iterator[Readable]:
    """The bytes of a board's JSON, without a byte order mark and never more than is allowed."""
    if entry is None:
        if path.stat().st_size > limits.UNPACKED:
            raise _too_large()
        with path.open("rb") as file:
            yield _Bounded(file)
        return
    with _opened_zip(path) as archive:
        info = next((info for info in _json_entries(archive) if info.filename == entry), None)
        if info is None:
            raise BadFile(_("That file is no longer in the zip. Upload it again."), code="no_such_entry")
        with archive.open(info) as packed:
            yield _Bounded(packed)


class _Bounded:
    """A stream that ends an import which grows beyond all bounds, whatever the zip's own table says."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._taken = 0
        self._in_one_string = 0
        self._head = self._take(4096).removeprefix(_BOM)
        _refuse_by_head(self._head)

    def read(self, size: int = -1, /) -> bytes:
        if size == 0:
            return b""
        if self._head:
            block, self._head = self._head, b""
            return block
        return self._take(size)

    def _take(self, size: int) -> bytes:
        try:
            block = self._file.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise _broken_zip() from error
        self._taken += len(block)
        if self._taken > limits.UNPACKED:
            raise _too_large()
        # Inside a JSON string every quote stands behind a backslash: no other quote, no end of it.
        has_bare_quote = block.count(b'"') > block.count(b'\\"')
        self._in_one_string = 0 if has_bare_quote else self._in_one_string + len(block)
        if self._in_one_string > limits.STRING:
            raise BadFile(
                _("One text in this file is longer than any text in Trello. It is no export of a board."),
                code="absurd",
            )
        return block


def _refuse_by_head(head: bytes) -> None:
    """Name what the file is, where its first bytes already say that it is no JSON object."""
    text = head.lstrip()
    if not text:
        raise BadFile(_("This file is empty. Download the export from Trello again."), code="empty")
    if text.startswith(b"{"):
        return
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(
            _("This file is saved in UTF-16. Save it as UTF-8, or download the export from Trello again."),
            code="utf16",
        )
    if text.startswith(b"<"):
        raise BadFile(
            _("This is a web page, not an export. Sign in to Trello in this browser, then export the board as JSON."),
            code="html",
        )
    if text.startswith(b"["):
        raise BadFile(
            _("This JSON file holds a list, not one board. Export a single board as JSON from its menu in Trello."),
            code="no_board",
        )
    first_line = text.split(b"\n", 1)[0]
    if b"Card ID" in first_line or first_line.count(b",") > 2 or first_line.count(b";") > 2:
        raise BadFile(
            _(
                "This is a CSV file. It lacks comments and checklists:"
                " export the board as JSON instead, from the same menu in Trello."
            ),
            code="csv",
        )
    raise BadFile(
        _("This file is not JSON. Choose the .json file that Trello's “Export as JSON” gives you."), code="not_json"
    )


@contextmanager
def _opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    with path.open("rb") as file:
        _check_directory(file)
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise _broken_zip() from error
        with archive:
            _check_entries(archive)
            yield archive


def _check_directory(file: BinaryIO) -> None:
    """Bound the table of contents before anything reads it: its size is what the file claims."""
    end = file.seek(0, 2)
    file.seek(max(0, end - 65_557))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) - at < 22:
        raise _broken_zip()
    entries, size = struct.unpack("<10xHI6x", tail[at : at + 22])
    if entries > limits.ZIP_ENTRIES or size > limits.ZIP_DIRECTORY:
        raise BadFile(
            _(
                "This zip holds more than %(count)s files. Take the board's .json file out and upload that.",
                count=limits.ZIP_ENTRIES,
            ),
            code="zip_entries",
        )


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if any(_leads_outside(info) for info in entries):
        raise BadFile(_("This zip holds names that lead out of it. It is not an export of Trello's."), code="zip_names")
    packed = sum(info.compress_size for info in entries)
    unpacked = sum(info.file_size for info in entries)
    if unpacked > limits.ZIP_TOTAL or any(
        info.file_size > limits.ZIP_RATIO * max(info.compress_size, 1024) for info in entries if _is_json(info)
    ):
        raise BadFile(
            _("This zip would unpack to far more than it should. Upload the board's .json file by itself."),
            code="zip_bomb",
            packed=packed,
            unpacked=unpacked,
        )


def _leads_outside(info: zipfile.ZipInfo) -> bool:
    name = info.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    is_link = (info.external_attr >> 16) & 0o170000 == _SYMLINK
    return is_link or ".." in parts or name.startswith(("/", "\\")) or bool(PureWindowsPath(name).drive)


def _is_json(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith(".json") and not info.filename.startswith("__MACOSX/")


def _json_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [info for info in archive.infolist() if _is_json(info)]
    if any(info.flag_bits & 0x1 for info in entries):
        raise BadFile(_("This zip is locked with a password. Unpack it and upload the .json file."), code="zip_locked")
    if any(info.file_size > limits.UNPACKED for info in entries):
        raise _too_large()
    return entries


def _broken_zip() -> BadFile:
    return BadFile(_("This zip is damaged or incomplete. Download it again."), code="zip_broken")


def _too_large() -> BadFile:
    return BadFile(
        _(
            "This board's file is larger than %(size)s MB, the most an import takes.",
            size=limits.UNPACKED // limits.MEGABYTE,
        ),
        code="too_large",
    )
