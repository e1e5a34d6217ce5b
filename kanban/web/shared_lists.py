"""The rest of a long list of a shared board: /shared/<secret>/lists/<id>."""

from typing import Any

from flask import Blueprint, Response, render_template

from kanban.models import Card, List
from kanban.queries.board_page import rest_of
from kanban.support.db import db
from kanban.web.finding import LARGEST, not_found
from kanban.web.forms import asked
from kanban.web.reading import reader, unlisted

bp = Blueprint("shared_lists", __name__)
_MOST = 500


@bp.get("/shared/<secret>/lists/<int:list_id>")
def show(secret: str, list_id: int) -> Response:
    board = reader(secret).link.board
    card_list = _shown(List, list_id, board.id)
    if card_list is None:
        not_found()
    after = _shown(Card, asked("after"), board.id)
    if after is not None and after.list_id != list_id:
        after = None
    rest = rest_of(card_list, after, most=_MOST)
    return unlisted(render_template("shared/list.html", board=board, list=card_list, rest=rest, secret=secret))


def _shown(model: Any, id_: int | None, board_id: int) -> Any:
    """A thing that this board shows, or None."""
    thing = db.session.get(model, id_) if id_ is not None and id_ <= LARGEST else None
    if thing is None or thing.board_id != board_id or thing.archived_at is not None or thing.deleted_at is not None:
        return None
    return thing
