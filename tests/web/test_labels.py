"""Labels: a board's own, and on a card."""

import pytest
import sqlalchemy as sa

from kanban.actions.cards import NewCard, create_cards
from kanban.actions.labels import create_label, delete_label, label_card
from kanban.models import Actor, Board, Card, CardLabel, Label, List
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import Events, one


def on(card: Card) -> list[str]:
    query = sa.select(Label.name).join(CardLabel, CardLabel.label_id == Label.id).where(CardLabel.card_id == card.id)
    return sorted(db.session.scalars(query))


def test_a_board_lists_its_labels_and_how_often_they_are_used(
    as_ada: Browser, ada: Actor, launch: Board, report: Card, bug: Label
) -> None:
    label_card(ada, report, bug)
    page = as_ada.get(f"/boards/{launch.id}/labels").text
    assert "bug" in page
    assert "on 1 card" in page
    assert "on no card" in page


def test_a_label_is_made_and_one_lands_on_it(as_ada: Browser, launch: Board, events: Events) -> None:
    answer = as_ada.plain("POST", f"/boards/{launch.id}/labels", name="urgent", color="pink")
    assert answer.location == f"/boards/{launch.id}/labels#label_{one(Label, name='urgent').id}"
    assert as_ada.htmx("POST", f"/boards/{launch.id}/labels", name="", color="slate").status_code == 200
    assert events.actions == ["label.created", "label.created"]


def test_a_label_made_for_a_card_is_on_it_at_once_and_goes_with_one_undo(
    as_ada: Browser, ada: Actor, launch: Board, report: Card, events: Events
) -> None:
    made = {"name": "urgent", "color": "pink", "card_id": report.id, "once": "0123456789ab"}
    assert as_ada.plain("POST", f"/boards/{launch.id}/labels", **made).location == f"/cards/{report.id}"
    assert on(report) == ["urgent"]
    again = as_ada.htmx("POST", f"/boards/{launch.id}/labels", on=f"/cards/{report.id}", **made)
    assert again.status_code == 200
    assert on(report) == ["urgent"]
    as_ada.plain("POST", f"/boards/{launch.id}/reversals")
    assert on(report) == []
    assert one(Label, name="urgent").deleted_at is not None


def test_a_label_is_made_for_no_card_of_another_board(as_ada: Browser, ada: Actor, launch: Board, beds: List) -> None:
    elsewhere = create_cards(ada, beds, [NewCard("Water the beds")]).subject_id
    answer = as_ada.plain("POST", f"/boards/{launch.id}/labels", name="x", color="pink", card_id=elsewhere)
    assert answer.status_code == 404
    assert db.session.scalar(sa.select(Label.id).where(Label.name == "x")) is None


@pytest.mark.parametrize(
    ("name", "color", "field"), [("x" * 65, "pink", "name"), ("kept", "#f00", "color"), ("kept", "", "color")]
)
def test_a_bad_label_is_refused_and_kept(
    as_ada: Browser, launch: Board, bug: Label, events: Events, name: str, color: str, field: str
) -> None:
    answer = as_ada.plain("POST", f"/boards/{launch.id}/labels", name=name, color=color)
    assert answer.status_code == 422
    assert f'value="{name}"' in answer.text
    assert "field__error" in answer.text
    assert as_ada.htmx("POST", f"/boards/{launch.id}/labels", name=name, color=color).json["field"] == field
    if color:
        assert as_ada.plain("PATCH", f"/labels/{bug.id}", name=name, color=color).status_code == 422
    assert not events


def test_a_label_is_changed_everywhere_and_deleted(as_ada: Browser, launch: Board, bug: Label, report: Card) -> None:
    assert "It is on no card." in as_ada.get(f"/labels/{bug.id}/edit").text
    as_ada.plain("PUT", f"/cards/{report.id}/labels/{bug.id}")
    answer = as_ada.plain("PATCH", f"/labels/{bug.id}", name="defect", color="orange")
    assert answer.location == f"/boards/{launch.id}/labels#label_{bug.id}"
    assert "defect" in as_ada.get(f"/boards/{launch.id}").text
    drawn = as_ada.htmx("PATCH", f"/labels/{bug.id}", name="flaw").text
    assert f'hx-target="#card_{report.id}"' in drawn
    assert (bug.name, bug.color) == ("flaw", "orange")
    assert as_ada.plain("DELETE", f"/labels/{bug.id}").location == f"/boards/{launch.id}/labels"
    assert as_ada.get(f"/labels/{bug.id}/edit").status_code == 404


def test_labels_of_a_card_are_set_at_once(
    as_ada: Browser, report: Card, bug: Label, feature: Label, events: Events
) -> None:
    as_ada.plain("PUT", f"/cards/{report.id}/labels", label_ids=[bug.id, feature.id])
    assert on(report) == ["bug", "feature"]
    page = as_ada.get(f"/cards/{report.id}/labels").text
    assert f'name="label_ids" value="{bug.id}" checked' in page
    as_ada.plain("PUT", f"/cards/{report.id}/labels", label_ids=feature.id)
    assert on(report) == ["feature"]
    as_ada.plain("PUT", f"/cards/{report.id}/labels")
    assert on(report) == []
    assert len(events) == 3


def test_one_label_is_put_on_and_taken_off(as_ada: Browser, report: Card, bug: Label, events: Events) -> None:
    drawn = as_ada.htmx("PUT", f"/cards/{report.id}/labels/{bug.id}", on=f"/cards/{report.id}").text
    assert f'hx-target="#card_{report.id}" hx-swap="outerMorph"' in drawn
    assert on(report) == ["bug"]
    assert as_ada.plain("DELETE", f"/cards/{report.id}/labels/{bug.id}").location == f"/cards/{report.id}"
    assert on(report) == []
    as_ada.htmx("DELETE", f"/cards/{report.id}/labels/{bug.id}")
    assert len(events) == 2


def test_a_label_of_another_board_is_not_there(
    as_ada: Browser, ada: Actor, report: Card, bug: Label, garden: Board, events: Events
) -> None:
    create_label(ada, garden, name="roses", color="pink")
    roses = one(Label, name="roses")
    before = len(events)
    for label_id in (roses.id, 999_999):
        assert as_ada.plain("PUT", f"/cards/{report.id}/labels/{label_id}").status_code == 404
        assert as_ada.plain("PUT", f"/cards/{report.id}/labels", label_ids=[bug.id, label_id]).status_code == 404
    assert len(events) == before


@pytest.mark.parametrize("ids", ["x", "-1", "0", "99999999999999999999", "١"])
def test_what_is_no_id_is_refused(as_ada: Browser, report: Card, events: Events, ids: str) -> None:
    answer = as_ada.plain("PUT", f"/cards/{report.id}/labels", label_ids=ids)
    assert answer.status_code == 422
    assert "Choose from the values on offer." in answer.text
    assert not events


def test_a_label_deleted_meanwhile_is_said(
    as_ada: Browser, ada: Actor, report: Card, bug: Label, feature: Label
) -> None:
    delete_label(ada, bug)
    answer = as_ada.plain("PUT", f"/cards/{report.id}/labels", label_ids=[bug.id, feature.id])
    assert answer.status_code == 409
    assert "This label has been deleted in the meantime." in answer.text


def test_whoever_may_only_look_sees_labels_without_buttons(as_edgar: Browser, launch: Board, bug: Label) -> None:
    page = as_edgar.get(f"/boards/{launch.id}/labels").text
    assert "bug" in page
    assert f"/labels/{bug.id}" not in page
    assert as_edgar.plain("POST", f"/boards/{launch.id}/labels", color="pink").status_code == 403
    assert as_edgar.plain("PATCH", f"/labels/{bug.id}", name="x").status_code == 403
