"""Emptying the bin: what goes, what stays, and that it never comes back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kanban.actions.cards import NewCard, create_cards
from kanban.actions.comments import create_comment
from kanban.actions.events import undo
from kanban.actions.housekeeping import purge_deleted
from kanban.actions.labels import delete_label, set_labels
from kanban.actions.positions import move_card
from kanban.actions.states import delete_card, delete_list, restore_card
from kanban.models import Actor, Card, Comment, Event, Label, List
from kanban.queries.integrity import problems
from kanban.support.clock import travel
from kanban.support.db import db
from kanban.support.errors import Refused
from tests.world import one


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_what_was_deleted_long_ago_goes_for_good(ada: Actor, report: Card, hall: Card) -> None:
    create_comment(ada, report, "A secret")
    event_id = delete_card(ada, report).id
    before = count(Card)
    assert purge_deleted(30) == 0
    with travel(timedelta(days=31)):
        assert purge_deleted(30) == 1
        assert purge_deleted(30) == 0
    assert count(Card) == before - 1
    assert count(Comment) == 0
    db.session.expire_all()
    assert db.session.get(Event, event_id) is None
    kept = " ".join(str(row.changes) + str(row.detail) for row in db.session.scalars(sa.select(Event)))
    assert "A secret" not in kept
    assert problems() == []


def test_a_restored_card_stays(ada: Actor, report: Card) -> None:
    delete_card(ada, report)
    restore_card(ada, report)
    with travel(timedelta(days=31)):
        assert purge_deleted(30) == 0


def test_a_list_takes_its_cards_along(ada: Actor, todo: List) -> None:
    delete_list(ada, todo)
    with travel(timedelta(days=31)):
        assert purge_deleted(30) == 1
    assert db.session.scalars(sa.select(Card.title).order_by(Card.id)).all() == ["Draw the poster", "Choose a date"]


def test_no_undo_brings_back_what_was_purged(ada: Actor, report: Card, doing: List) -> None:
    moved = move_card(ada, report, to=doing)
    delete_card(ada, report)
    id_ = moved.id
    with travel(timedelta(days=31)):
        purge_deleted(30)
    db.session.expire_all()
    left = db.session.get(Event, id_)
    if left is not None:
        with pytest.raises(Refused):
            undo(ada, left)
    assert db.session.scalar(sa.select(Card.id).where(Card.title == "Write the report")) is None


def test_the_others_of_one_paste_keep_their_history_and_their_undo(ada: Actor, doing: List) -> None:
    pasted = create_cards(ada, doing, [NewCard("First secret"), NewCard("Second"), NewCard("Third secret")])
    first, _second, third = (one(Card, title=title) for title in ("First secret", "Second", "Third secret"))
    delete_card(ada, first)
    delete_card(ada, third)
    id_ = pasted.id
    with travel(timedelta(days=31)):
        assert purge_deleted(30) == 2
    db.session.expire_all()
    left = db.session.get_one(Event, id_)
    assert [change["after"]["title"] for change in left.changes] == ["Second"]
    everything = " ".join(f"{row.changes} {row.detail}" for row in db.session.scalars(sa.select(Event)))
    assert "secret" not in everything
    undo(ada, left)
    assert one(Card, title="Second").deleted_at is not None
    assert problems() == []


def test_a_purged_label_leaves_the_cards_it_was_on(ada: Actor, report: Card, bug: Label, feature: Label) -> None:
    event_id = set_labels(ada, report, [bug, feature]).id
    delete_label(ada, bug)
    feature_id = feature.id
    with travel(timedelta(days=31)):
        assert purge_deleted(30) == 1
    db.session.expire_all()
    assert [change["key"][1] for change in db.session.get_one(Event, event_id).changes] == [feature_id]
