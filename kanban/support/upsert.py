"""Insert a row, or change the one that is there: one statement, so that two at a time never collide."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def upsert(
    session: Session, model: type[Any], values: Mapping[str, Any] | None = None, *, keep: bool = False, **key: Any
) -> None:
    """Have a row with this primary key and these values; without values, or with `keep`, one that is there stays."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    query: Any = dialect.insert(model).values({**key, **(values or {})})
    if values and not keep:
        query = query.on_conflict_do_update(index_elements=list(key), set_=dict(values))
    else:
        query = query.on_conflict_do_nothing(index_elements=list(key))
    session.execute(query)
