"""History and undo: /boards/<id>/events, /events/<id>/reversal and /boards/<id>/reversals."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.events import UndoBlocked, last_to_redo, last_to_undo, redo_last, undo, undo_last
from kanban.models import Board, Card, Event
from kanban.policies import may
from kanban.queries.events import history
from kanban.support.db import db
from kanban.web.answering import answer, came_from, is_htmx
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Tick, asked, once, read
from kanban.web.guards import signed_in

bp = Blueprint("events", __name__)


class Reversal(Form):
    """How an event is taken back where later changes stand in the way."""

    partly = Tick()
    overwrite = Tick()
    redo = Tick()


@bp.get("/boards/<int:board_id>/events")
@signed_in
def index(board_id: int) -> Any:
    """What happened on a board, or on one card of it."""
    board = find(Board, board_id)
    card_id = asked("card")
    card = find(Card, card_id, deleted=True) if card_id is not None else None
    may_undo = may(g.actor, "edit", board)
    page = history(board, card=card, before=asked("before"), may_undo=may_undo)
    return render_template("boards/events.html", board=board, card=card, page=page)


@bp.post("/boards/<int:board_id>/reversals")
@signed_in
def create(board_id: int) -> Response:
    """Take one's own last change on a board back, or with `redo` do it again."""
    form = read(Reversal)
    act = redo_last if form.redo.data else undo_last
    board = find(Board, board_id)
    try:
        return _answer(act(g.actor, board, partly=form.partly.data, overwrite=form.overwrite.data, once=once()))
    except UndoBlocked:
        event = (last_to_redo if form.redo.data else last_to_undo)(g.actor, board)
        if is_htmx() or event is None:
            raise
        # Sent on to the event itself, whose page shows what stands in the way.
        return redirect(url_for("events.update", event_id=event.id), code=307)


@bp.get("/events/<int:event_id>/reversal")
@signed_in
def edit(event_id: int) -> Any:
    return render_template("events/reversal.html", event=find(Event, event_id), back=came_from(url_for("home.index")))


@bp.post("/events/<int:event_id>/reversal")
@form_at("events.edit")
@signed_in
def update(event_id: int) -> Response:
    """Take an event back."""
    form = read(Reversal)
    event = find(Event, event_id)
    return _answer(undo(g.actor, event, partly=form.partly.data, overwrite=form.overwrite.data, once=once()))


def _answer(event: Event) -> Response:
    page = _page_of(event)
    return answer(event, page=page, away=event.subject_kind == "board" and event.board_id is None)


def _page_of(event: Event) -> str:
    """Where one was, unless the undo has taken that away; else where the change can be seen."""
    card = db.session.get(Card, event.card_id) if event.card_id is not None else None
    board_id = event.board_id if event.board_id is not None else _board_id(event)
    board = db.session.get(Board, board_id) if board_id is not None else None
    if board is None or board.is_deleted:
        return url_for("home.index")
    anchor = f"card_{card.id}" if card is not None and card.is_live else None
    there = url_for("boards.show", board_id=board.id, _anchor=anchor)
    return there if card is not None and card.is_deleted else came_from(there)


def _board_id(event: Event) -> int | None:
    return event.subject_id if event.subject_kind == "board" else None
