"""From a file on disk to an export that can be asked."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kanban.transfer.trello.export import Export
from kanban.transfer.trello.intake import Intake
from kanban.transfer.trello.shelf import Shelf
from kanban.transfer.trello.source import opened

SCRATCH = "import-"


@contextmanager
def read(
    path: Path,
    entry: str | None = None,
    *,
    scratch: Path | None = None,
    tick: Callable[[int], None] = lambda parts: None,
) -> Iterator[Export]:
    """Read a file and give what it holds; `tick` is called now and then, and may raise to stop.

    `scratch` is the folder for the file that rows are put aside in.
    """
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=scratch) as folder:
        shelf = Shelf(Path(folder) / "rows.sqlite")
        try:
            export = Export(shelf)
            with opened(path, entry) as stream:
                Intake(export, shelf).take(stream, tick)
            yield export
        finally:
            shelf.close()
