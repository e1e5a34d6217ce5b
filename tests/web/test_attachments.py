"""Links on a card."""

import pytest

from kanban.actions.attachments import attach_link
from kanban.models import Actor, Attachment, Card
from tests.web.conftest import Browser
from tests.world import Events, one


@pytest.fixture
def paper(ada: Actor, report: Card) -> Attachment:
    attach_link(ada, report, "https://example.org/paper", title="Paper")
    found: Attachment = one(Attachment, title="Paper")
    return found


def test_a_link_is_attached_renamed_and_deleted(as_ada: Browser, report: Card, events: Events) -> None:
    assert as_ada.get(f"/cards/{report.id}/attachments/new").status_code == 200
    answer = as_ada.plain("POST", f"/cards/{report.id}/attachments", url="https://example.org/a/b/")
    link = one(Attachment, title="example.org/a/b")
    assert answer.location == f"/cards/{report.id}#attachment_{link.id}"
    assert as_ada.get(f"/attachments/{link.id}/edit").status_code == 200
    as_ada.plain("PATCH", f"/attachments/{link.id}", title="The map")
    assert link.title == "The map"
    assert as_ada.plain("DELETE", f"/attachments/{link.id}").location == f"/cards/{report.id}"
    assert events.actions == ["attachment.created", "attachment.edited", "attachment.deleted"]


def test_a_script_sees_it_on_the_open_card(as_ada: Browser, report: Card) -> None:
    drawn = as_ada.htmx(
        "POST", f"/cards/{report.id}/attachments", url="https://example.org/", title="Home", on=f"/cards/{report.id}"
    ).text
    assert f"card_{report.id}_attachments" in drawn
    assert "Home" in drawn


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "javascript:alert(1)",
        "ftp://example.org",
        "https://",
        "http://[::1",
        "https://e.org/" + "x" * 2048,
    ],
)
def test_what_is_no_web_address_is_refused_and_kept(as_ada: Browser, report: Card, events: Events, url: str) -> None:
    answer = as_ada.plain("POST", f"/cards/{report.id}/attachments", url=url, title="Kept words")
    assert answer.status_code == 422
    assert f'value="{url}"' in answer.text
    assert 'value="Kept words"' in answer.text
    assert 'id="url_error"' in answer.text
    assert as_ada.htmx("POST", f"/cards/{report.id}/attachments", url=url).json["field"] == "url"
    assert not events


@pytest.mark.parametrize("title", ["", "x" * 513])
def test_a_bad_name_is_refused(as_ada: Browser, paper: Attachment, events: Events, title: str) -> None:
    answer = as_ada.plain("PATCH", f"/attachments/{paper.id}", title=title)
    assert answer.status_code == 422
    assert 'id="title_error"' in answer.text
    assert not events


def test_whoever_may_only_look_attaches_nothing(
    as_edgar: Browser, report: Card, paper: Attachment, events: Events
) -> None:
    assert as_edgar.plain("POST", f"/cards/{report.id}/attachments", url="https://example.org").status_code == 403
    assert as_edgar.plain("DELETE", f"/attachments/{paper.id}").status_code == 403
    assert not events
