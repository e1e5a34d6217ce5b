"""The numbers of a log: who locks a scope has the next one."""

from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.models import Board, User, Workspace
from kanban.support.db import Session
from kanban.support.errors import NotFound

SCOPES = {Board: "board_id", Workspace: "workspace_id", User: "user_id"}


def lock_rows(session: Session, scopes: list[Any]) -> None:
    """Lock scopes in one order for everybody, read them again, and reserve a number in each.

    One UPDATE does all three on both databases: it waits for the row, and what it
    returns is the row as it is under the lock.
    """
    locked: dict[Any, bool] = session.info.setdefault("locked", {})
    for scope in sorted(scopes, key=lambda one: (type(one).__name__, one.id or 0)):
        if sa.inspect(scope).detached:
            raise ValueError(f"{scope!r} belongs to a session that has ended: it cannot be locked.")
        if scope in locked or not sa.inspect(scope).persistent:
            locked.setdefault(scope, False)
            continue
        model: Any = type(scope)
        if session.scalars(_reserve(model), {"scope": scope.id}).one_or_none() is None:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        locked[scope] = True


def take_seq(session: Session, scope: Any) -> int:
    locked: dict[Any, bool] = session.info.setdefault("locked", {})
    if not sa.inspect(scope).persistent:
        session.flush()
    if locked.get(scope):
        locked[scope] = False
    else:
        scope.seq = (scope.seq or 0) + 1
    return cast(int, scope.seq)


def give_back(session: Session) -> None:
    """Return numbers that were reserved and not used: a gap would look like a missed event."""
    for scope, reserved in list(session.info.get("locked", {}).items()):
        if reserved:
            scope.seq -= 1
            session.info["locked"][scope] = False


@cache
def _reserve(model: Any) -> Any:
    """Lock a row, and take the next number in it."""
    return (
        sa.update(model)
        .where(model.id == sa.bindparam("scope"))
        .values(seq=model.seq + 1)
        .returning(model)
        .execution_options(synchronize_session=False, populate_existing=True, counting=True)
    )
