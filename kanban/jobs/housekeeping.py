"""What is cleared away on schedule."""

import structlog
from flask import current_app

from kanban.actions.expiry import purge_expired
from kanban.actions.housekeeping import forget_mails, purge_deleted
from kanban.actions.keys import rotate_old_key
from kanban.support.queue import queue

log = structlog.get_logger(__name__)


@queue.task(name="kanban.jobs.housekeeping.purge")
def purge() -> None:
    """Take away for good what was deleted PURGE_DAYS ago. Safe to run twice, and late."""
    forget_mails(current_app.config["PURGE_DAYS"])
    gone = purge_deleted(current_app.config["PURGE_DAYS"])
    if gone:
        log.info("purged", things=gone)


@queue.task(name="kanban.jobs.housekeeping.expire")
def expire() -> None:
    """Throw away sessions, tokens and links that have run out, and replace an old key. Safe to run twice, and late."""
    gone = purge_expired()
    if gone:
        log.info("expired", rows=gone)
    if rotate_old_key():
        log.info("key_rotated")
