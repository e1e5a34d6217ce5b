"""Putting away and bringing back, deleting and restoring, done and not done."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from kanban.eventlog import recording
from kanban.models import Actor, Card, Checklist, Event, Item, List
from kanban.policies import allow
from kanban.support.clock import now
from kanban.support.errors import Conflict


def archive_card(actor: Actor, card: Card) -> Event:
    """Put a card away; it keeps its place in its list."""
    return _archive(actor, card, "card.archived")


def reopen_card(actor: Actor, card: Card) -> Event:
    """Put an archived card back in its place."""
    return _reopen(actor, card, "card.reopened")


def delete_card(actor: Actor, card: Card) -> Event:
    """Take a card off the board; it can be restored until it is purged."""
    return _delete(actor, card, "card.deleted")


def restore_card(actor: Actor, card: Card) -> Event:
    """Put a deleted card back in its place."""
    return _restore(actor, card, "card.restored")


def archive_list(actor: Actor, thing: List) -> Event:
    """Put a list away with its cards, which stay as they are in it."""
    return _archive(actor, thing, "list.archived")


def reopen_list(actor: Actor, thing: List) -> Event:
    """Put an archived list back in its place."""
    return _reopen(actor, thing, "list.reopened")


def delete_list(actor: Actor, thing: List) -> Event:
    """Take a list and its cards off the board; it can be restored until it is purged."""
    return _delete(actor, thing, "list.deleted")


def restore_list(actor: Actor, thing: List) -> Event:
    """Put a deleted list back in its place, cards and all."""
    return _restore(actor, thing, "list.restored")


def complete_card(actor: Actor, card: Card) -> Event:
    """Mark a card as done."""
    return _complete(actor, card, "card.completed", now())


def resume_card(actor: Actor, card: Card) -> Event:
    """Take the done mark off."""
    return _complete(actor, card, "card.resumed", None)


def _archive(actor: Actor, thing: Card | List, action: str) -> Event:
    with recording(actor, action, thing, lock=[thing.board]) as event:
        allow(actor, "edit", thing)
        still_there(thing)
        if thing.archived_at is None:
            thing.archived_at, thing.archived_by_id = now(), actor.id
        event.detail = {"name": _name(thing)}
    return event


def _reopen(actor: Actor, thing: Card | List, action: str) -> Event:
    with recording(actor, action, thing, lock=[thing.board]) as event:
        allow(actor, "edit", thing)
        still_there(thing)
        _back_in_sight(thing)
        thing.archived_at = thing.archived_by_id = None
        event.detail = {"name": _name(thing)}
    return event


def _delete(actor: Actor, thing: Card | List, action: str) -> Event:
    with recording(actor, action, thing, lock=[thing.board]) as event:
        allow(actor, "edit", thing)
        if thing.deleted_at is None:
            thing.deleted_at, thing.deleted_by_id = now(), actor.id
        event.detail = {"name": _name(thing)}
    return event


def _restore(actor: Actor, thing: Card | List, action: str) -> Event:
    with recording(actor, action, thing, lock=[thing.board]) as event:
        allow(actor, "edit", thing)
        _back_in_sight(thing)
        thing.deleted_at = thing.deleted_by_id = None
        event.detail = {"name": _name(thing)}
    return event


def _complete(actor: Actor, card: Card, action: str, at: datetime | None) -> Event:
    with recording(actor, action, card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        still_there(card)
        if (card.completed_at is None) != (at is None):
            card.completed_at = at
        event.detail = {"name": card.title}
    return event


def still_there(thing: Card | List) -> None:
    """Raise Conflict where a thing has been deleted since the page was drawn."""
    if thing.deleted_at is not None:
        raise Conflict(
            _(
                "“%(name)s” has been deleted in the meantime. Restore it from the board's archive first.",
                name=_name(thing),
            )
        )


def still_on_card(thing: Checklist | Item) -> None:
    """Raise Conflict where a thing on a card, or the card, has been deleted since the page was drawn."""
    still_there(thing.card)
    if thing.deleted_at is not None:
        raise Conflict(_("This has been deleted in the meantime. Undo that first, in the card's activity."))


def _back_in_sight(thing: Card | List) -> None:
    """Raise Conflict where a card would come back to a list that is not there, and nobody would see it."""
    if isinstance(thing, Card) and not thing.list.is_live:
        raise Conflict(
            _(
                "Its list “%(name)s” is archived or deleted. Bring that back first, or move the card to another list.",
                name=thing.list.name,
            )
        )


def _name(thing: Card | List) -> str:
    return thing.title if isinstance(thing, Card) else thing.name
