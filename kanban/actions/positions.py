"""Where things stand: cards in lists, lists on boards, items in checklists."""

from flask_babel import lazy_gettext as _

from kanban.actions.carrying import carry_over
from kanban.actions.room import WipLimitReached, room_for_cards
from kanban.actions.states import still_on_card, still_there
from kanban.eventlog import recording
from kanban.models import Actor, Card, Checklist, Event, Item, List
from kanban.models.ordering import rank_before
from kanban.policies import allow
from kanban.support.errors import Conflict


def move_card(actor: Actor, card: Card, *, to: List, before: Card | None = None, insist: bool = False) -> Event:
    """Put a card into a list: before another card, or last.

    `insist` lets it into a list whose limit is reached. A list on another board takes
    the card along with everything on it: it gets that board's next number and the
    board's labels of the same name and colour. Raises WipLimitReached, Conflict where
    the list or the neighbour has gone elsewhere in the meantime.
    """
    # Both lists are read again by one statement.
    fresh = [to, card.list, before]
    with recording(actor, "card.moved", card, scope=to.board, lock=[card.board, to.board], fresh=fresh) as event:
        allow(actor, "edit", card)
        allow(actor, "edit", to)
        still_there(card)
        if not to.is_live:
            raise Conflict(
                _("“%(name)s” has been archived or deleted. Choose another list.", name=to.name), field="list_id"
            )
        if before is not None and before.list_id != to.id:
            raise Conflict(
                _("The card next to it has been moved in the meantime. Choose the place again."), field="before_id"
            )
        if not insist and card.list_id != to.id and card.is_live and to.is_full:
            raise WipLimitReached(to)
        event.detail = {"name": card.title, "from": card.list.name, "to": to.name, "same_list": card.list_id == to.id}
        if card.board_id != to.board_id:
            if card.is_live:
                room_for_cards(to.board_id, 1)
            # Who sees one of the boards need not see the other: each log names its own alone.
            event.elsewhere = {"name": card.title, "from": card.list.name, "gone": True}
            event.detail = {"name": card.title, "to": to.name, "to_board": to.board.name}
            carry_over(card, to.board)
        # Only this card's rank changes: two people who move different cards must never
        # overwrite each other's row.
        if before is not card:
            card.rank = rank_before(Card, to.id, before, card)
        card.list_id = to.id
        card.list = to
    return event


def move_list(actor: Actor, thing: List, *, before: List | None = None) -> Event:
    """Put a list before another one of its board, or last."""
    with recording(actor, "list.moved", thing, lock=[thing.board], fresh=[before]) as event:
        allow(actor, "edit", thing)
        still_there(thing)
        event.detail = {"name": thing.name}
        if before is not thing:
            thing.rank = rank_before(List, thing.board_id, before, thing)
    return event


def move_checklist(actor: Actor, checklist: Checklist, *, before: Checklist | None = None) -> Event:
    """Put a checklist before another one of its card, or last."""
    with recording(actor, "checklist.moved", checklist, lock=[checklist.board], fresh=[before]) as event:
        allow(actor, "edit", checklist)
        still_on_card(checklist)
        if before is not None and before.card_id != checklist.card_id:
            raise Conflict(_("That checklist is on another card. Choose the place again."), field="before_id")
        event.detail = {"name": checklist.title, "card": checklist.card.title}
        if before is not checklist:
            checklist.rank = rank_before(Checklist, checklist.card_id, before, checklist)
    return event


def move_item(actor: Actor, item: Item, *, to: Checklist, before: Item | None = None) -> Event:
    """Put an item into a checklist of its card: before another item, or last."""
    with recording(actor, "item.moved", item, lock=[item.board], fresh=[to, before]) as event:
        allow(actor, "edit", item)
        still_on_card(item)
        if to.card_id != item.card_id or to.deleted_at is not None:
            raise Conflict(
                _("That checklist is not on this card any more. Choose the place again."), field="checklist_id"
            )
        if before is not None and before.checklist_id != to.id:
            raise Conflict(
                _("The item next to it has been moved in the meantime. Choose the place again."), field="before_id"
            )
        event.detail = {"name": item.text, "card": item.card.title, "to": to.title}
        if before is not item:
            item.rank = rank_before(Item, to.id, before, item)
        item.checklist_id = to.id
        item.checklist = to
    return event
