"""A form sent twice: the second time finds what the first has done."""

import sqlalchemy as sa

from kanban.models import Actor, Board, Event
from kanban.policies import allow
from kanban.support.db import db


def earlier_event(actor: Actor, once: str | None) -> Event | None:
    """The event that this actor's form with this mark has made, if it has.

    To be asked under the lock of the thing that is written to; two sendings of one
    form then cannot both find nothing. Raises NotFound where the mark was one of a form
    on a board that the actor does not see any more: the answer would draw it.
    """
    if not once:
        return None
    event = db.session.scalar(_EARLIER, {"actor": actor.id, "once": once})
    if event is not None and event.board_id is not None:
        allow(actor, "see", db.session.get_one(Board, event.board_id))
    return event


_EARLIER = sa.select(Event).where(Event.actor_id == sa.bindparam("actor"), Event.once == sa.bindparam("once"))
