"""How a board here differs from a newer export of it, and whose word counts."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from kanban.actions.refreshing import Portion
from kanban.models import Attachment, Board, Card, Checklist, Comment, Item, Label, List
from kanban.queries.transfers import touched_since_import
from kanban.support.db import db
from kanban.transfer.trello import records

# Columns the file has a say in.
_COMPARED: dict[type[Any], tuple[str, ...]] = {
    Label: ("name", "color"),
    List: ("name", "wip_limit", "archived_at"),
    Card: ("title", "description", "start_at", "due_at", "completed_at", "cover_color", "archived_at", "list_id"),
    Checklist: ("title",),
    Item: ("text", "due_at", "completed_at", "assignee_id"),
    Attachment: ("title", "url"),
    Comment: ("body",),
}
# Of these it counts whether they are set; when, the file often does not tell.
_STATES = frozenset(("archived_at", "completed_at"))
_NAMED = 50


class Differences:
    """Collects a portion: what the file has and we have not, and what it has otherwise.

    What people have changed here since the import is theirs, and what they have deleted
    stays deleted; both are counted as kept.
    """

    def __init__(self, board: Board) -> None:
        self.portion = Portion()
        self.told: Counter[str] = Counter()
        self.kept_names: dict[str, None] = {}
        self._board = board
        self._touched = touched_since_import(board)
        self._here: dict[type[Any], dict[str, Any]] = {}
        self._new: set[tuple[type[Any], int]] = set()

    def meet(self, model: type[Any], record: records.Record, name: str, add: Callable[[], Any] | None = None) -> Any:
        """Our row for a record of the file, its differences noted; what is not here yet is added."""
        row = self.here(model).get(record["source_id"])
        if row is None:
            return self.add(model(**record) if add is None else add())
        changes = {}
        for column in _COMPARED[model]:
            ours, theirs = getattr(row, column), record[column]
            if ours == theirs or (column in _STATES and (ours is None) == (theirs is None)):
                continue
            if row.deleted_at is not None or self.is_touched(model, row.id, column):
                self.keep(name)
            else:
                changes[column] = theirs
        if changes:
            self.portion.changed[model, row.id] = changes
            self.told["changed"] += (model, row.id) not in self._new
        return row

    def add(self, row: Any) -> Any:
        self.portion.added.append(row)
        self.told[row.kind] += 1
        return row

    def keep(self, name: str) -> None:
        """Count something of the file that does not come, because people decided otherwise here."""
        self.told["kept"] += 1
        if len(self.kept_names) < _NAMED:
            self.kept_names[name[:80]] = None

    def is_touched(self, model: type[Any], key: int | tuple[int, ...], column: str | None = None) -> bool:
        """Whether people have changed a column of a row here themselves, or the row at all."""
        columns = self._touched.get((model.kind, key if isinstance(key, tuple) else (key,)), set())
        return bool(columns) if column is None else column in columns

    def here(self, model: type[Any]) -> dict[str, Any]:
        """The board's rows that came from the file, by their ids there."""
        if model not in self._here:
            columns = [getattr(model, name) for name in ("id", "source_id", "deleted_at", *_COMPARED[model])]
            query = sa.select(*columns).where(model.board_id == self._board.id, model.source == records.SOURCE)
            self._here[model] = {row.source_id: row for row in db.session.execute(query) if row.source_id}
        return self._here[model]

    def written(self) -> None:
        """Forget what was collected: it stands on the board now."""
        for row in self.portion.added:
            if hasattr(row, "id"):
                self._new.add((type(row), row.id))
            if type(row) in (Label, List, Card):
                self._here.pop(type(row), None)
        self.portion = Portion()
