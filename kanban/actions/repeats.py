"""A form sent twice: the second time finds what the first has done."""

import sqlalchemy as sa

from kanban.models import Actor, Event
from kanban.support.db import db


def earlier_event(actor: Actor, once: str | None) -> Event | None:
    """The event that this actor's form with this mark has made, if it has.

    To be asked under the lock of the thing that is written to; two sendings of one
    form then cannot both find nothing.
    """
    if not once:
        return None
    return db.session.scalar(_EARLIER, {"actor": actor.id, "once": once})


_EARLIER = sa.select(Event).where(Event.actor_id == sa.bindparam("actor"), Event.once == sa.bindparam("once"))
