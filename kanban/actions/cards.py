"""Cards: made, named, described and coloured."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.repeats import earlier_event
from kanban.actions.room import WipLimitReached, room_for_cards
from kanban.actions.states import still_there
from kanban.eventlog import recording
from kanban.models import (
    Actor,
    Card,
    Checklist,
    Event,
    Item,
    List,
    Recorded,
    User,
    limits,
)
from kanban.models.labels import LABEL_COLORS
from kanban.models.ordering import ranks_before
from kanban.policies import allow
from kanban.support.db import db
from kanban.support.errors import Conflict
from kanban.support.markdown import marks_of_boxes
from kanban.support.ranks import ranks_between
from kanban.support.text import fingerprint, one_line


class TextMovedOn(Conflict):
    """Somebody has changed the text since the editor was opened: `extra` holds both."""

    code = "text_moved_on"

    def __init__(self, field: str, theirs: str, mine: str, writer: User | None = None) -> None:
        super().__init__(
            _(
                "%(who)s changed this text while you wrote. Look at both, then save again to keep yours.",
                who=writer.name,
            )
            if writer is not None
            else _("This text has changed since you opened it. Look at both, then save again to keep yours."),
            field=field,
            theirs=theirs,
            mine=mine,
            base=fingerprint(theirs),
        )


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card to be: its title, a description, and lines for a checklist."""

    title: str
    description: str = ""
    items: Sequence[str] = field(default_factory=tuple)


def create_cards(
    actor: Actor,
    to: List,
    cards: Sequence[NewCard],
    *,
    before: Card | None = None,
    insist: bool = False,
    once: str | None = None,
) -> Event:
    """Add cards to a list, in order, before another card or last. One event, one undo."""
    titles = [values.line(card.title, limits.TITLE, "titles") for card in cards] or [
        values.line("", limits.TITLE, "titles")
    ]
    values.few_enough(
        len(titles), limits.LINES_AT_ONCE, _("Add at most %(most)d at once.", most=limits.LINES_AT_ONCE), "titles"
    )
    with recording(actor, "card.created", lock=[to.board], fresh=[to, before]) as event:
        allow(actor, "edit", to)
        if earlier := earlier_event(actor, once):
            return earlier
        open_for(to, before)
        board = to.board
        room_for_cards(board.id, len(cards))
        if not insist and to.wip_limit is not None and to.card_count + len(cards) > to.wip_limit:
            raise WipLimitReached(to)
        made = []
        for new, title, rank in zip(cards, titles, ranks_before(Card, to.id, before, len(cards)), strict=True):
            board.last_number += 1
            card = Card(
                board_id=board.id,
                board=board,
                list_id=to.id,
                list=to,
                number=board.last_number,
                title=title,
                description=values.markdown(new.description, "titles"),
                rank=rank,
                created_by_id=actor.id,
            )
            db.session.add(card)
            made.append(card)
        db.session.flush()
        for new, card in zip(cards, made, strict=True):
            if new.items:
                _add_checklist(card, new.items)
        event.subject = made[0]
        event.once = once
        event.detail = {"name": titles[0], "count": len(made), "list": to.name}
    return event


def rename_card(actor: Actor, card: Card, title: str) -> Event:
    """Give a card another title."""
    with recording(actor, "card.renamed", card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        still_there(card)
        before = card.title
        card.title = values.line(title, limits.TITLE, "title")
        event.detail = {"before": before, "name": card.title}
    return event


def describe_card(actor: Actor, card: Card, description: str, *, base: str | None = None) -> Event:
    """Write a card's description; `base` is the fingerprint of the text it was made from.

    Raises TextMovedOn where the description is not that text any more.
    """
    with recording(actor, "card.described", card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        still_there(card)
        text = values.markdown(description, "description")
        moved_on(actor, card, "description", text, base)
        event.detail = {"name": card.title}
        card.description = text
    return event


def edit_card(actor: Actor, card: Card, *, title: str, description: str, base: str | None = None) -> Event:
    """Set a card's title and its description at once: one event, one undo. Raises TextMovedOn."""
    if one_line(title) == card.title:
        return describe_card(actor, card, description, base=base)
    with recording(actor, "card.renamed", card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        still_there(card)
        event.detail = {"before": card.title, "name": values.line(title, limits.TITLE, "title")}
        card.title = event.detail["name"]
        describe_card(actor, card, description, base=base)
    return event


def tick_box(actor: Actor, card: Card, number: int, *, ticked: bool) -> Event:
    """Tick the box with this number (from 0) in a card's description, or clear it."""
    with recording(actor, "card.described", card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        still_there(card)
        marks = marks_of_boxes(card.description)
        if not 0 <= number < len(marks):
            raise Conflict(_("The description has changed since: that box is not there any more."))
        mark, text = marks[number], card.description
        card.description = text[:mark] + ("x" if ticked else " ") + text[mark + 1 :]
        event.detail = {"name": card.title}
    return event


def cover_card(actor: Actor, card: Card, color: str | None) -> Event:
    """Give a card a coloured cover, or none."""
    with recording(actor, "card.covered", card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        still_there(card)
        card.cover_color = values.one_of(color, (*LABEL_COLORS, None), "color")
        event.detail = {"name": card.title}
    return event


def moved_on(actor: Actor, row: Recorded, column: str, mine: str, base: str | None) -> None:
    """Raise TextMovedOn where a text is neither what the editor began with nor what it now says."""
    current = getattr(row, column)
    if base and base != fingerprint(current) and current != mine:
        writer = _last_writer(row, column)
        raise TextMovedOn(column, current, mine, writer if writer is not None and writer.id != actor.id else None)


def open_for(to: List, before: Card | None) -> None:
    if not to.is_live:
        raise Conflict(
            _("“%(name)s” has been archived or deleted. Choose another list.", name=to.name), field="list_id"
        )
    if before is not None and before.list_id != to.id:
        raise Conflict(
            _("The card next to it has been moved in the meantime. Choose the place again."), field="before_id"
        )


def _last_writer(row: Recorded, column: str) -> User | None:
    """Who wrote what a column of a card or a comment says now, if one of its last changes tells."""
    query = sa.select(Event).where(Event.subject_kind == row.kind, Event.subject_id == row.key[0])
    for event in db.session.scalars(query.order_by(Event.id.desc()).limit(20)):
        if any(
            one["kind"] == row.kind and one["key"] == row.key and column in (one["after"] or {})
            for one in event.changes
        ):
            return event.actor
    return None


def _add_checklist(card: Card, texts: Sequence[str]) -> None:
    values.few_enough(
        len(texts), limits.ITEMS, _("A checklist holds at most %(most)d items.", most=limits.ITEMS), "titles"
    )
    checklist = Checklist(
        board_id=card.board_id, card_id=card.id, title=str(_("Checklist")), rank=ranks_between(None, None, 1)[0]
    )
    db.session.add(checklist)
    db.session.flush()
    for text, rank in zip(texts, ranks_between(None, None, len(texts)), strict=True):
        db.session.add(
            Item(
                board_id=card.board_id,
                card_id=card.id,
                checklist_id=checklist.id,
                text=values.line(text, limits.ITEM, "titles"),
                rank=rank,
            )
        )
