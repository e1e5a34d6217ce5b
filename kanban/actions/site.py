"""How the site is set up: what an admin may set, and nothing else."""

from typing import Any

from flask_babel import lazy_gettext as _

from kanban.actions.audit import note
from kanban.actions.shares import end_links
from kanban.actions.values import one_of
from kanban.models import Actor, Setting
from kanban.models.settings import SITE, Choice, Count
from kanban.policies import allow_site
from kanban.queries.site import site
from kanban.support.db import memo, transaction
from kanban.support.errors import Invalid
from kanban.support.upsert import upsert


def set_site(actor: Actor, **values: Any) -> dict[str, Any]:
    """Set some of the settings of models.settings.SITE; what has changed, by name. Raises Invalid.

    They hold from the next request on, for every way in.
    """
    allow_site(actor)
    checked = {name: _checked(name, value) for name, value in values.items()}
    with transaction() as session:
        before = site()
        changed = {name: value for name, value in checked.items() if value != getattr(before, name)}
        for name, value in changed.items():
            # Two admins may set one for the first time in the same moment.
            upsert(session, Setting, {"value": _written(value)}, name=name)
        if changed.get("public_links") is False:
            # Those there are end for good: whoever turns links on again lets nobody back in.
            end_links()
        if changed:
            said: dict[str, Any] = {name: [getattr(before, name), value] for name, value in changed.items()}
            note(actor, "site.changed", **said)
        memo(session).clear()
    return changed


def _checked(name: str, value: Any) -> Any:
    kind = SITE.get(name)
    if kind is None:
        raise Invalid(_("There is no such setting."), field=name)
    if isinstance(kind, Choice):
        return one_of(value, kind.words, name)
    if isinstance(kind, Count):
        if not isinstance(value, int) or isinstance(value, bool) or not kind.least <= value <= kind.most:
            raise Invalid(
                _("Type a whole number from %(least)d to %(most)d.", least=kind.least, most=kind.most), field=name
            )
        return value
    return one_of(value, (True, False), name)


def _written(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool | int) else value
