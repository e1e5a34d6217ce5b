"""Places: /cards/<id>/position, and the same of checklists and items."""

import pytest
import sqlalchemy as sa

from kanban.actions.checklists import create_checklist, create_items
from kanban.actions.lists import limit_list
from kanban.models import Actor, Board, Card, Checklist, Item, List
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import Events, one, order


def test_the_plain_page_offers_boards_lists_and_places(as_ada: Browser, report: Card, garden: Board) -> None:
    page = as_ada.get(f"/cards/{report.id}/position").text
    for words in ("Move card", "Launch", "Garden", "Doing · 1 card", "Top", "Bottom"):
        assert words in page


def test_a_plain_form_moves_and_lands_on_the_card(as_ada: Browser, report: Card, poster: Card, doing: List) -> None:
    answer = as_ada.plain("PUT", f"/cards/{report.id}/position", list_id=doing.id, before_id=poster.id)
    assert answer.location == f"/boards/{doing.board_id}#card_{report.id}"
    assert order(doing) == ["Write the report", "Draw the poster"]


def test_a_script_gets_the_tile_or_only_the_counts(
    as_ada: Browser, report: Card, hall: Card, poster: Card, todo: List, doing: List
) -> None:
    drawn = as_ada.htmx("PUT", f"/cards/{report.id}/position", list_id=doing.id, after_id=poster.id).text
    assert f'id="card_{report.id}"' in drawn
    assert order(doing) == ["Draw the poster", "Write the report"]
    counts = as_ada.htmx("PUT", f"/cards/{hall.id}/position", list_id=doing.id, placed=1).text
    assert f'id="card_{hall.id}"' not in counts
    assert f'hx-target="#list_{todo.id}_count"' in counts


@pytest.mark.parametrize("side", ["before_id", "after_id"])
def test_a_card_beside_one_that_has_left_is_put_nowhere(
    as_ada: Browser, report: Card, poster: Card, done: List, events: Events, side: str
) -> None:
    refused = as_ada.htmx("PUT", f"/cards/{report.id}/position", list_id=done.id, **{side: poster.id})
    assert refused.status_code == 409
    assert "has been moved in the meantime" in refused.json["title"]
    assert not events


def test_a_full_list_asks_first(as_ada: Browser, ada: Actor, report: Card, doing: List) -> None:
    limit_list(ada, doing, 1)
    refused = as_ada.plain("PUT", f"/cards/{report.id}/position", list_id=doing.id)
    assert refused.status_code == 409
    assert "“Doing” is full (1 of 1)." in refused.text
    assert as_ada.plain("PUT", f"/cards/{report.id}/position", list_id=doing.id, insist=1).status_code == 303


def test_a_list_has_to_be_named(as_ada: Browser, report: Card, events: Events) -> None:
    answer = as_ada.plain("PUT", f"/cards/{report.id}/position")
    assert answer.status_code == 422
    assert "Choose a list first." in answer.text
    assert not events


@pytest.fixture
def steps(ada: Actor, report: Card) -> Checklist:
    create_checklist(ada, report, "Steps")
    found: Checklist = one(Checklist, title="Steps")
    create_items(ada, found, ["One", "Two", "Three"])
    return found


@pytest.fixture
def extras(ada: Actor, report: Card, steps: Checklist) -> Checklist:
    create_checklist(ada, report, "Extras")
    found: Checklist = one(Checklist, title="Extras")
    return found


def items(of: Checklist) -> list[str]:
    return list(db.session.scalars(sa.select(Item.text).where(Item.checklist_id == of.id).order_by(Item.rank)))


def test_an_item_moves_within_its_checklist(as_ada: Browser, report: Card, steps: Checklist) -> None:
    first, last = one(Item, text="One"), one(Item, text="Three")
    page = as_ada.get(f"/items/{last.id}/position").text
    assert f'<option value="{first.id}" selected>First</option>' in page
    assert "After “Two”" not in page
    answer = as_ada.plain("PUT", f"/items/{last.id}/position", checklist_id=steps.id, before_id=first.id)
    assert answer.location == f"/cards/{report.id}#item_{last.id}"
    assert items(steps) == ["Three", "One", "Two"]
    as_ada.htmx("PUT", f"/items/{last.id}/position", after_id=first.id)
    assert items(steps) == ["One", "Three", "Two"]


def test_an_item_moves_to_another_checklist_of_its_card(as_ada: Browser, steps: Checklist, extras: Checklist) -> None:
    item = one(Item, text="Two")
    assert "Position in Extras" in as_ada.get(f"/items/{item.id}/position?checklist={extras.id}").text
    assert as_ada.get(f"/items/{item.id}/position?checklist=999").status_code == 404
    as_ada.plain("PUT", f"/items/{item.id}/position", checklist_id=extras.id)
    assert (items(steps), items(extras)) == (["One", "Three"], ["Two"])


def test_an_item_that_a_script_has_put_in_place_is_not_drawn_again(
    as_ada: Browser, report: Card, steps: Checklist, extras: Checklist
) -> None:
    item = db.session.scalars(sa.select(Item).where(Item.checklist_id == steps.id).order_by(Item.rank)).first()
    assert item is not None
    section = f'hx-target="#card_{report.id}_checklists"'
    within = as_ada.htmx("PUT", f"/items/{item.id}/position", on=f"/cards/{report.id}", placed=1).text
    assert section not in within
    # In another checklist it changes what both count.
    across = {"checklist_id": extras.id, "placed": 1}
    assert section in as_ada.htmx("PUT", f"/items/{item.id}/position", on=f"/cards/{report.id}", **across).text


def test_an_item_stays_on_its_card(as_ada: Browser, ada: Actor, hall: Card, steps: Checklist, events: Events) -> None:
    create_checklist(ada, hall, "Elsewhere")
    item, elsewhere = one(Item, text="Two"), one(Checklist, title="Elsewhere")
    answer = as_ada.plain("PUT", f"/items/{item.id}/position", checklist_id=elsewhere.id)
    assert answer.status_code == 409
    assert items(steps) == ["One", "Two", "Three"]


def test_checklists_change_places(as_ada: Browser, report: Card, steps: Checklist, extras: Checklist) -> None:
    answer = as_ada.plain("PUT", f"/checklists/{extras.id}/position", before_id=steps.id)
    assert answer.location == f"/cards/{report.id}#checklist_{extras.id}"
    assert extras.rank < steps.rank
    as_ada.htmx("PUT", f"/checklists/{extras.id}/position", after_id=steps.id)
    assert extras.rank > steps.rank
