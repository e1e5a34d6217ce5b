"""How many more a list, a board or the site takes."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.models import Card, List, Setting, User, limits
from kanban.queries.site import site
from kanban.support.db import db
from kanban.support.errors import Conflict, Invalid


class WipLimitReached(Conflict):
    """The list holds as many cards as its limit allows."""

    code = "wip_limit_reached"

    def __init__(self, to: List) -> None:
        super().__init__(
            _("“%(name)s” is full (%(count)d of %(limit)d).", name=to.name, count=to.card_count, limit=to.wip_limit),
            field="list_id",
            may_insist=True,
        )


def room_for_person() -> None:
    """Raise Invalid where as many people have an account as an admin lets in; 0 lets in everybody.

    Asked before anybody looks whether an address is known, so that it tells nothing of one.
    """
    most = site().people_limit
    if not most:
        return
    # Whoever comes at the same moment waits here.
    db.session.execute(sa.select(Setting.name).where(Setting.name == "people_limit").with_for_update())
    counted = (
        sa.select(sa.func.count()).select_from(User).where(User.person_kind == "person", User.disabled_at.is_(None))
    )
    if (db.session.scalar(counted) or 0) >= most:
        raise Invalid(_("This site takes no more people. Ask whoever looks after it."))


def room_for_cards(board_id: int, count: int) -> None:
    """Raise Invalid where a board would hold more live cards than it may."""
    live = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Card)
        .where(Card.board_id == board_id, Card.archived_at.is_(None), Card.deleted_at.is_(None))
    )
    values.few_enough(
        (live or 0) + count,
        limits.CARDS,
        _("A board holds at most %(most)d cards. Archive some first.", most=limits.CARDS),
        "titles",
    )
