"""What time takes away: deleted things go for good, with what the log keeps of them.

The one place where rows of the log and recorded rows leave without an event: what is
purged must not come back by an undo, and nothing may keep its text.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from kanban.models import Attachment, Board, Card, Checklist, Comment, Event, Item, Label, List, Mail, Workspace
from kanban.support.clock import now
from kanban.support.db import db, transaction

# Leaves first: what hangs on a row goes with it by its foreign key.
_MODELS: tuple[type[Any], ...] = (Item, Comment, Attachment, Checklist, Label, Card, List, Board, Workspace)
_HANGS_ON: dict[type[Any], tuple[tuple[type[Any], str], ...]] = {
    List: ((Card, "list_id"),),
    Card: ((Checklist, "card_id"), (Comment, "card_id"), (Attachment, "card_id")),
    Checklist: ((Item, "checklist_id"),),
}
_AT_ONCE = 200
_PAST_THE_GUARD: dict[str, Any] = {"synchronize_session": False, "bulk_recorded": True}

Thing = tuple[str, int | None]


def purge_deleted(days: int) -> int:
    """Take away what was deleted more than `days` days ago; how many things that were.

    Works in small transactions, so that nobody waits for it; safe to run twice, and late.
    """
    before = now() - timedelta(days=days)
    gone = 0
    for model in _MODELS:
        due = sa.select(model.id).where(model.deleted_at < before).order_by(model.id).limit(_AT_ONCE)
        while ids := list(db.session.scalars(due)):
            # The logs are read through before the lock is taken; events do not change.
            spoken_of = _speaking_of(_boards_of(model, ids), _going_with(model, ids))
            with transaction() as session:
                gone += _purge(session, model, ids, before, spoken_of)
    return gone


def forget_mails(days: int) -> int:
    """Take away mails of so long ago: they went out, or waited for a server in vain. How many they were."""
    before = now() - timedelta(days=days)
    with transaction() as session:
        gone = session.execute(sa.delete(Mail).where(Mail.created_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def forget_person(user_id: int) -> None:
    """Take out of the log what belongs to a person alone: names, addresses and wishes of before.

    What they did on boards stays, as done by whoever they are now: a name without an account.
    To be called in the transaction that erases them, after its event is written.
    """
    session, own = db.session(), Event.user_id == user_id
    gone = sa.delete(Event).where(own, Event.action != "user.erased")
    session.execute(gone.execution_options(**_PAST_THE_GUARD))
    empty = sa.update(Event).where(own).values(changes=[], kinds=[], detail={})
    session.execute(empty.execution_options(**_PAST_THE_GUARD))


def _purge(session: Any, model: Any, ids: list[int], before: Any, spoken_of: list[int]) -> int:
    # Asked again inside: somebody may have restored one a moment ago.
    found = list(session.scalars(sa.select(model.id).where(model.id.in_(ids), model.deleted_at < before)))
    _erase(session, spoken_of, _going_with(model, found))
    session.execute(
        sa.delete(Event)
        .where(Event.subject_kind == model.kind, Event.subject_id.in_(found), Event.board_id.is_(None))
        .execution_options(**_PAST_THE_GUARD)
    )
    session.execute(sa.delete(model).where(model.id.in_(found)).execution_options(**_PAST_THE_GUARD))
    return len(found)


def _boards_of(model: Any, ids: list[int]) -> list[int]:
    """The boards in whose logs these rows may be spoken of; a board's own log goes with it."""
    if model in {Board, Workspace}:
        return []
    return list(db.session.scalars(sa.select(model.board_id).where(model.id.in_(ids)).distinct()))


def _going_with(model: Any, ids: list[int]) -> set[Thing]:
    """These rows and all that goes with them by its foreign key."""
    going: set[Thing] = {(model.kind, id_) for id_ in ids}
    for child, parent in _HANGS_ON.get(model, ()):
        ids_of_children = list(db.session.scalars(sa.select(child.id).where(getattr(child, parent).in_(ids))))
        if ids_of_children:
            going |= _going_with(child, ids_of_children)
    return going


def _speaking_of(board_ids: list[int], things: set[Thing]) -> list[int]:
    """Ids of the events in the logs of these boards that speak of one of the things."""
    query = sa.select(Event.id, Event.subject_kind, Event.subject_id, Event.changes).where(
        Event.board_id.in_(board_ids)
    )
    return [
        row.id
        for row in db.session.execute(query)
        if (row.subject_kind, row.subject_id) in things or any(_is_about(change, things) for change in row.changes)
    ]


def _erase(session: Any, event_ids: list[int], things: set[Thing]) -> None:
    """Take things out of events: out of those that speak of others too, else the event goes.

    The event of a paste has all its cards in it; purging one must take neither the history
    nor the undo of the others along.
    """
    empty = []
    for event in session.scalars(sa.select(Event).where(Event.id.in_(event_ids))):
        kept = [change for change in event.changes if not _is_about(change, things)]
        is_subject = (event.subject_kind, event.subject_id) in things
        if not kept and (event.changes or is_subject):
            empty.append(event.id)
            continue
        first: dict[str, Any] = next((change["after"] for change in kept if change["after"]), {})
        name = first.get("title") or first.get("name") or first.get("text") or ""
        session.execute(
            sa.update(Event)
            .where(Event.id == event.id)
            .values(
                changes=kept,
                kinds=sorted({change["kind"] for change in kept}),
                detail={**event.detail, "name": name} if is_subject else event.detail,
                card_id=None if ("card", event.card_id) in things else event.card_id,
            )
            .execution_options(**_PAST_THE_GUARD)
        )
    session.execute(sa.delete(Event).where(Event.id.in_(empty)).execution_options(**_PAST_THE_GUARD))


def _is_about(change: dict[str, Any], things: set[Thing]) -> bool:
    key = change["key"]
    if change["kind"] == "card_label":
        return ("card", key[0]) in things or ("label", key[1]) in things
    if change["kind"] == "assignment":
        return ("card", key[0]) in things
    if change["kind"] == "watch":
        watch = change["before"] or change["after"]
        return ("card", watch.get("card_id")) in things or ("list", watch.get("list_id")) in things
    return (change["kind"], key[0]) in things
