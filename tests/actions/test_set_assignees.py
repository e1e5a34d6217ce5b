"""Who and what is on a card: sets, and who can be in them."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from kanban.actions.assignments import assign_card, set_assignees, unassign_card
from kanban.actions.boards import edit_board
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.labels import create_label, edit_label, label_card, set_labels
from kanban.models import Actor, Assignment, Board, Card, CardLabel, Label, List
from kanban.support.db import db
from kanban.support.errors import Conflict
from tests.world import Events, one


def test_a_set_is_made_by_as_few_changes_as_it_takes(ada: Actor, grace: Actor, edgar: Actor, report: Card) -> None:
    set_assignees(ada, report, [ada.user, grace.user])
    event = set_assignees(ada, report, [grace.user, edgar.user, edgar.user])
    assert event.detail == {"name": "Write the report", "added": ["Edgar Codd"], "removed": ["Ada Lovelace"]}
    assert len(event.changes) == 2
    assert _on(Assignment.user_id, report) == {grace.id, edgar.id}
    assert unassign_card(ada, report, ada.user).id is None


def test_nobody_is_put_on_a_card_who_cannot_see_it(ada: Actor, eve: Actor, report: Card, events: Events) -> None:
    with pytest.raises(Conflict, match="Eve Outside") as refused:
        assign_card(ada, report, eve.user)
    assert refused.value.field == "assignees"
    assert not events


def test_whoever_sees_it_through_the_workspace_can_be_put_on_it(
    ada: Actor, grace: Actor, garden: Board, beds: List
) -> None:
    create_cards(ada, beds, [NewCard("Dig")])
    with pytest.raises(Conflict):
        assign_card(ada, one(Card, title="Dig"), grace.user)
    edit_board(ada, garden, visibility="workspace")
    assert assign_card(ada, one(Card, title="Dig"), grace.user).id is not None


def test_labels_are_a_set_too(ada: Actor, report: Card, bug: Label, feature: Label) -> None:
    label_card(ada, report, bug)
    event = set_labels(ada, report, [feature])
    assert event.detail == {"name": "Write the report", "added": ["feature"], "removed": ["bug"]}
    assert _on(CardLabel.label_id, report) == {feature.id}


def test_a_label_of_another_board_is_none_of_the_cards(ada: Actor, report: Card, garden: Board) -> None:
    create_label(ada, garden, name="tulips", color="pink")
    with pytest.raises(Conflict):
        label_card(ada, report, one(Label, name="tulips"))
    assert not _on(CardLabel.label_id, report)


def test_a_label_without_a_name_is_called_by_its_colour(ada: Actor, report: Card, bug: Label) -> None:
    edit_label(ada, bug, name="", color="red")
    assert label_card(ada, report, bug).detail["added"] == ["red"]
    assert edit_label(ada, bug, name="bug", color="pink").detail == {"before": "red", "name": "bug", "color": "pink"}


def _on(column: InstrumentedAttribute[int], card: Card) -> set[int]:
    return set(db.session.scalars(sa.select(column).where(column.class_.card_id == card.id)))
