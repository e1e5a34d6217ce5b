"""Who is on a card, and who watches it."""

import pytest
import sqlalchemy as sa

from kanban.models import Actor, Assignment, Card, Watch
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import Events


def on(card: Card) -> set[int]:
    return set(db.session.scalars(sa.select(Assignment.user_id).where(Assignment.card_id == card.id)))


def test_people_are_set_at_once(as_ada: Browser, ada: Actor, grace: Actor, eve: Actor, report: Card) -> None:
    as_ada.plain("PUT", f"/cards/{report.id}/assignees", user_ids=[ada.id, grace.id])
    assert on(report) == {ada.id, grace.id}
    page = as_ada.get(f"/cards/{report.id}/assignees").text
    assert f'value="{grace.id}" checked' in page
    assert "Eve Outside" not in page
    as_ada.plain("PUT", f"/cards/{report.id}/assignees")
    assert on(report) == set()


def test_one_person_joins_and_leaves(as_grace: Browser, grace: Actor, report: Card, events: Events) -> None:
    drawn = as_grace.htmx("PUT", f"/cards/{report.id}/assignees/{grace.id}", on=f"/cards/{report.id}").text
    assert f'data-person="{grace.id}"' in drawn
    assert on(report) == {grace.id}
    assert as_grace.plain("DELETE", f"/cards/{report.id}/assignees/{grace.id}").location == f"/cards/{report.id}"
    assert on(report) == set()
    assert events.actions == ["card.assigned", "card.assigned"]


def test_an_outsider_cannot_be_told_from_nobody(
    as_ada: Browser, ada: Actor, eve: Actor, report: Card, events: Events
) -> None:
    for user_id in (eve.id, 999_999):
        assert as_ada.plain("PUT", f"/cards/{report.id}/assignees/{user_id}").status_code == 404
        assert as_ada.plain("DELETE", f"/cards/{report.id}/assignees/{user_id}").status_code == 404
        assert as_ada.plain("PUT", f"/cards/{report.id}/assignees", user_ids=[ada.id, user_id]).status_code == 404
    assert not events


@pytest.mark.parametrize("ids", ["x", "0", "99999999999999999999", "0" * 11 + "1" + "9" * 30, "9" * 5_000])
def test_what_is_no_id_is_refused(as_ada: Browser, report: Card, events: Events, ids: str) -> None:
    assert as_ada.plain("PUT", f"/cards/{report.id}/assignees", user_ids=ids).status_code == 422
    assert as_ada.htmx("PUT", f"/cards/{report.id}/assignees", user_ids=ids).json["field"] == "user_ids"
    assert not events


def test_watching_is_everybodys_own(as_edgar: Browser, edgar: Actor, report: Card) -> None:
    def watches() -> bool:
        return db.session.scalar(sa.select(Watch.id).where(Watch.user_id == edgar.id)) is not None

    drawn = as_edgar.htmx("PUT", f"/cards/{report.id}/watch", on=f"/cards/{report.id}").text
    assert "Watching" in drawn
    assert watches()
    assert as_edgar.plain("DELETE", f"/cards/{report.id}/watch").location == f"/cards/{report.id}"
    assert not watches()


def test_whoever_may_only_look_assigns_nobody(as_edgar: Browser, edgar: Actor, report: Card, events: Events) -> None:
    assert as_edgar.get(f"/cards/{report.id}/assignees").status_code == 403
    assert as_edgar.plain("PUT", f"/cards/{report.id}/assignees/{edgar.id}").status_code == 403
    assert not events
