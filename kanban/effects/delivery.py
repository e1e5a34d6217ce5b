"""From the outbox to the effects: each event to each effect at least once, with a receipt."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import sqlalchemy as sa
import structlog

from kanban.effects import Effect
from kanban.models import Event, Outbox, Receipt
from kanban.models.events import MAX_TRIES
from kanban.support.clock import now
from kanban.support.db import db, transaction

log = structlog.get_logger(__name__)

BATCH = 50
# Whoever takes an event has it for so long; after that it is thought dead.
_LEASE = timedelta(seconds=45)
_FIRST_PAUSE = timedelta(seconds=15)


def deliver_due(effects: Sequence[Effect], *, batch: int = BATCH) -> int:
    """Deliver one batch of what is due; how many events that were."""
    events = _take(batch)
    done: list[int] = []
    for event in events:
        try:
            for effect in effects:
                _deliver(event, effect)
        except Exception as error:
            # An effect that fails must not hold up the events behind it.
            db.session.rollback()
            _postpone(event, error)
        else:
            done.append(event.id)
    _forget(done)
    return len(events)


def _take(batch: int) -> list[Event]:
    """Claim due events: two workers never have the same one at a time."""
    at = now()
    due = sa.select(Outbox.event_id).where(Outbox.due_at <= at, Outbox.tries < MAX_TRIES)
    # Asked in a reading transaction first: most looks find nothing, and need no lock.
    ids = list(db.session.scalars(due.order_by(Outbox.event_id).limit(batch)))
    if not ids:
        return []
    with transaction() as session:
        taken = session.scalars(
            sa.update(Outbox)
            .where(Outbox.event_id.in_(ids), Outbox.due_at <= at)
            .values(due_at=at + _LEASE, tries=Outbox.tries + 1)
            .returning(Outbox.event_id)
            .execution_options(synchronize_session=False)
        ).all()
    return list(db.session.scalars(sa.select(Event).where(Event.id.in_(taken)).order_by(Event.id)))


def _deliver(event: Event, effect: Effect) -> None:
    name = effect.__name__.rpartition(".")[2]
    if not effect.handles(event) or db.session.get(Receipt, (event.id, name)) is not None:
        return
    effect.run(event)
    with transaction() as session:
        session.add(Receipt(event_id=event.id, effect=name, at=now()))


def _postpone(event: Event, error: Exception) -> None:
    with transaction() as session:
        row = session.get(Outbox, event.id, populate_existing=True)
        if row is None:
            return
        row.due_at = now() + _FIRST_PAUSE * 2 ** (row.tries - 1)
        row.error = f"{type(error).__name__}: {error}"[:1000]
        tries = row.tries
    log.error(
        "effect_failed",
        event_id=event.id,
        action=event.action,
        tries=tries,
        request_id=event.request_id,
        exc_info=error,
    )


def _forget(event_ids: Iterable[int]) -> None:
    ids = list(event_ids)
    if not ids:
        return
    with transaction() as session:
        session.execute(sa.delete(Outbox).where(Outbox.event_id.in_(ids)).execution_options(synchronize_session=False))
