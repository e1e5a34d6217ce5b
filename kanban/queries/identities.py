"""Who a person is elsewhere."""

from collections.abc import Sequence

import sqlalchemy as sa

from kanban.models import Identity, User
from kanban.support.db import db


def identities_of(user: User) -> Sequence[Identity]:
    """The accounts at providers by which a person can come in, the oldest first."""
    return db.session.scalars(sa.select(Identity).where(Identity.user_id == user.id).order_by(Identity.id)).all()
