"""What is wrong with a file that cannot be imported."""

from typing import Any

from kanban.support.errors import Refused


class BadFile(Refused):
    """A file that is no export of a board. `code` says in which way, for machines and tests."""

    code = "bad_file"

    def __init__(self, message: Any, *, code: str, field: str = "file", **extra: Any) -> None:
        super().__init__(message, field=field, **extra)
        self.code = code
