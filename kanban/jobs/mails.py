"""Mails go out."""

from urllib.parse import urlsplit

from flask import current_app

from kanban.effects.posting import BATCH, post_due
from kanban.support.queue import queue


@queue.task(name="kanban.jobs.mails.post")
def post() -> None:
    """Send all mails that are due. Safe to run twice at once, and late."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    while post_due(host) == BATCH:
        pass
