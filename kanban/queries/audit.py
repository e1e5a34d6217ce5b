"""Reading the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kanban.models import AuditEntry, User
from kanban.queries.pages import PAGE, Page, containing, page_of
from kanban.support.db import db


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for: of an action, of or about a person, between two moments."""

    action: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


def audit_page(wanted: Wanted, before: int | None = None, *, size: int = PAGE) -> Page[AuditEntry]:
    """The newest lines that are asked for."""
    return page_of(_lines(wanted), AuditEntry.id, before, size=size)


def audit_actions() -> list[str]:
    """Every action that the log knows."""
    return list(db.session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def _lines(wanted: Wanted) -> sa.Select[Any]:
    query = sa.select(AuditEntry)
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.person:
        # An account as it is called now, or as it was called then.
        named = sa.select(User.id).where(
            sa.or_(containing(User.name, wanted.person), containing(User.email, wanted.person))
        )
        query = query.where(
            sa.or_(
                AuditEntry.actor_id.in_(named),
                sa.and_(AuditEntry.subject_kind == "user", AuditEntry.subject_id.in_(named)),
                containing(AuditEntry.actor_name, wanted.person),
                containing(AuditEntry.subject_name, wanted.person),
            )
        )
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    return query
