"""Which boards an upload holds: a zip of a whole workspace has several."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ijson
from flask_babel import lazy_gettext as _

from kanban.transfer import limits
from kanban.transfer.refusals import BadFile
from kanban.transfer.trello.source import JsonFile, json_files, opened
from kanban.transfer.trello.values import text

# JSON files of a zip that are looked into; a workspace has one a board.
_MOST_FILES = 1_000


@dataclass(frozen=True, slots=True)
class BoardFile:
    """A board of an upload: `entry` is where in the zip it is, None where the upload is the board."""

    entry: str | None
    name: str
    size: int


def boards_in(path: Path) -> list[BoardFile]:
    """The boards of an upload, by name.

    A plain file is not looked into: reading it says best what is wrong with it. In a zip
    the files are told by what they hold, since Trello has laid it out in several ways.
    """
    files = json_files(path)
    if len(files) == 1 and files[0].entry is None:
        return [BoardFile(None, "", files[0].size)]
    if len(files) > _MOST_FILES:
        raise BadFile(
            _(
                "This zip holds more than %(count)s JSON files. Upload the board's .json file by itself.",
                count=_MOST_FILES,
            ),
            code="zip_entries",
        )
    boards = [board for file in files if (board := _look_into(path, file))]
    if not boards:
        raise BadFile(
            _(
                "This zip holds no board: none of its files is a JSON export of Trello's."
                " Upload the board's .json file by itself."
            ),
            code="no_board",
        )
    return sorted(boards, key=lambda board: (board.name.casefold(), board.entry or ""))


def _look_into(path: Path, file: JsonFile) -> BoardFile | None:
    """What board a file of the zip holds, if it does; read only as far as that takes."""
    name, depth, key = "", 0, ""
    found: set[str] = set()
    try:
        with opened(path, file.entry) as stream:
            for event, value in ijson.basic_parse(stream, use_float=True):
                if event in ("start_map", "start_array"):
                    depth += 1
                    if depth > limits.DEPTH:
                        return None
                elif event in ("end_map", "end_array"):
                    depth -= 1
                elif depth == 1 and event == "map_key":
                    key = value
                    found.add(key if len(found) <= limits.TOP_KEYS else "")
                elif depth == 1 and key == "name":
                    name = _name(value)
                if {"name", "lists", "cards"} <= found and name:
                    break
    except ijson.JSONError:
        return None
    except BadFile as error:
        if error.code == "zip_broken":
            raise
        return None
    return BoardFile(file.entry, name or str(file.entry), file.size) if {"lists", "cards"} <= found else None


def _name(value: Any) -> str:
    return " ".join(text(value).split())[:120]
