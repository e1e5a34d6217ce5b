"""How an admin has set up the site."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kanban.models import Setting
from kanban.models.settings import SITE, read_setting
from kanban.support.db import db, memo

# What the environment says where nobody has set anything.
_given: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Site:
    """The settings of models.settings.SITE, by name."""

    registration: str
    require_factor: str
    password_least: int
    password_grant: bool
    public_links: bool
    session_days: int
    session_idle_hours: int
    invitation_days: int
    people_limit: int


def give_defaults(**given: Any) -> None:
    """Set what holds until an admin sets something else."""
    _given.clear()
    _given.update(given)


def default_of(name: str) -> Any:
    """What holds for a setting that nobody has set."""
    return _given.get(name, SITE[name].default)


def site() -> Site:
    """The settings as they are now; read once a transaction."""
    kept = memo(db.session())
    if "site" not in kept:
        rows = db.session.execute(sa.select(Setting.name, Setting.value).where(Setting.name.in_(list(SITE))))
        found = {name: value for name, value in rows}  # noqa: C416 - a result has keys(), and is no mapping
        kept["site"] = Site(**{name: read_setting(name, found.get(name), default_of(name)) for name in SITE})
    answer: Site = kept["site"]
    return answer
