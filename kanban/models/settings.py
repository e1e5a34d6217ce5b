"""What the site remembers about itself."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kanban.support.db import Model


class Setting(Model):
    """A named value; the hash of the one-time setup link is one."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)
