"""Checklists and their items."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.repeats import earlier_event
from kanban.actions.states import still_on_card, still_there
from kanban.eventlog import recording
from kanban.models import Actor, Card, Checklist, Event, Item, limits
from kanban.models.ordering import ranks_before
from kanban.policies import allow
from kanban.support.clock import now
from kanban.support.db import db


def create_checklist(actor: Actor, card: Card, title: str, *, once: str | None = None) -> Event:
    """Give a card one more checklist, below those it has."""
    title = values.line(title, limits.TITLE, "title")
    with recording(actor, "checklist.created", lock=[card.board], fresh=[card]) as event:
        allow(actor, "edit", card)
        if earlier := earlier_event(actor, once):
            return earlier
        still_there(card)
        values.few_enough(
            _count(Checklist, Checklist.card_id == card.id) + 1,
            limits.CHECKLISTS,
            _("A card holds at most %(most)d checklists.", most=limits.CHECKLISTS),
            "title",
        )
        checklist = Checklist(
            board_id=card.board_id,
            board=card.board,
            card_id=card.id,
            card=card,
            title=title,
            rank=ranks_before(Checklist, card.id, None, 1)[0],
        )
        db.session.add(checklist)
        event.subject = checklist
        event.once = once
        event.detail = {"name": title, "card": card.title}
    return event


def rename_checklist(actor: Actor, checklist: Checklist, title: str) -> Event:
    """Give a checklist another title."""
    with recording(actor, "checklist.renamed", checklist, lock=[checklist.board]) as event:
        allow(actor, "edit", checklist)
        still_on_card(checklist)
        checklist.title = values.line(title, limits.TITLE, "title")
        event.detail = {"name": checklist.title, "card": checklist.card.title}
    return event


def delete_checklist(actor: Actor, checklist: Checklist) -> Event:
    """Take a checklist and its items off a card."""
    with recording(actor, "checklist.deleted", checklist, lock=[checklist.board]) as event:
        allow(actor, "edit", checklist)
        _mark_deleted(actor, checklist)
        event.detail = {"name": checklist.title, "card": checklist.card.title}
    return event


def create_items(actor: Actor, checklist: Checklist, texts: Sequence[str], *, once: str | None = None) -> Event:
    """Add items below those a checklist has. One event, one undo."""
    texts = [values.line(text, limits.ITEM, "texts") for text in texts] or [values.line("", limits.ITEM, "texts")]
    values.few_enough(
        len(texts), limits.LINES_AT_ONCE, _("Add at most %(most)d at once.", most=limits.LINES_AT_ONCE), "texts"
    )
    with recording(actor, "item.created", lock=[checklist.board], fresh=[checklist]) as event:
        allow(actor, "edit", checklist)
        if earlier := earlier_event(actor, once):
            return earlier
        still_on_card(checklist)
        values.few_enough(
            _count(Item, Item.checklist_id == checklist.id) + len(texts),
            limits.ITEMS,
            _("A checklist holds at most %(most)d items.", most=limits.ITEMS),
            "texts",
        )
        ranks = ranks_before(Item, checklist.id, None, len(texts))
        made = [
            Item(
                board_id=checklist.board_id,
                board=checklist.board,
                card_id=checklist.card_id,
                checklist_id=checklist.id,
                checklist=checklist,
                text=text,
                rank=rank,
            )
            for text, rank in zip(texts, ranks, strict=True)
        ]
        db.session.add_all(made)
        event.subject = made[0]
        event.once = once
        event.detail = {"name": texts[0], "count": len(made), "card": checklist.card.title}
    return event


def edit_item(actor: Actor, item: Item, text: str) -> Event:
    """Change what an item says."""
    with recording(actor, "item.edited", item, lock=[item.board]) as event:
        allow(actor, "edit", item)
        still_on_card(item)
        before = item.text
        item.text = values.line(text, limits.ITEM, "text")
        event.detail = {"before": before, "name": item.text, "card": item.card.title}
    return event


def complete_item(actor: Actor, item: Item) -> Event:
    """Tick an item."""
    with recording(actor, "item.completed", item, lock=[item.board]) as event:
        allow(actor, "edit", item)
        still_on_card(item)
        item.completed_at = item.completed_at or now()
        event.detail = {"name": item.text, "card": item.card.title}
    return event


def resume_item(actor: Actor, item: Item) -> Event:
    """Take the tick off an item."""
    with recording(actor, "item.resumed", item, lock=[item.board]) as event:
        allow(actor, "edit", item)
        still_on_card(item)
        item.completed_at = None
        event.detail = {"name": item.text, "card": item.card.title}
    return event


def delete_item(actor: Actor, item: Item) -> Event:
    """Take an item off its checklist."""
    with recording(actor, "item.deleted", item, lock=[item.board]) as event:
        allow(actor, "edit", item)
        _mark_deleted(actor, item)
        event.detail = {"name": item.text, "card": item.card.title}
    return event


def _mark_deleted(actor: Actor, thing: Checklist | Item) -> None:
    if thing.deleted_at is None:
        thing.deleted_at, thing.deleted_by_id = now(), actor.id


def _count(model: type[Checklist | Item], condition: Any) -> int:
    query = sa.select(sa.func.count()).select_from(model).where(condition, model.deleted_at.is_(None))
    return db.session.scalar(query) or 0
