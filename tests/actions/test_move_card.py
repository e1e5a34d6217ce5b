"""Moving a card: what changes, who may, what is written down."""

from kanban.actions.positions import move_card


def test_it_writes_down_where_the_card_came_from(ada, report, todo, doing):
    event = move_card(ada, report, to=doing)
    assert event.action == "card.moved"
    assert event.change(report, "list_id") == (todo.id, doing.id)
