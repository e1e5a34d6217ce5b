"""Who is on a card, and who watches it."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.states import still_there
from kanban.eventlog import recording
from kanban.models import Actor, Assignment, Card, Event, User, Watch
from kanban.policies import allow, role_on
from kanban.support.db import db
from kanban.support.errors import Conflict


def assign_card(actor: Actor, card: Card, person: User) -> Event:
    """Put a person on a card. Only somebody who may see the board can be put on it."""
    return _set(actor, card, add=[person])


def unassign_card(actor: Actor, card: Card, person: User) -> Event:
    """Take a person off a card."""
    return _set(actor, card, remove=[person])


def set_assignees(actor: Actor, card: Card, people: Collection[User]) -> Event:
    """Make these the people on a card, and no others."""
    return _set(actor, card, exactly=people)


def watch_card(actor: Actor, card: Card, *, watching: bool = True) -> Event:
    """Have the actor hear of what happens on a card, or not any more."""
    # The board is locked so that the card cannot go to another one and leave the watch behind.
    with recording(actor, "card.watched", card, lock=[actor.user], beside=[card.board]) as event:
        allow(actor, "watch", card)
        still_there(card)
        watch = db.session.scalar(sa.select(Watch).where(Watch.card_id == card.id, Watch.user_id == actor.id))
        if watching and watch is None:
            db.session.add(Watch(user_id=actor.id, board_id=card.board_id, card_id=card.id))
        if not watching and watch is not None:
            db.session.delete(watch)
        event.detail = {"name": card.title, "watching": watching}
    return event


def _set(
    actor: Actor,
    card: Card,
    *,
    add: Collection[User] = (),
    remove: Collection[User] = (),
    exactly: Collection[User] | None = None,
) -> Event:
    with recording(actor, "card.assigned", card, lock=[card.board]) as event:
        allow(actor, "edit", card)
        still_there(card)
        query = sa.select(Assignment, User).join(User, User.id == Assignment.user_id)
        present = {user: link for link, user in db.session.execute(query.where(Assignment.card_id == card.id)).all()}
        if exactly is not None:
            add, remove = exactly, [user for user in present if user not in exactly]
        added = [user for user in dict.fromkeys(add) if user not in present]
        removed = [user for user in dict.fromkeys(remove) if user in present]
        for user in added:
            if role_on(Actor(user), card.board) is None:
                raise Conflict(
                    _("%(name)s cannot see this board. Add them to the board first.", name=user.name), field="assignees"
                )
            db.session.add(Assignment(card_id=card.id, user_id=user.id, board_id=card.board_id))
        for user in removed:
            db.session.delete(present[user])
        event.detail = {
            "name": card.title,
            "added": [user.name for user in added],
            "removed": [user.name for user in removed],
        }
    return event
