"""The audit log: what happened to accounts, roles and settings, each line chained to the one before it."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from kanban.models import Actor, AuditEntry, Setting
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.text import one_line
from kanban.support.upsert import upsert

_HEAD = "audit_head"
FIRST = "0" * 64
_AT_ONCE = 500


def note(actor: Actor | None, action: str, subject: Any = None, *, address: str = "", **detail: Any) -> AuditEntry:
    """Write a line, in the transaction of what it speaks of: either both stand or neither.

    `subject` is a row with an id, and a name or an address; `detail` holds words and numbers
    alone, never a secret.
    """
    with transaction() as session:
        session.flush()
        # One after another, else two lines would name the same one as the line before them.
        upsert(session, Setting, {"value": f"0 {FIRST}"}, keep=True, name=_HEAD)
        head = session.get_one(Setting, _HEAD, with_for_update=True, populate_existing=True)
        number, previous = head.value.split()
        entry = AuditEntry(
            id=int(number) + 1,
            at=now(),
            actor_id=actor.id if actor is not None else None,
            actor_name=actor.user.name if actor is not None else "",
            action=action,
            subject_kind=getattr(subject, "kind", None) or (type(subject).__name__.lower() if subject else ""),
            subject_id=getattr(subject, "id", None),
            # A name can make up no lines of its own, wherever the log is read.
            subject_name=one_line(getattr(subject, "name", None) or getattr(subject, "email", None) or ""),
            detail=detail,
            address=address or (actor.address if actor is not None else ""),
            request_id=actor.request_id if actor is not None else None,
            previous=previous,
            hash="",
        )
        entry.hash = hash_of(entry)
        session.add(entry)
        head.value = f"{entry.id} {entry.hash}"
    return entry


def hash_of(entry: AuditEntry) -> str:
    """SHA-256 over all that a line says, the hash of the line before it included."""
    said = [
        entry.id,
        entry.at.isoformat(),
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.subject_name,
        entry.detail,
        entry.address,
        entry.request_id,
        entry.previous,
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def broken_lines() -> list[str]:
    """What is wrong with the chain: a sentence for each line that was changed, and for each that is missing."""
    found, number, previous = [], 0, FIRST
    for entry in _lines():
        if entry.id != number + 1:
            found.append(f"audit: {entry.id - number - 1} lines are missing after line {number}")
        elif entry.previous != previous:
            found.append(f"audit: line {entry.id} does not follow line {number}")
        if hash_of(entry) != entry.hash:
            found.append(f"audit: line {entry.id} was changed")
        number, previous = entry.id, entry.hash
    head = db.session.get(Setting, _HEAD, populate_existing=True)
    if head is None and number:
        found.append("audit: what tells the end of the log is gone")
    elif head is not None and head.value != f"{number} {previous}" and not _has_grown(number):
        found.append(f"audit: the log ends with line {number}, and should with line {head.value.split()[0]}")
    return found


def _has_grown(number: int) -> bool:
    """Whether lines were written while the log was read, which is no fault."""
    return db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.id > number).limit(1)) is not None


def _lines() -> Iterator[AuditEntry]:
    """The log from its beginning: a long one piece by piece, and by no cursor, since reads are outside transactions."""
    last = 0
    while piece := db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.id > last).order_by(AuditEntry.id).limit(_AT_ONCE)
    ).all():
        yield from piece
        last = piece[-1].id
