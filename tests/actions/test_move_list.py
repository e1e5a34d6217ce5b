"""Lists, checklists and items: their order, and what is changed of a list at once."""

import pytest
import sqlalchemy as sa

from kanban.actions.checklists import create_checklist, create_items
from kanban.actions.events import undo
from kanban.actions.lists import create_lists, edit_list
from kanban.actions.positions import move_checklist, move_item, move_list
from kanban.models import Actor, Board, Card, Checklist, Item, List
from kanban.support.db import db
from kanban.support.errors import Conflict
from tests.world import Events, one, order


@pytest.fixture
def steps(ada: Actor, report: Card) -> Checklist:
    create_checklist(ada, report, "Steps")
    found: Checklist = one(Checklist)
    create_items(ada, found, ["One", "Two", "Three"])
    return found


def test_a_list_goes_before_another_or_last(ada: Actor, launch: Board, todo: List, doing: List, done: List) -> None:
    event = move_list(ada, done, before=doing)
    assert order(launch) == ["To do", "Done", "Doing"]
    assert event.detail == {"name": "Done"}
    (change,) = event.changes
    assert list(change["after"]) == ["rank"]
    move_list(ada, todo)
    assert order(launch) == ["Done", "Doing", "To do"]


def test_a_list_stays_on_its_board(ada: Actor, todo: List, beds: List) -> None:
    with pytest.raises(Conflict):
        move_list(ada, todo, before=beds)


@pytest.mark.parametrize("before", ["itself", "the next"])
def test_where_a_list_stands_already_is_no_move(
    ada: Actor, todo: List, doing: List, events: Events, before: str
) -> None:
    assert move_list(ada, todo, before=todo if before == "itself" else doing).id is None
    assert not events


def test_an_item_goes_before_another_also_of_another_checklist(ada: Actor, report: Card, steps: Checklist) -> None:
    create_checklist(ada, report, "More")
    more = one(Checklist, title="More")
    move_item(ada, one(Item, text="Three"), to=steps, before=one(Item, text="One"))
    assert _items(steps) == ["Three", "One", "Two"]
    event = move_item(ada, one(Item, text="One"), to=more)
    assert (_items(steps), _items(more)) == (["Three", "Two"], ["One"])
    assert event.detail == {"name": "One", "card": "Write the report", "to": "More"}
    assert move_item(ada, one(Item, text="One"), to=more, before=one(Item, text="One")).id is None


def test_an_item_stays_on_its_card(ada: Actor, hall: Card, steps: Checklist) -> None:
    create_checklist(ada, hall, "There")
    with pytest.raises(Conflict) as refused:
        move_item(ada, one(Item, text="One"), to=one(Checklist, title="There"))
    assert refused.value.field == "checklist_id"


def test_an_items_neighbour_must_be_in_that_checklist(ada: Actor, report: Card, steps: Checklist) -> None:
    create_checklist(ada, report, "More")
    with pytest.raises(Conflict) as refused:
        move_item(ada, one(Item, text="One"), to=one(Checklist, title="More"), before=one(Item, text="Two"))
    assert refused.value.field == "before_id"


def test_a_checklist_stays_on_its_card_too(ada: Actor, hall: Card, steps: Checklist) -> None:
    create_checklist(ada, hall, "There")
    with pytest.raises(Conflict) as refused:
        move_checklist(ada, steps, before=one(Checklist, title="There"))
    assert refused.value.field == "before_id"
    assert move_checklist(ada, steps, before=steps).id is None


def test_new_lists_stand_where_they_are_wanted(ada: Actor, launch: Board, doing: List) -> None:
    event = create_lists(ada, launch, ["  a \t list", "b"], before=doing)
    assert order(launch) == ["To do", "a list", "b", "Doing", "Done"]
    assert event.detail == {"name": "a list", "count": 2}
    assert event.subject_id == one(List, name="a list").id


def test_a_name_and_a_limit_at_once_are_one_event_and_one_undo(ada: Actor, todo: List, events: Events) -> None:
    event = edit_list(ada, todo, name=" Soon ", limit=5)
    assert (todo.name, todo.wip_limit) == ("Soon", 5)
    assert event.detail == {"before": "To do", "name": "Soon"}
    assert events.actions == ["list.renamed", "list.limited"]
    undo(ada, event)
    assert (todo.name, todo.wip_limit) == ("To do", None)


def _items(checklist: Checklist) -> list[str]:
    query = sa.select(Item.text).where(Item.checklist_id == checklist.id).order_by(Item.rank)
    return list(db.session.scalars(query))
