"""The event log's rows, and the list of everything that can happen: the map of the product."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kanban.models.recorded import Recorded
from kanban.models.users import User
from kanban.support.clock import now
from kanban.support.db import JSON, Model, UTCDateTime

ACTIONS = (
    "user.registered",
    "user.edited",
    "user.address_changed",
    "user.erased",
    "user.disabled",
    "user.enabled",
    "user.promoted",
    "user.demoted",
    "workspace.created",
    "workspace.renamed",
    "workspace.deleted",
    "workspace.member_added",
    "workspace.member_joined",
    "workspace.role_changed",
    "workspace.member_removed",
    "workspace.member_left",
    "group.created",
    "group.renamed",
    "group.deleted",
    "group.filled",
    "board.created",
    "board.imported",
    "board.updated_from_source",
    "board.renamed",
    "board.edited",
    "board.archived",
    "board.reopened",
    "board.deleted",
    "board.restored",
    "board.member_added",
    "board.member_joined",
    "board.role_changed",
    "board.member_removed",
    "board.member_left",
    "board.group_added",
    "board.group_changed",
    "board.group_removed",
    "list.created",
    "list.renamed",
    "list.limited",
    "list.moved",
    "list.archived",
    "list.reopened",
    "list.deleted",
    "list.restored",
    "card.created",
    "card.copied",
    "card.renamed",
    "card.described",
    "card.moved",
    "card.archived",
    "card.reopened",
    "card.deleted",
    "card.restored",
    "card.completed",
    "card.resumed",
    "card.scheduled",
    "card.covered",
    "card.labelled",
    "card.assigned",
    "card.watched",
    "label.created",
    "label.edited",
    "label.deleted",
    "checklist.created",
    "checklist.renamed",
    "checklist.moved",
    "checklist.deleted",
    "item.created",
    "item.edited",
    "item.completed",
    "item.resumed",
    "item.moved",
    "item.deleted",
    "comment.created",
    "comment.edited",
    "comment.deleted",
    "attachment.created",
    "attachment.edited",
    "attachment.deleted",
)
# So often the effects of an event are tried.
MAX_TRIES = 8
# What a board was born with goes and comes with it.
BORN_WITH_BOARD = ("board.created", "board.imported")
# Of these only the group comes back, not the boards it was on.
OF_GROUPS = ("group.created", "group.renamed", "group.deleted")
# What the undo of one's last change on a board passes over.
OF_ACCESS = tuple(
    action
    for action in ACTIONS
    if ".member_" in action or action.endswith("role_changed") or action.startswith(("group.", "board.group_"))
)
# Who belongs where: no undo changes that, in neither direction.
ACCESS_KINDS = frozenset({"workspace_member", "board_member", "group_member", "board_group", "user"})


class Event(Model):
    """One thing that happened. Rows are never updated.

    `changes` is a list of `{kind, key, before, after}`: `before` is None where the row
    came to be, `after` is None where it went, else both hold the changed columns alone.
    `detail` holds the names a sentence needs as they were at the time. `cause_id` is the
    event this one is part of. An undo has `reverses_id`, the event it takes back, and
    `root_id`, the first of that chain; `depth` is odd where the root is undone by it.
    """

    __tablename__ = "events"
    __table_args__ = (
        sa.CheckConstraint(
            "(board_id IS NOT NULL AND workspace_id IS NULL AND user_id IS NULL)"
            " OR (board_id IS NULL AND workspace_id IS NOT NULL AND user_id IS NULL)"
            " OR (board_id IS NULL AND workspace_id IS NULL AND user_id IS NOT NULL)",
            name="one_scope",
        ),
        sa.UniqueConstraint("board_id", "seq"),
        sa.UniqueConstraint("workspace_id", "seq"),
        sa.UniqueConstraint("user_id", "seq"),
        # A form sent twice makes one event.
        sa.UniqueConstraint("actor_id", "once"),
        sa.Index("ix_events_card_id_id", "card_id", "id"),
        sa.Index("ix_events_board_id_actor_id_seq", "board_id", "actor_id", "seq"),
        sa.Index("ix_events_subject_kind_subject_id", "subject_kind", "subject_id"),
        sa.Index("ix_events_root_id", "root_id"),
        sa.Index("ix_events_reverses_id", "reverses_id"),
        sa.Index("ix_events_cause_id", "cause_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int | None] = mapped_column(sa.ForeignKey("boards.id", ondelete="CASCADE"))
    workspace_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workspaces.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    seq: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    via: Mapped[str] = mapped_column(sa.String(16))
    action: Mapped[str] = mapped_column(sa.String(32))
    subject_kind: Mapped[str] = mapped_column(sa.String(16))
    subject_id: Mapped[int]
    card_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cards.id", ondelete="CASCADE"))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # Which kinds of things the changes are of: all that a list of events needs of them, whose texts can be long.
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    cause_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    depth: Mapped[int] = mapped_column(default=0)
    request_id: Mapped[str | None] = mapped_column(sa.String(64))
    once: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    actor: Mapped[User | None] = relationship(lazy="select", foreign_keys=[actor_id])

    # What a recording that is still open is about; no column, written down as the kind and id above.
    subject = cast("Recorded | None", None)
    # What the logs of other boards say of it instead of `detail`, where they must say less.
    elsewhere = cast("dict[str, Any] | None", None)

    @property
    def is_undo(self) -> bool:
        """Whether it took something back (an undo of an undo is a redo)."""
        return self.depth % 2 == 1

    @property
    def may_be_undone(self) -> bool:
        """Whether it changed something that an undo may put back: never who belongs where."""
        kinds = set(self.kinds or ())
        if self.action in BORN_WITH_BOARD:
            kinds &= {"board"}
        if self.action in OF_GROUPS:
            kinds &= {"group"}
        return bool(kinds) and not kinds & ACCESS_KINDS

    @property
    def is_redo(self) -> bool:
        return self.depth > 0 and self.depth % 2 == 0

    def change(self, thing: Recorded, column: str) -> tuple[Any, Any] | None:
        """A column of a thing before and after, or None if this event left it alone."""
        for change in self.changes:
            if change["kind"] == thing.kind and change["key"] == thing.key:
                before, after = change["before"] or {}, change["after"] or {}
                if column in before or column in after:
                    return before.get(column), after.get(column)
        return None


class Outbox(Model):
    """An event whose effects are still to come. After MAX_TRIES it is left lying, for somebody to look at."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_due_at", "due_at"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.Text)


class Receipt(Model):
    """Proof that an effect of an event has been had: it is not had twice."""

    __tablename__ = "receipts"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    effect: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
