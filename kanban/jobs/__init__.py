"""What runs in the worker: which modules, when, and what wakes it after a commit."""

from collections.abc import Sequence

import structlog
from kombu.exceptions import OperationalError

from kanban.models import Event
from kanban.support.bus import bus
from kanban.support.queue import queue

log = structlog.get_logger(__name__)

MODULES = ("kanban.jobs.housekeeping", "kanban.jobs.mails", "kanban.jobs.outbox", "kanban.jobs.transfers")
# The wake after a commit is what makes effects quick, these sweeps are what makes them sure.
SCHEDULE = {
    "drain the outbox": {"task": "kanban.jobs.outbox.drain", "schedule": 15.0, "options": {"expires": 15}},
    "empty the bin": {"task": "kanban.jobs.housekeeping.purge", "schedule": 3600.0, "options": {"expires": 3600}},
    "throw away what has run out": {
        "task": "kanban.jobs.housekeeping.expire",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "send mails": {"task": "kanban.jobs.mails.post", "schedule": 15.0, "options": {"expires": 15}},
    "look after transfers": {"task": "kanban.jobs.transfers.sweep", "schedule": 15.0, "options": {"expires": 15}},
}


_MOMENT = 0.3  # seconds; less than the bus remembers that it has woken


def announce(events: Sequence[Event]) -> None:
    """Tell who watches these boards, and wake the worker; called after each commit."""
    bus.announce(
        (f"board:{event.board_id}", {"board": event.board_id, "seq": event.seq, "event": event.id})
        for event in events
        if event.board_id is not None
    )


def wake() -> None:
    """Ask the worker to look at the outbox in a moment.

    What is committed until then needs no wake of its own: a job takes as long as a move,
    and beside people at work there would be one for each.
    """
    queue.send_task("kanban.jobs.outbox.drain", retry=False, countdown=_MOMENT, expires=60)


def wake_mails() -> None:
    """Ask the worker to send what has just been written."""
    try:
        queue.send_task("kanban.jobs.mails.post", retry=False, expires=60)
    except OperationalError:
        # The sweep finds it: a mail that is late must not fail the request that wrote it.
        log.warning("queue_away", job="mails")
