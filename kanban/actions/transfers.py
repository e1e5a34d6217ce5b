"""A board's way in: taken, checked, started, cancelled, finished. The rows themselves are `staging`'s.

A transfer is no part of a board and makes no event of its own; the board it makes does.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from kanban.models import Actor, Board, Transfer, User, Workspace
from kanban.policies import allow
from kanban.queries.transfers import earlier_boards, matchable_users, running_twin
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid
from kanban.support.text import one_line

MOST_TRIES = 3
# A worker that has not been heard of for so long is taken for dead.
SILENCE = timedelta(seconds=30)
# After so long an upload that was not started is thrown away.
FORGOTTEN = timedelta(days=7)
# Progress is told in thousandths.
WHOLE = 1_000


class Stopped(Exception):
    """The import was cancelled, or another worker has taken it over: leave it as it is."""


def upload_import(
    actor: Actor, workspace: Workspace, *, path: str, filename: str, size: int, options: Mapping[str, Any] | None = None
) -> Transfer:
    """Note that a file has come in for a workspace."""
    with transaction() as session:
        allow(actor, "create_board", workspace)
        transfer = Transfer(
            source="trello",
            user_id=actor.id,
            workspace_id=workspace.id,
            path=path,
            filename=one_line(filename)[:255],
            size=size,
            options=dict(options or {}),
            total=WHOLE,
        )
        session.add(transfer)
    return transfer


def await_check(transfer: Transfer) -> None:
    """Note that the file waits to be read by a worker."""
    with _alone(transfer):
        transfer.heartbeat_at = now()


def begin_check(transfer: Transfer) -> bool:
    """Start reading a file; False where that has ended badly too often to try again."""
    with _alone(transfer):
        transfer.tries += 1
        transfer.heartbeat_at = now()
    return transfer.tries <= MOST_TRIES


def touch_import(transfer: Transfer) -> None:
    """Say that the file is still being read. Raises Stopped where nobody wants to know any more."""
    with _alone(transfer):
        if transfer.state != "uploaded":
            raise Stopped
        transfer.heartbeat_at = now()


def note_boards(transfer: Transfer, boards: list[dict[str, Any]]) -> None:
    """Note which boards the file holds; of several one is to be chosen."""
    with _alone(transfer):
        transfer.options = {**(transfer.options or {}), "boards": boards}
        if len(boards) > 1:
            transfer.heartbeat_at = None


def choose_board(actor: Actor, transfer: Transfer, entry: str) -> None:
    """Choose one of the boards of a file. Raises Invalid for what is none of them."""
    with _alone(transfer):
        allow(actor, "see", transfer)
        options = transfer.options or {}
        if entry not in {board["entry"] for board in options.get("boards", ())}:
            raise Invalid(_("Choose one of the boards in the file."), field="entry")
        if transfer.state not in ("uploaded", "checked"):
            raise Conflict(_("This import has been started already."))
        transfer.options = {**options, "entry": entry}
        transfer.receipt, transfer.state = None, "uploaded"


def note_receipt(transfer: Transfer, receipt: dict[str, Any]) -> None:
    """Note what the file holds: from here it can be started."""
    with _alone(transfer):
        if transfer.state == "uploaded":
            transfer.receipt, transfer.source_id = receipt, receipt["source_id"] or None
            transfer.state, transfer.heartbeat_at, transfer.tries = "checked", None, 0


def start_import(
    actor: Actor,
    transfer: Transfer,
    *,
    matches: Mapping[str, int] | None = None,
    into: Board | None = None,
    as_copy: bool = False,
    with_roles: bool = False,
) -> bool:
    """Put a checked import in the queue; False where it is there already.

    `matches` says which of Trello's people are which of ours. A board that is here
    already is either updated (`into`) or copied (`as_copy`): not choosing raises Conflict.
    """
    with _alone(transfer):
        allow(actor, "start", transfer)
        if transfer.state in ("queued", "running", "done"):
            return False
        if transfer.state != "checked" or transfer.receipt is None:
            raise Conflict(_("This import has ended. Upload the file again."))
        allow(actor, "create_board", transfer.workspace)
        _refuse_twins(actor, transfer, into, as_copy)
        matched = _matched(actor, transfer, matches or {})
        transfer.into_id = into.id if into is not None else None
        transfer.options = {**(transfer.options or {}), "with_roles": with_roles, "matches": matched}
        transfer.state, transfer.progress, transfer.tries = "queued", 0, 0
        transfer.cancel_asked_at, transfer.heartbeat_at = None, now()
    return True


def cancel_import(actor: Actor, transfer: Transfer) -> None:
    """End an import that is not finished; one that runs stops at its next step."""
    with _alone(transfer):
        allow(actor, "cancel", transfer)
        if transfer.state in ("uploaded", "checked", "queued"):
            transfer.state, transfer.finished_at = "cancelled", now()
        elif transfer.state == "running":
            transfer.cancel_asked_at = now()


def claim_import(transfer_id: int) -> Transfer | None:
    """Take an import out of the queue, for this worker alone; None where there is nothing to do."""
    with transaction() as session:
        claimed = session.execute(
            sa.update(Transfer)
            .where(Transfer.id == transfer_id, Transfer.state == "queued")
            .values(state="running", tries=Transfer.tries + 1, heartbeat_at=now())
            .execution_options(synchronize_session=False)
        )
        if not claimed.rowcount:  # type: ignore[attr-defined]
            return None
        return session.get_one(Transfer, transfer_id, populate_existing=True)


@contextmanager
def step(transfer: Transfer, progress: int | None = None) -> Iterator[Session]:
    """One short transaction of a running import. Raises Stopped where it is no longer ours to run."""
    with transaction() as session:
        hold(session, transfer, progress)
        yield session


def hold(session: Session, transfer: Transfer, progress: int | None = None) -> None:
    """Make sure, in this transaction, that the import is still ours to run. Raises Stopped."""
    values: dict[str, Any] = {"heartbeat_at": now()}
    if progress is not None:
        values["progress"] = min(progress, WHOLE)
    held = session.execute(
        sa.update(Transfer)
        .where(
            Transfer.id == transfer.id,
            Transfer.state == "running",
            # Tells this run from another that took over when this one was silent.
            Transfer.tries == transfer.tries,
            Transfer.cancel_asked_at.is_(None),
        )
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if not held.rowcount:  # type: ignore[attr-defined]
        raise Stopped


def note_event(transfer: Transfer, event_id: int) -> None:
    """Note under which event an update began, so that it goes on there if it breaks off."""
    with step(transfer) as session:
        running = session.get_one(Transfer, transfer.id)
        running.options = {**(running.options or {}), "event": event_id}


def finish_import(session: Session, transfer: Transfer, board: Board) -> None:
    """Mark an import as done, in the transaction that makes its board seen."""
    session.refresh(transfer)
    transfer.board_id = board.id
    transfer.state, transfer.progress, transfer.finished_at = "done", WHOLE, now()


def end_import(transfer: Transfer, state: str, *, error: str | None = None, run: int | None = None) -> None:
    """Close an import that came to nothing: cancelled, or failed with a sentence that says why.

    With `run` only if that is still the newest of its tries.
    """
    with _alone(transfer):
        if transfer.state not in ("done", "cancelled") and run in (None, transfer.tries):
            transfer.state, transfer.error, transfer.finished_at, transfer.board_id = state, error, now(), None


def requeue_import(transfer: Transfer) -> bool:
    """Put an import whose worker died back in the queue; False where it has had its tries."""
    with _alone(transfer):
        if transfer.state != "running" or transfer.tries >= MOST_TRIES:
            return False
        transfer.state, transfer.progress, transfer.heartbeat_at, transfer.board_id = "queued", 0, now(), None
    return True


def silent_imports() -> list[Transfer]:
    """Imports that should be worked on and are not: their worker died, or the queue lost them."""
    query = sa.select(Transfer).where(
        Transfer.state.in_(("queued", "running")),
        Transfer.heartbeat_at < now() - SILENCE,
    )
    return list(db.session.scalars(query.order_by(Transfer.id).execution_options(populate_existing=True)))


def unchecked_imports() -> list[Transfer]:
    """Files that wait to be read, and that no worker is at."""
    query = sa.select(Transfer).where(Transfer.state == "uploaded", Transfer.heartbeat_at < now() - SILENCE)
    return list(db.session.scalars(query.order_by(Transfer.id)))


def forgotten_imports() -> list[Transfer]:
    """Files that somebody uploaded and then left."""
    query = sa.select(Transfer).where(
        Transfer.state.in_(("uploaded", "checked")), Transfer.created_at < now() - FORGOTTEN
    )
    return list(db.session.scalars(query.order_by(Transfer.id)))


@contextmanager
def _alone(transfer: Transfer) -> Iterator[None]:
    """A transaction that has the transfer as it is now, and to itself.

    Its owner cancels while a worker reads or runs it: whoever decides by its state must
    not go by what was true a moment ago.
    """
    with transaction() as session:
        session.refresh(transfer, with_for_update=True)
        yield


def _refuse_twins(actor: Actor, transfer: Transfer, into: Board | None, as_copy: bool) -> None:
    earlier = earlier_boards(actor, transfer)
    if into is not None:
        if into not in earlier:
            raise Invalid(_("Choose one of the boards that this file was imported into before."), field="into")
        allow(actor, "edit_board", into)
    elif not as_copy and running_twin(transfer) is not None:
        raise Conflict(
            _("This board is being imported right now. Wait for that, or choose to make a copy."), field="into"
        )
    elif not as_copy and earlier:
        raise Conflict(_("This board is here already. Choose whether to update it or to make a copy."), field="into")


def _matched(actor: Actor, transfer: Transfer, matches: Mapping[str, int]) -> dict[str, Any]:
    """Who is who; only people of the workspace can be named."""
    offered: dict[int, User] = {user.id: user for user in matchable_users(actor, transfer.workspace)}
    known = {person["id"] for person in (transfer.receipt or {}).get("people", ())}
    people: dict[str, Any] = {}
    for source_id, user_id in matches.items():
        if source_id in known and user_id:
            if user_id not in offered:
                raise Invalid(_("Choose people who belong to the workspace."), field="people")
            people[source_id] = user_id
    return people
