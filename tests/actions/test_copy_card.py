"""Copies: as much of a card as one wants, on its own board or another."""

from collections.abc import Collection

import pytest
import sqlalchemy as sa

from kanban.actions.assignments import set_assignees
from kanban.actions.boards import archive_board
from kanban.actions.copies import copy_card
from kanban.actions.dates import schedule_card
from kanban.actions.labels import delete_label
from kanban.actions.lists import limit_list
from kanban.actions.members import add_board_member
from kanban.actions.room import WipLimitReached
from kanban.models import Actor, Assignment, Attachment, Board, Card, CardLabel, Checklist, Comment, Item, Label, List
from kanban.support.db import db
from kanban.support.errors import Forbidden, NotFound
from tests.actions.deeds import DUE, build_furnished_world
from tests.world import lay_out, one, order

_PARTS = {
    "labels": CardLabel,
    "people": Assignment,
    "checklists": Checklist,
    "attachments": Attachment,
    "comments": Comment,
}


@pytest.fixture
def world(app: object) -> None:
    lay_out(build_furnished_world)


def _on(card: Card, model: type) -> int:
    count = sa.select(sa.func.count()).select_from(model).where(model.card_id == card.id)  # type: ignore[attr-defined]
    return db.session.scalar(count) or 0


@pytest.mark.parametrize("keep", [(), ("labels",), ("people", "comments"), tuple(_PARTS)])
def test_what_is_kept_is_there_and_nothing_else(ada: Actor, report: Card, doing: List, keep: Collection[str]) -> None:
    event = copy_card(ada, report, to=doing, title="Copy", keep=keep)
    copy = one(Card, title="Copy")
    assert (event.subject_id, event.detail) == (copy.id, {"name": "Copy", "list": "Doing"})
    for part, model in _PARTS.items():
        assert _on(copy, model) == (_on(report, model) if part in keep else 0), part
    assert (copy.description, copy.list_id, copy.number) == ("- [ ] box", doing.id, 8)


def test_its_items_are_open_again_and_the_copy_is_not_done(ada: Actor, poster: Card, report: Card, doing: List) -> None:
    copy_card(ada, report, to=doing, title="Copy")
    items = db.session.scalars(sa.select(Item).where(Item.card_id == one(Card, title="Copy").id)).all()
    assert [(item.text, item.completed_at) for item in items] == [("One", None), ("Two", None)]
    copy_card(ada, poster, to=doing, title="Copy of the poster")
    assert one(Card, title="Copy of the poster").completed_at is None


def test_without_a_title_it_has_the_same_and_its_dates(ada: Actor, report: Card, poster: Card, doing: List) -> None:
    schedule_card(ada, report, due_at=DUE, due_has_time=False)
    copy_card(ada, report, to=doing, before=poster)
    assert order(doing) == ["Write the report", "Draw the poster"]
    copy = one(Card, title="Write the report", list_id=doing.id)
    assert (copy.due_at, copy.due_has_time) == (DUE, False)


def test_a_full_list_takes_none(ada: Actor, report: Card, doing: List) -> None:
    limit_list(ada, doing, 1)
    with pytest.raises(WipLimitReached):
        copy_card(ada, report, to=doing)
    assert copy_card(ada, report, to=doing, insist=True).id is not None


def test_on_another_board_labels_are_that_boards_and_people_those_who_see_it(
    ada: Actor, grace: Actor, report: Card, bug: Label, garden: Board, beds: List
) -> None:
    copy_card(ada, report, to=beds, title="Copy")
    copy_card(ada, report, to=beds, title="Second")
    (label,) = db.session.scalars(sa.select(Label).where(Label.board_id == garden.id))
    assert (label.name, label.color) == ("bug", "red")
    copy = one(Card, title="Copy")
    assert one(CardLabel, card_id=copy.id).board_id == garden.id
    assert one(Assignment, card_id=copy.id).user_id == ada.id
    add_board_member(ada, garden, grace.user, "observer")
    with pytest.raises(Forbidden):
        copy_card(grace, report, to=beds)


def test_somebody_who_cannot_see_the_other_board_is_not_put_on_the_copy(
    ada: Actor, edgar: Actor, report: Card, beds: List
) -> None:
    set_assignees(ada, report, [edgar.user])
    copy_card(ada, report, to=beds, title="Copy")
    assert _on(one(Card, title="Copy"), Assignment) == 0


def test_a_deleted_label_is_not_copied(ada: Actor, report: Card, bug: Label, doing: List) -> None:
    delete_label(ada, bug)
    copy_card(ada, report, to=doing, title="Copy")
    assert _on(one(Card, title="Copy"), CardLabel) == 0


def test_what_one_may_read_one_may_copy_elsewhere(
    edgar: Actor, ada: Actor, report: Card, garden: Board, beds: List
) -> None:
    add_board_member(ada, garden, edgar.user)
    archive_board(ada, report.board)
    assert copy_card(edgar, report, to=beds).board_id == garden.id


def test_what_one_may_not_read_one_may_not_copy(
    eve: Actor, ada: Actor, report: Card, garden: Board, beds: List
) -> None:
    add_board_member(ada, garden, eve.user)
    with pytest.raises(NotFound):
        copy_card(eve, report, to=beds)
