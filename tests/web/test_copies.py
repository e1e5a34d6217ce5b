"""Copies of a card: /cards/<id>/copies."""

from kanban.actions.labels import label_card
from kanban.actions.lists import limit_list
from kanban.models import Actor, Board, Card, CardLabel, Label, List
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import Events, one, order


def test_the_page_offers_lists_and_what_comes_along(as_ada: Browser, report: Card, garden: Board) -> None:
    page = as_ada.get(f"/cards/{report.id}/copies/new").text
    assert 'value="Write the report"' in page
    assert "To do · 3 cards" in page
    elsewhere = as_ada.get(f"/cards/{report.id}/copies/new?board={garden.id}").text
    assert "Beds · 0 cards" in elsewhere


def test_a_copy_takes_along_what_was_ticked(
    as_ada: Browser, ada: Actor, report: Card, bug: Label, doing: List, events: Events
) -> None:
    label_card(ada, report, bug)
    answer = as_ada.plain(
        "POST", f"/cards/{report.id}/copies", title="Report again", list_id=doing.id, keep=["labels", "comments"]
    )
    copy = one(Card, title="Report again")
    assert answer.location == f"/boards/{doing.board_id}#card_{copy.id}"
    assert db.session.get(CardLabel, (copy.id, bug.id)) is not None
    as_ada.htmx("POST", f"/cards/{report.id}/copies", title="Bare", list_id=doing.id)
    assert db.session.get(CardLabel, (one(Card, title="Bare").id, bug.id)) is None
    assert events.actions == ["card.labelled", "card.copied", "card.copied"]


def test_a_copy_goes_to_another_board(as_ada: Browser, report: Card, beds: List) -> None:
    answer = as_ada.plain("POST", f"/cards/{report.id}/copies", title="Report", list_id=beds.id)
    assert answer.location.startswith(f"/boards/{beds.board_id}#card_")
    assert order(beds) == ["Report"]


def test_refusals_keep_what_was_typed(as_ada: Browser, ada: Actor, report: Card, doing: List, events: Events) -> None:
    limit_list(ada, doing, 1)
    full = as_ada.plain("POST", f"/cards/{report.id}/copies", title="Report again", list_id=doing.id, keep="people")
    assert full.status_code == 409
    assert 'value="Report again"' in full.text
    assert 'name="keep" value="people" checked' in full.text
    assert 'name="keep" value="labels" checked' not in full.text
    assert 'name="insist"' in full.text
    for fields in ({"title": "", "list_id": doing.id}, {"title": "Report"}, {"title": "Report", "list_id": "x"}):
        assert as_ada.plain("POST", f"/cards/{report.id}/copies", **fields).status_code in {409, 422}
    assert events.actions == ["list.limited"]


def test_whoever_may_only_look_cannot_copy_here(as_edgar: Browser, report: Card, doing: List, events: Events) -> None:
    answer = as_edgar.plain("POST", f"/cards/{report.id}/copies", title="Report", list_id=doing.id)
    assert answer.status_code == 403
    assert not events


def test_no_copy_goes_where_one_may_not_look(as_grace: Browser, report: Card, beds: List, events: Events) -> None:
    assert as_grace.plain("POST", f"/cards/{report.id}/copies", title="R", list_id=beds.id).status_code == 404
    assert as_grace.get(f"/cards/{report.id}/copies/new?board={beds.board_id}").status_code == 404
