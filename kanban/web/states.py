"""What state a thing is in: /cards/<id>/archive, /restoration, /completion, and the same of lists, boards and items.

PUT brings a thing into the state that the address names, DELETE takes it out of it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from kanban.actions.boards import archive_board, reopen_board, restore_board
from kanban.actions.checklists import complete_item, resume_item
from kanban.actions.states import (
    archive_card,
    archive_list,
    complete_card,
    reopen_card,
    reopen_list,
    restore_card,
    restore_list,
    resume_card,
)
from kanban.models import Board, Card, Item, List
from kanban.policies import may
from kanban.queries.put_away import put_away
from kanban.web.answering import answer, onward
from kanban.web.finding import find, not_found
from kanban.web.forms import asked
from kanban.web.guards import signed_in

bp = Blueprint("states", __name__)


class Way(NamedTuple):
    """Into a state and out of it; `out` is None where the way back has another name."""

    model: Any
    into: Callable[..., Any]
    out: Callable[..., Any] | None = None
    deleted: bool = False


_WAYS = {
    ("boards", "archive"): Way(Board, archive_board, reopen_board),
    ("boards", "restoration"): Way(Board, restore_board, deleted=True),
    ("lists", "archive"): Way(List, archive_list, reopen_list),
    ("lists", "restoration"): Way(List, restore_list, deleted=True),
    ("cards", "archive"): Way(Card, archive_card, reopen_card),
    ("cards", "restoration"): Way(Card, restore_card, deleted=True),
    ("cards", "completion"): Way(Card, complete_card, resume_card),
    ("items", "completion"): Way(Item, complete_item, resume_item),
}
_ADDRESS = "/<any(boards, lists, cards, items):kind>/<int:thing_id>/<any(archive, restoration, completion):state>"


@bp.get("/boards/<int:board_id>/archive")
@signed_in
def index(board_id: int) -> Any:
    board = find(Board, board_id)
    found = put_away(board, before_id=asked("before"))
    return render_template("boards/archive.html", board=board, put_away=found, may_edit=may(g.actor, "edit", board))


@bp.put(_ADDRESS)
@signed_in
def update(kind: str, thing_id: int, state: str) -> Response:
    way = _way(kind, state)
    thing = find(way.model, thing_id, deleted=way.deleted)
    return _answer(way.into(g.actor, thing), thing)


@bp.delete(_ADDRESS)
@signed_in
def destroy(kind: str, thing_id: int, state: str) -> Response:
    way = _way(kind, state)
    if way.out is None:
        not_found()
    thing = find(way.model, thing_id)
    return _answer(way.out(g.actor, thing), thing)


def _way(kind: str, state: str) -> Way:
    way = _WAYS.get((kind, state))
    return way if way is not None else not_found()


def _answer(event: Any, thing: Any) -> Response:
    return answer(event, page=onward(_page_of(thing)), away=isinstance(thing, Board))


def _page_of(thing: Any) -> str:
    """Where a plain form goes on: to the thing where it can be seen, else to where it stood."""
    if isinstance(thing, Item):
        return url_for("cards.show", card_id=thing.card_id, _anchor=f"item_{thing.id}")
    if isinstance(thing, Board):
        return url_for("boards.show", board_id=thing.id) if thing.is_live else url_for("home.index")
    if isinstance(thing, List):
        return url_for("boards.show", board_id=thing.board_id, _anchor=f"list_{thing.id}")
    place = f"card_{thing.id}" if thing.is_live else f"list_{thing.list_id}"
    return url_for("boards.show", board_id=thing.board_id, _anchor=place)
