"""What is cleared away on schedule."""

import structlog
from flask import current_app

from kanban.actions.housekeeping import purge_deleted
from kanban.support.queue import queue

log = structlog.get_logger(__name__)


@queue.task(name="kanban.jobs.housekeeping.purge")
def purge() -> None:
    """Take away for good what was deleted PURGE_DAYS ago. Safe to run twice, and late."""
    gone = purge_deleted(current_app.config["PURGE_DAYS"])
    if gone:
        log.info("purged", things=gone)
