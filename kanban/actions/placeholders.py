"""Names on cards that stand for people who have no account here."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from kanban.actions.staging import insert
from kanban.models import User, limits


def placeholders(session: Session, source: str, workspace_id: int, people: Iterable[dict[str, Any]]) -> dict[str, int]:
    """The placeholder of each of a source's people, made where there is none; ids by their id there.

    They belong to one workspace: what somebody's file says of a person must not turn up
    in another's. They have no address and no password, so nobody signs in or is written to.
    """
    wanted = {key_of(person["id"], workspace_id): person for person in people}
    known = sa.select(User.source_id, User.id).where(
        User.person_kind == "placeholder", User.source == source, User.source_id.in_(wanted)
    )
    found: dict[str, int] = {key: id for key, id in session.execute(known) if key is not None}
    missing = [key for key in wanted if key not in found]
    rows = [
        {"person_kind": "placeholder", "name": name_of(wanted[key]), "source": source, "source_id": key}
        for key in missing
    ]
    found.update(zip(missing, insert(session, User, rows), strict=True))
    return {wanted[key]["id"]: id for key, id in found.items()}


def key_of(source_id: str, workspace_id: int) -> str:
    """Under which id a placeholder is kept."""
    return f"{source_id[:40]}@{workspace_id}"


def name_of(person: dict[str, Any]) -> str:
    """A name that says where it comes from: “Ann (Trello)”."""
    # Somebody whom the file only names by id is told from others by the end of it.
    name = person["name"] or person["username"] or str(_("Somebody %(id)s", id=person["id"][-4:]))
    return f"{name[: limits.NAME - 9]} (Trello)"
