"""The outbox: what happened goes on to the effects."""

from kanban.effects import ALL
from kanban.effects.delivery import BATCH, deliver_due
from kanban.support.bus import bus
from kanban.support.queue import queue


@queue.task(name="kanban.jobs.outbox.drain")
def drain() -> None:
    """Deliver all that is due. Safe to run twice at once, and late."""
    # Before the first look: what is committed after it must wake us again.
    bus.heed()
    while deliver_due(ALL) == BATCH:
        pass
