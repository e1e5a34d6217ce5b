"""Checklists and their items."""

import pytest
import sqlalchemy as sa

from kanban.actions.checklists import create_checklist, create_items
from kanban.models import Actor, Card, Checklist, Item
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import Events, one


@pytest.fixture
def steps(ada: Actor, report: Card) -> Checklist:
    create_checklist(ada, report, "Steps")
    found: Checklist = one(Checklist, title="Steps")
    create_items(ada, found, ["One", "Two"])
    return found


def items(of: Checklist) -> list[str]:
    query = sa.select(Item.text).where(Item.checklist_id == of.id, Item.deleted_at.is_(None)).order_by(Item.rank)
    return list(db.session.scalars(query))


def test_a_checklist_is_added_renamed_and_deleted(as_ada: Browser, report: Card, events: Events) -> None:
    assert as_ada.get(f"/cards/{report.id}/checklists/new").status_code == 200
    answer = as_ada.plain("POST", f"/cards/{report.id}/checklists", title="Steps")
    steps = one(Checklist, title="Steps")
    assert answer.location == f"/cards/{report.id}#checklist_{steps.id}"
    assert as_ada.get(f"/checklists/{steps.id}/edit").status_code == 200
    as_ada.plain("PATCH", f"/checklists/{steps.id}", title="Ways")
    assert steps.title == "Ways"
    assert as_ada.plain("DELETE", f"/checklists/{steps.id}").location == f"/cards/{report.id}"
    assert events.actions == ["checklist.created", "checklist.renamed", "checklist.deleted"]


def test_a_script_sees_it_on_the_open_card(as_ada: Browser, report: Card) -> None:
    drawn = as_ada.htmx("POST", f"/cards/{report.id}/checklists", title="Steps", on=f"/cards/{report.id}").text
    assert f"card_{report.id}_checklists" in drawn
    assert "Steps" in drawn


@pytest.mark.parametrize("title", ["", " ", "x" * 513])
def test_a_bad_title_is_refused_and_kept(
    as_ada: Browser, report: Card, steps: Checklist, events: Events, title: str
) -> None:
    for method, path in (("POST", f"/cards/{report.id}/checklists"), ("PATCH", f"/checklists/{steps.id}")):
        answer = as_ada.plain(method, path, title=title)
        assert answer.status_code == 422
        assert f'value="{title}"' in answer.text
        assert as_ada.htmx(method, path, title=title).json["field"] == "title"
    assert not events


def test_lines_become_items_in_one_event(as_ada: Browser, report: Card, steps: Checklist, events: Events) -> None:
    assert as_ada.get(f"/checklists/{steps.id}/items/new").status_code == 200
    answer = as_ada.plain("POST", f"/checklists/{steps.id}/items", texts="- [ ] Three\n\n* Four")
    assert answer.location == f"/cards/{report.id}#checklist_{steps.id}"
    assert items(steps) == ["One", "Two", "Three", "Four"]
    assert len(events) == 1
    as_ada.plain("POST", f"/events/{events[0].id}/reversal")
    assert items(steps) == ["One", "Two"]


def test_an_item_is_changed_and_deleted(as_ada: Browser, report: Card, steps: Checklist) -> None:
    item = one(Item, text="One")
    assert as_ada.get(f"/items/{item.id}/edit").status_code == 200
    assert as_ada.plain("PATCH", f"/items/{item.id}", text="Eins").location == f"/cards/{report.id}#item_{item.id}"
    assert items(steps) == ["Eins", "Two"]
    as_ada.htmx("DELETE", f"/items/{item.id}", on=f"/cards/{report.id}")
    assert items(steps) == ["Two"]
    assert as_ada.plain("PATCH", f"/items/{item.id}", text="Too late").status_code == 404
    other = one(Item, text="Two")
    answer = as_ada.plain("DELETE", f"/items/{other.id}")
    assert answer.location == f"/cards/{report.id}#checklist_{steps.id}"


@pytest.mark.parametrize("text", ["", "\n\n", "x" * 1025])
def test_a_bad_item_is_refused_and_kept(as_ada: Browser, steps: Checklist, events: Events, text: str) -> None:
    item = one(Item, text="One")
    for method, path, field in (
        ("POST", f"/checklists/{steps.id}/items", "texts"),
        ("PATCH", f"/items/{item.id}", "text"),
    ):
        answer = as_ada.plain(method, path, **{field: text})
        assert answer.status_code == 422
        assert text.strip() in answer.text
        assert f'id="{field}_error"' in answer.text
        assert as_ada.htmx(method, path, **{field: text}).json["field"] == field
    assert not events


def test_whoever_may_only_look_changes_nothing(
    as_edgar: Browser, report: Card, steps: Checklist, events: Events
) -> None:
    item = one(Item, text="One")
    assert as_edgar.plain("POST", f"/cards/{report.id}/checklists", title="x").status_code == 403
    assert as_edgar.plain("POST", f"/checklists/{steps.id}/items", texts="x").status_code == 403
    assert as_edgar.plain("PATCH", f"/items/{item.id}", text="x").status_code == 403
    assert as_edgar.plain("PUT", f"/items/{item.id}/completion").status_code == 403
    assert not events
