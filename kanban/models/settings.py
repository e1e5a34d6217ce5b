"""What the site remembers about itself, and which of it an admin may set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kanban.models import limits
from kanban.support.db import Model


class Setting(Model):
    """A named value; the hash of the one-time setup link is one."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting that is one of some words."""

    words: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True)
class Count:
    """A setting that is a whole number."""

    least: int
    most: int
    default: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A setting that is on or off."""

    default: bool


REGISTRATION, REQUIRE_FACTOR = "registration", "require_factor"
# What an admin sets in the console. The environment gives some of them another default (see app.py).
SITE: Mapping[str, Choice | Count | Flag] = {
    # Who may make an account: anybody, who was invited, or nobody. It holds for every way in.
    REGISTRATION: Choice(("open", "invited", "closed"), "open"),
    REQUIRE_FACTOR: Choice(("nobody", "admins", "everybody"), "admins"),
    "password_least": Count(limits.PASSWORD_MIN, 64, limits.PASSWORD_MIN),
    "password_grant": Flag(True),
    "public_links": Flag(True),
    "session_days": Count(1, 365, 30),
    "session_idle_hours": Count(1, 8760, 168),
    "invitation_days": Count(1, 90, 7),
    "people_limit": Count(0, 1_000_000, 0),
}


def read_setting(name: str, text: str | None, default: Any) -> Any:
    """The value of a setting of the site as Python has it; the default where it is not set."""
    if text is None:
        return default
    kind = SITE[name]
    if isinstance(kind, Count):
        return int(text)
    return text == "1" if isinstance(kind, Flag) else text
