"""New cards: one or many, with numbers, in order, with their checklists."""

import pytest
import sqlalchemy as sa

from kanban.actions.cards import NewCard, create_cards
from kanban.actions.events import undo
from kanban.actions.lists import limit_list
from kanban.actions.positions import move_card
from kanban.actions.room import WipLimitReached
from kanban.actions.states import archive_list, delete_card
from kanban.models import Actor, Board, Card, Checklist, Item, List
from kanban.support.db import db
from kanban.support.errors import Conflict
from tests.world import Events, one, order


def test_many_are_one_event_and_one_undo(ada: Actor, todo: List, launch: Board) -> None:
    event = create_cards(ada, todo, [NewCard("One", "Text.\r\n", ["a", "b"]), NewCard("Two")])
    assert event.detail == {"name": "One", "count": 2, "list": "To do"}
    assert event.subject_id == one(Card, title="One").id
    assert order(todo)[-2:] == ["One", "Two"]
    assert one(Card, title="One").description == "Text."
    assert [item.text for item in db.session.scalars(sa.select(Item).order_by(Item.rank))] == ["a", "b"]
    assert one(Checklist).card_id == one(Card, title="One").id
    undo(ada, event)
    assert order(todo) == ["Write the report", "Book the hall", "Print the flyers"]


def test_they_stand_before_the_card_that_is_named(ada: Actor, todo: List, hall: Card) -> None:
    create_cards(ada, todo, [NewCard("One"), NewCard("Two")], before=hall)
    assert order(todo) == ["Write the report", "One", "Two", "Book the hall", "Print the flyers"]


def test_numbers_go_on_and_are_never_given_again(ada: Actor, todo: List, launch: Board) -> None:
    create_cards(ada, todo, [NewCard("One")])
    assert one(Card, title="One").number == 6
    delete_card(ada, one(Card, title="One"))
    create_cards(ada, todo, [NewCard("Two")])
    assert (one(Card, title="Two").number, launch.last_number) == (7, 7)


def test_a_limit_counts_what_is_to_come(ada: Actor, todo: List, events: Events) -> None:
    limit_list(ada, todo, 4)
    with pytest.raises(WipLimitReached):
        create_cards(ada, todo, [NewCard("One"), NewCard("Two")])
    assert events.actions == ["list.limited"]
    create_cards(ada, todo, [NewCard("One")])
    create_cards(ada, todo, [NewCard("Two")], insist=True)
    assert len(order(todo)) == 5


def test_not_into_a_list_that_is_put_away(ada: Actor, todo: List) -> None:
    archive_list(ada, todo)
    with pytest.raises(Conflict) as refused:
        create_cards(ada, todo, [NewCard("One")])
    assert refused.value.field == "list_id"


def test_not_before_a_card_that_has_left(ada: Actor, todo: List, doing: List, hall: Card) -> None:
    move_card(ada, hall, to=doing)
    with pytest.raises(Conflict) as refused:
        create_cards(ada, todo, [NewCard("One")], before=hall)
    assert refused.value.field == "before_id"
