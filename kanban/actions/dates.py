"""When a card is due."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.states import still_there
from kanban.eventlog import recording
from kanban.models import Actor, Card, Event
from kanban.policies import allow
from kanban.support.errors import Invalid

_KEEP: Any = object()


def schedule_card(
    actor: Actor,
    card: Card,
    *,
    due_at: datetime | None = _KEEP,
    due_has_time: bool = True,
    start_at: datetime | None = _KEEP,
) -> Event:
    """Set when a card starts and is due (aware moments); None takes a date away, nothing given leaves it."""
    with recording(actor, "card.scheduled", card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        still_there(card)
        if start_at is not _KEEP:
            card.start_at = values.moment(start_at, "start")
        if due_at is not _KEEP:
            card.due_at = values.moment(due_at, "due")
            card.due_has_time = due_has_time or due_at is None
        if card.start_at is not None and card.due_at is not None and card.due_at < card.start_at:
            raise Invalid(_("A card cannot be due before it starts. Change one of the two dates."), field="due")
        event.detail = {
            "name": card.title,
            "due": card.due_at.isoformat() if card.due_at else None,
            "has_time": card.due_has_time,
        }
    return event
