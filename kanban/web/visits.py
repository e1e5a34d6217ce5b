"""When somebody last looked at a board: noted once the page is on its way."""

from datetime import timedelta

import structlog
from flask import Flask, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from kanban.actions.boards import note_visit
from kanban.models import Actor
from kanban.queries.board_page import BoardPage
from kanban.support.clock import now

_OFTEN_ENOUGH = timedelta(minutes=5)
log = structlog.get_logger(__name__)


def note_after(response: Response, actor: Actor, page: BoardPage) -> None:
    """Note the visit when the response has been sent, unless one was noted in the last minutes.

    A page must not wait for the write, least of all for the one writer SQLite has.
    """
    if page.seen_at is not None and now() - page.seen_at < _OFTEN_ENOUGH:
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    @response.call_on_close
    def note() -> None:
        with app.app_context():
            try:
                note_visit(actor, page.board)
            except SQLAlchemyError as error:
                # Nobody is there any more to be told; the next visit is noted instead.
                log.warning("visit_not_noted", board_id=page.board.id, error=type(error).__name__)
