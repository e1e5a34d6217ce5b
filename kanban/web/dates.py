"""When a card starts and is due: /cards/<id>/schedule."""

import re
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, g, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from kanban.actions.dates import schedule_card
from kanban.models import Board, Card
from kanban.policies import allow
from kanban.support.clock import end_of, zone
from kanban.support.errors import Invalid
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find
from kanban.web.forms import Form, Text, read
from kanban.web.guards import signed_in

bp = Blueprint("dates", __name__)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)


class Dates(Form):
    """Days as yyyy-mm-dd, a time as hh:mm.

    A field that was not sent stays as it is; an empty one takes its date off.
    """

    due = Text()
    due_time = Text()
    start = Text()


@bp.get("/cards/<int:card_id>/schedule")
@signed_in
def edit(card_id: int) -> Any:
    card = find(Card, card_id)
    allow(g.actor, "edit", card)
    return render_template("cards/schedule.html", card=card)


@bp.put("/cards/<int:card_id>/schedule")
@form_at("dates.edit")
@signed_in
def update(card_id: int) -> Response:
    form = read(Dates)
    card = find(Card, card_id)
    changes: dict[str, Any] = {}
    if form.due.data is not None:
        changes["due_at"], changes["due_has_time"] = _due(form.due.data, form.due_time.data or "", card.board)
    if form.start.data is not None:
        changes["start_at"] = _start(form.start.data, card.board)
    event = schedule_card(g.actor, card, **changes)
    return answer(event, page=url_for("cards.show", card_id=card_id))


@bp.delete("/cards/<int:card_id>/schedule")
@signed_in
def destroy(card_id: int) -> Response:
    event = schedule_card(g.actor, find(Card, card_id), due_at=None, start_at=None)
    return answer(event, page=url_for("cards.show", card_id=card_id))


def _due(day: str, at: str, board: Board) -> tuple[datetime | None, bool]:
    """A day without a time ends where the board is; a time is one of the person's own clock."""
    if not day.strip():
        if at.strip():
            raise Invalid(_("Choose a day for this time."), field="due")
        return None, True
    if not at.strip():
        return end_of(_day(day, "due"), zone(board.time_zone)), False
    return datetime.combine(_day(day, "due"), _clock(at), zone(g.actor.user.time_zone)), True


def _start(day: str, board: Board) -> datetime | None:
    return datetime.combine(_day(day, "start"), time(), zone(board.time_zone)) if day.strip() else None


def _day(text: str, field: str) -> date:
    try:
        if _DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise Invalid(_("There is no such day. Write it as year-month-day: 2027-03-31."), field=field)


def _clock(text: str) -> time:
    try:
        if _TIME.fullmatch(text.strip()):
            return time.fromisoformat(text.strip()).replace(second=0)
    except ValueError:
        pass
    raise Invalid(_("There is no such time. Write it as hours:minutes: 17:30."), field="due_time")
