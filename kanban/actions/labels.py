"""Labels: a board's own, and on its cards."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.repeats import earlier_event
from kanban.actions.states import still_there
from kanban.eventlog import recording
from kanban.models import Actor, Board, Card, CardLabel, Event, Label, limits
from kanban.models.labels import LABEL_COLORS
from kanban.policies import allow
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Conflict


def create_label(actor: Actor, board: Board, *, name: str = "", color: str, once: str | None = None) -> Event:
    """Give a board one more label; the name may be empty."""
    with recording(actor, "label.created", lock=[board]) as event:
        allow(actor, "edit", board)
        if earlier := earlier_event(actor, once):
            return earlier
        count = db.session.scalar(
            sa.select(sa.func.count()).select_from(Label).where(Label.board_id == board.id, Label.deleted_at.is_(None))
        )
        values.few_enough(
            (count or 0) + 1,
            limits.LABELS,
            _("A board holds at most %(most)d labels. Delete one first.", most=limits.LABELS),
            "name",
        )
        label = Label(
            board_id=board.id,
            board=board,
            name=values.optional_line(name, limits.LABEL, "name"),
            color=values.one_of(color, LABEL_COLORS, "color"),
        )
        db.session.add(label)
        event.subject = label
        event.once = once
        event.detail = {"name": label.name, "color": label.color}
    return event


def edit_label(actor: Actor, label: Label, *, name: str, color: str) -> Event:
    """Rename and recolour a label, on every card that has it."""
    with recording(actor, "label.edited", label, lock=[label.board]) as event:
        allow(actor, "edit", label)
        _still_a_label(label)
        event.detail = {"before": label.name or label.color}
        label.name = values.optional_line(name, limits.LABEL, "name")
        label.color = values.one_of(color, LABEL_COLORS, "color")
        event.detail = {**event.detail, "name": label.name, "color": label.color}
    return event


def delete_label(actor: Actor, label: Label) -> Event:
    """Take a label off the board and all its cards; undo brings it back to them."""
    with recording(actor, "label.deleted", label, lock=[label.board]) as event:
        allow(actor, "edit", label)
        if label.deleted_at is None:
            label.deleted_at, label.deleted_by_id = now(), actor.id
        event.detail = {"name": label.name, "color": label.color}
    return event


def label_card(actor: Actor, card: Card, label: Label) -> Event:
    """Put a label on a card."""
    return _set(actor, card, add=[label])


def create_label_for(actor: Actor, card: Card, *, name: str = "", color: str, once: str | None = None) -> Event:
    """Give a card a label that its board does not have yet: one event, one undo."""
    with recording(actor, "card.labelled", card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        if earlier := earlier_event(actor, once):
            return earlier
        still_there(card)
        made = create_label(actor, card.board, name=name, color=color)
        label = db.session.get_one(Label, made.subject_id)
        db.session.add(CardLabel(card_id=card.id, label_id=label.id, board_id=card.board_id))
        event.once = once
        event.detail = {"name": card.title, "added": [label.name or label.color], "removed": []}
    return event


def unlabel_card(actor: Actor, card: Card, label: Label) -> Event:
    """Take a label off a card."""
    return _set(actor, card, remove=[label])


def set_labels(actor: Actor, card: Card, labels: Collection[Label]) -> Event:
    """Make these the labels of a card, and no others."""
    return _set(actor, card, exactly=labels)


def _set(
    actor: Actor,
    card: Card,
    *,
    add: Collection[Label] = (),
    remove: Collection[Label] = (),
    exactly: Collection[Label] | None = None,
) -> Event:
    with recording(actor, "card.labelled", card, lock=[card.board], fresh=[*add, *(exactly or ())]) as event:
        allow(actor, "edit", card)
        still_there(card)
        query = sa.select(CardLabel, Label).join(Label, Label.id == CardLabel.label_id)
        query = query.where(CardLabel.card_id == card.id, Label.deleted_at.is_(None))
        present = {label: link for link, label in db.session.execute(query).all()}
        if exactly is not None:
            add, remove = exactly, [label for label in present if label not in exactly]
        for label in add:
            _still_a_label(label)
        added = [label for label in dict.fromkeys(add) if label not in present]
        removed = [label for label in dict.fromkeys(remove) if label in present]
        for label in added:
            db.session.add(CardLabel(card_id=card.id, label_id=label.id, board_id=card.board_id))
        for label in removed:
            db.session.delete(present[label])
        event.detail = {
            "name": card.title,
            "added": [label.name or label.color for label in added],
            "removed": [label.name or label.color for label in removed],
        }
    return event


def _still_a_label(label: Label) -> None:
    if label.deleted_at is not None:
        raise Conflict(_("This label has been deleted in the meantime."), field="labels")
