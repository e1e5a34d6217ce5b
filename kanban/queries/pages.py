"""Long lists, a page at a time: each begins after the last row of the one before."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from kanban.support.db import db

T = TypeVar("T")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the id to go on before; None at the end."""

    rows: list[T]
    before: int | None


def page_of(query: sa.Select[Any], key: Any, before: int | None, *, size: int = PAGE) -> Page[Any]:
    """The newest rows of a query whose key is below `before`; it takes as long on the last page as on the first."""
    if before is not None:
        query = query.where(key < before)
    # One more tells whether there is a next page.
    rows = list(db.session.execute(query.order_by(key.desc()).limit(size + 1)).unique())
    found = [row[0] if len(row) == 1 else row for row in rows]
    if len(found) <= size:
        return Page(found, None)
    return Page(found[:size], found[size - 1].id)


def containing(column: Any, text: str) -> sa.ColumnElement[bool]:
    """Whether a column holds a text, capital letters or not; what LIKE takes for a sign stands for itself."""
    found: sa.ColumnElement[bool] = column.icontains(text, autoescape=True)
    return found
