"""What the event log watches: models whose tracked columns make history."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from kanban.support.db import JSON, UTCDateTime

KINDS: dict[str, type["Recorded"]] = {}


def tracked(*args: Any, **kwargs: Any) -> Any:
    """A column whose changes are history.

    `active_history` makes SQLAlchemy load the old value before it is replaced; without
    it an expired attribute would have no "before".
    """
    return mapped_column(*args, active_history=True, **kwargs)


class Recorded:
    """Mixin of the models that change only inside `eventlog.recording()`.

    `kind` is the name under which events speak of a row; the row's key is its id, or
    for a link between two rows the two ids.
    """

    kind: ClassVar[str]
    _recorded: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in cls.__dict__:
            KINDS[cls.kind] = cls

    @classmethod
    def recorded(cls) -> tuple[str, ...]:
        """Names of the tracked columns."""
        if "_recorded" not in cls.__dict__:
            mapper = sa.inspect(cls)
            cls._recorded = tuple(prop.key for prop in mapper.column_attrs if prop.active_history)
        return cls._recorded

    @property
    def key(self) -> list[int]:
        """The primary key, as events write it."""
        return list(sa.inspect(self).mapper.primary_key_from_instance(self))

    @property
    def is_link(self) -> bool:
        """Whether the row only joins two others: it comes and goes, and is never marked deleted."""
        return not isinstance(self, SoftDeleted)


class SoftDeleted:
    """Rows that are deleted by a mark, so that deleting can be undone until they are purged."""

    @declared_attr
    def deleted_at(cls) -> Mapped[datetime | None]:
        column: Mapped[datetime | None] = tracked(UTCDateTime)
        return column

    @declared_attr
    def deleted_by_id(cls) -> Mapped[int | None]:
        column: Mapped[int | None] = tracked(sa.ForeignKey("users.id", ondelete="SET NULL"))
        return column

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


def index_of_deleted(table: str) -> sa.Index:
    """What the purge looks through: the few rows of a table that are deleted."""
    there = sa.text("deleted_at IS NOT NULL")
    return sa.Index(f"ix_{table}_deleted_at", "deleted_at", sqlite_where=there, postgresql_where=there)


class Archived:
    """Rows that can be put away; who and when are kept for the page of archived things."""

    @declared_attr
    def archived_at(cls) -> Mapped[datetime | None]:
        column: Mapped[datetime | None] = tracked(UTCDateTime)
        return column

    @declared_attr
    def archived_by_id(cls) -> Mapped[int | None]:
        column: Mapped[int | None] = tracked(sa.ForeignKey("users.id", ondelete="SET NULL"))
        return column

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Imported:
    """Where a row came from, so that a second import of the same source is recognised."""

    @declared_attr
    def source(cls) -> Mapped[str | None]:
        return mapped_column(sa.String(16))

    @declared_attr
    def source_id(cls) -> Mapped[str | None]:
        return mapped_column(sa.String(64))

    @declared_attr
    def source_extra(cls) -> Mapped[dict[str, Any] | None]:
        """What the source told and no column holds: names too long, values of features still to come."""
        return mapped_column(JSON)
