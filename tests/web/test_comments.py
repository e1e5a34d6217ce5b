"""Talk on a card."""

import pytest

from kanban.actions.comments import create_comment, edit_comment
from kanban.models import Actor, Card, Comment
from kanban.support.text import fingerprint
from tests.web.conftest import Browser
from tests.world import Events, one


@pytest.fixture
def said(grace: Actor, report: Card) -> Comment:
    create_comment(grace, report, "Nearly *there*")
    found: Comment = one(Comment, body="Nearly *there*")
    return found


def test_a_comment_is_written_and_one_lands_on_it(as_ada: Browser, report: Card, events: Events) -> None:
    assert as_ada.get(f"/cards/{report.id}/comments/new").status_code == 200
    answer = as_ada.plain("POST", f"/cards/{report.id}/comments", body="**Good**", once="0123456789ab")
    again = as_ada.plain("POST", f"/cards/{report.id}/comments", body="**Good**", once="0123456789ab")
    comment = one(Comment, body="**Good**")
    assert answer.location == again.location == f"/cards/{report.id}#comment_{comment.id}"
    assert "<strong>Good</strong>" in as_ada.get(answer.location).text
    assert events.actions == ["comment.created"]


def test_a_script_sees_it_on_the_open_card(as_ada: Browser, report: Card) -> None:
    drawn = as_ada.htmx("POST", f"/cards/{report.id}/comments", body="Hello", on=f"/cards/{report.id}").text
    assert f"card_{report.id}_activity" in drawn
    assert "Hello" in drawn


@pytest.mark.parametrize("body", ["", " \n\t ", "x" * 65_537])
def test_a_bad_comment_is_refused_and_kept(
    as_grace: Browser, report: Card, said: Comment, events: Events, body: str
) -> None:
    for method, path in (("POST", f"/cards/{report.id}/comments"), ("PATCH", f"/comments/{said.id}")):
        answer = as_grace.plain(method, path, body=body)
        assert answer.status_code == 422
        assert body.strip() in answer.text
        assert 'id="body_error"' in answer.text
        assert as_grace.htmx(method, path, body=body).json["field"] == "body"
    assert not events


def test_one_changes_and_deletes_ones_own(as_grace: Browser, report: Card, said: Comment) -> None:
    assert "Nearly *there*" in as_grace.get(f"/comments/{said.id}/edit").text
    base = fingerprint(said.body)
    answer = as_grace.plain("PATCH", f"/comments/{said.id}", body="There", base=base)
    assert answer.location == f"/cards/{report.id}#comment_{said.id}"
    assert as_grace.plain("DELETE", f"/comments/{said.id}").location == f"/cards/{report.id}#card_{report.id}_activity"
    assert as_grace.get(f"/comments/{said.id}/edit").status_code == 404


def test_what_was_changed_in_another_tab_is_shown_beside(as_grace: Browser, grace: Actor, said: Comment) -> None:
    base = fingerprint(said.body)
    edit_comment(grace, said, "From the other tab")
    answer = as_grace.plain("PATCH", f"/comments/{said.id}", body="From this tab", base=base)
    assert answer.status_code == 409
    assert "From the other tab" in answer.text
    assert "From this tab" in answer.text
    again = fingerprint("From the other tab")
    assert as_grace.plain("PATCH", f"/comments/{said.id}", body="From this tab", base=again).status_code == 303


def test_an_admin_deletes_the_words_of_others_and_changes_none(as_ada: Browser, said: Comment, events: Events) -> None:
    assert as_ada.get(f"/comments/{said.id}/edit").status_code == 403
    assert as_ada.plain("PATCH", f"/comments/{said.id}", body="Not what she said").status_code == 403
    assert as_ada.htmx("DELETE", f"/comments/{said.id}").status_code == 200
    assert events.actions == ["comment.deleted"]


def test_whoever_may_only_look_says_nothing(as_edgar: Browser, report: Card, said: Comment, events: Events) -> None:
    answer = as_edgar.plain("POST", f"/cards/{report.id}/comments", body="Kept words")
    assert answer.status_code == 403
    assert "Kept words" in answer.text
    assert as_edgar.plain("DELETE", f"/comments/{said.id}").status_code == 403
    assert not events


def test_markup_in_a_comment_is_only_text(as_ada: Browser, report: Card) -> None:
    answer = as_ada.plain(
        "POST", f"/cards/{report.id}/comments", body='<img src=x onerror="alert(1)"> [x](javascript:1)'
    )
    page = as_ada.get(answer.location).text
    assert "<img" not in page
    assert 'href="javascript' not in page
