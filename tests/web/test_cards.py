"""Cards: /cards/<id>, and new ones in a list."""

import pytest

from kanban.actions.cards import describe_card
from kanban.actions.checklists import delete_checklist
from kanban.actions.lists import limit_list
from kanban.actions.states import archive_list
from kanban.models import Actor, Card, Checklist, Item, List
from kanban.support.text import fingerprint
from tests.web.conftest import Browser
from tests.world import Events, one, order


def test_a_card_is_a_page_and_a_dialog(as_ada: Browser, report: Card) -> None:
    page = as_ada.get(f"/cards/{report.id}")
    assert "<title>Write the report" in page.text
    assert "HX-Request" in page.headers["Vary"]
    dialog = as_ada.get(f"/cards/{report.id}", htmx=True).text
    assert "<html" not in dialog
    assert "Write the report" in dialog


def test_a_card_is_added_and_one_lands_on_it(as_ada: Browser, todo: List, events: Events) -> None:
    assert as_ada.get(f"/lists/{todo.id}/cards/new").status_code == 200
    answer = as_ada.plain("POST", f"/lists/{todo.id}/cards", titles="  Hire   a band ")
    assert answer.location == f"/boards/{todo.board_id}#card_{one(Card, title='Hire a band').id}"
    assert order(todo)[-1] == "Hire a band"
    assert events.actions == ["card.created"]


def test_lines_become_cards_and_indented_ones_a_checklist(as_ada: Browser, todo: List, events: Events) -> None:
    text = "- Book the band\n  - [ ] Ask for a price\n  - [x] Sign\n- Order cake\n"
    as_ada.plain("POST", f"/lists/{todo.id}/cards", titles=text)
    assert order(todo)[-2:] == ["Book the band", "Order cake"]
    band = one(Card, title="Book the band")
    assert one(Item, text="Ask for a price").card_id == band.id
    assert one(Checklist, card_id=band.id).title == "Checklist"
    assert len(events) == 1
    as_ada.plain("POST", f"/events/{events[0].id}/reversal")
    assert "Book the band" not in order(todo)


def test_lines_become_one_card_with_a_description(as_ada: Browser, todo: List) -> None:
    as_ada.plain("POST", f"/lists/{todo.id}/cards", titles="Book the band\n\nThey play\n- jazz", split="one")
    assert one(Card, title="Book the band").description == "They play\n- jazz"


def test_a_card_goes_before_another(as_ada: Browser, todo: List, hall: Card) -> None:
    as_ada.htmx("POST", f"/lists/{todo.id}/cards", titles="In between", before_id=hall.id)
    assert order(todo) == ["Write the report", "In between", "Book the hall", "Print the flyers"]


def test_a_neighbour_that_has_left_is_said(as_ada: Browser, doing: List, hall: Card, events: Events) -> None:
    answer = as_ada.htmx("POST", f"/lists/{doing.id}/cards", titles="In between", before_id=hall.id)
    assert (answer.status_code, answer.json["field"]) == (409, "before_id")
    assert not events


def test_a_script_gets_the_tile_the_counts_and_a_toast(as_ada: Browser, todo: List) -> None:
    drawn = as_ada.htmx("POST", f"/lists/{todo.id}/cards", titles="Hire a band").text
    assert f'hx-target="#list_{todo.id}_cards" hx-swap="beforeend"' in drawn
    assert f'hx-target="#list_{todo.id}_count"' in drawn
    assert "Added “Hire a band”" in drawn


@pytest.mark.parametrize("titles", ["", "  \n ", "x" * 513, "\n".join("abc" for _ in range(101))])
def test_bad_titles_are_refused_and_kept(as_ada: Browser, todo: List, events: Events, titles: str) -> None:
    answer = as_ada.plain("POST", f"/lists/{todo.id}/cards", titles=titles, split="each")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert titles.strip() in answer.text
    assert as_ada.htmx("POST", f"/lists/{todo.id}/cards", titles=titles).json["field"] == "titles"
    assert not events


def test_a_full_list_says_so_and_takes_more_when_told(as_ada: Browser, ada: Actor, doing: List) -> None:
    limit_list(ada, doing, 1)
    answer = as_ada.plain("POST", f"/lists/{doing.id}/cards", titles="One more")
    assert answer.status_code == 409
    assert "“Doing” is full (1 of 1)." in answer.text
    assert "One more" in answer.text
    assert 'name="insist"' in answer.text
    assert as_ada.htmx("POST", f"/lists/{doing.id}/cards", titles="One more").json["may_insist"] is True
    assert as_ada.plain("POST", f"/lists/{doing.id}/cards", titles="One more", insist="1").status_code == 303
    assert order(doing) == ["Draw the poster", "One more"]


def test_an_archived_list_takes_no_card(as_ada: Browser, ada: Actor, doing: List) -> None:
    archive_list(ada, doing)
    answer = as_ada.plain("POST", f"/lists/{doing.id}/cards", titles="Too late")
    assert answer.status_code == 409
    assert "Choose another list." in answer.text
    assert "Too late" in answer.text


def test_a_form_sent_twice_makes_one_card(as_ada: Browser, todo: List, events: Events) -> None:
    for _time in range(2):
        as_ada.plain("POST", f"/lists/{todo.id}/cards", titles="Once", once="0123456789ab")
    assert order(todo).count("Once") == 1
    assert len(events) == 1


def test_title_and_description_have_a_form_each(as_ada: Browser, report: Card, events: Events) -> None:
    page = as_ada.get(f"/cards/{report.id}/edit").text
    assert page.count(f'action="/cards/{report.id}?_method=patch"') == 2
    assert as_ada.plain("PATCH", f"/cards/{report.id}", title="Read it").location == f"/cards/{report.id}"
    as_ada.plain("PATCH", f"/cards/{report.id}", description="Two pages", base=fingerprint(""))
    assert (report.title, report.description) == ("Read it", "Two pages")
    assert events.actions == ["card.renamed", "card.described"]


def test_both_at_once_are_undone_at_once(as_ada: Browser, report: Card, events: Events) -> None:
    as_ada.plain("PATCH", f"/cards/{report.id}", title="Read it", description="Two pages")
    assert (report.title, report.description) == ("Read it", "Two pages")
    as_ada.plain("POST", f"/events/{events[0].id}/reversal")
    assert (report.title, report.description) == ("Write the report", "")


@pytest.mark.parametrize("title", ["", "   ", "x" * 513])
def test_a_bad_title_is_refused_and_kept(as_ada: Browser, report: Card, events: Events, title: str) -> None:
    answer = as_ada.plain("PATCH", f"/cards/{report.id}", title=title)
    assert answer.status_code == 422
    assert f'value="{title}"' in answer.text
    assert as_ada.htmx("PATCH", f"/cards/{report.id}", title=title).json["field"] == "title"
    assert not events


def test_a_text_that_moved_on_is_shown_beside_ones_own(
    as_grace: Browser, ada: Actor, report: Card, events: Events
) -> None:
    base = fingerprint(report.description)
    describe_card(ada, report, "What Ada wrote")
    answer = as_grace.plain("PATCH", f"/cards/{report.id}", description="What Grace wrote", base=base)
    assert answer.status_code == 409
    assert "What Ada wrote" in answer.text
    assert "What Grace wrote" in answer.text
    newer = fingerprint("What Ada wrote")
    assert f'name="base" value="{newer}"' in answer.text
    refused = as_grace.htmx("PATCH", f"/cards/{report.id}", description="What Grace wrote", base=base).json
    assert (refused["theirs"], refused["base"], refused["code"]) == ("What Ada wrote", newer, "text_moved_on")
    as_grace.plain("PATCH", f"/cards/{report.id}", description="What Grace wrote", base=newer)
    assert report.description == "What Grace wrote"


def test_a_description_too_long_is_refused_and_kept(as_ada: Browser, report: Card, events: Events) -> None:
    answer = as_ada.plain("PATCH", f"/cards/{report.id}", description="y" * 65_537)
    assert answer.status_code == 422
    assert "y" * 65_537 in answer.text
    assert not events


def test_a_cover_is_put_on_and_taken_off(as_ada: Browser, report: Card, events: Events) -> None:
    as_ada.htmx("PATCH", f"/cards/{report.id}", cover_color="teal")
    assert report.cover_color == "teal"
    assert as_ada.htmx("PATCH", f"/cards/{report.id}", cover_color="#fff").status_code == 422
    as_ada.plain("PATCH", f"/cards/{report.id}", cover_color="")
    assert report.cover_color is None
    assert events.actions == ["card.covered", "card.covered"]


def test_nothing_sent_is_refused(as_ada: Browser, report: Card, events: Events) -> None:
    assert as_ada.plain("PATCH", f"/cards/{report.id}").status_code == 422
    assert not events


def test_a_deleted_card_is_gone_and_its_notice_brings_it_back(
    as_ada: Browser, report: Card, todo: List, events: Events
) -> None:
    answer = as_ada.plain("DELETE", f"/cards/{report.id}")
    assert answer.location == f"/boards/{todo.board_id}#list_{todo.id}"
    assert as_ada.get(f"/cards/{report.id}").status_code == 404
    assert "Deleted “Write the report”" in as_ada.get(answer.location).text
    undone = as_ada.plain("POST", f"/events/{events[0].id}/reversal")
    assert undone.location == f"/boards/{todo.board_id}#card_{report.id}"
    assert order(todo)[0] == "Write the report"


def test_deleting_can_lead_elsewhere_but_not_off_the_site(as_ada: Browser, report: Card, hall: Card) -> None:
    archive = f"/boards/{report.board_id}/archive"
    assert as_ada.plain("DELETE", f"/cards/{report.id}", next=archive).location == archive
    answer = as_ada.plain("DELETE", f"/cards/{hall.id}", next="//evil.example/")
    assert answer.location.startswith(f"/boards/{hall.board_id}")


def test_an_edit_of_what_was_deleted_meanwhile_keeps_the_text(as_ada: Browser, ada: Actor, todo: List) -> None:
    as_ada.plain("POST", f"/lists/{todo.id}/cards", titles="Band\n  Price\nCake")
    checklist = one(Checklist, title="Checklist")
    delete_checklist(ada, checklist)
    answer = as_ada.plain("PATCH", f"/checklists/{checklist.id}", title="Kept words")
    assert answer.status_code == 404
    assert "Kept words" in answer.text


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "\x00\x07nul", "\u202eright", "a" * 512, "😀" * 512])
def test_any_text_is_a_title(as_ada: Browser, todo: List, words: str) -> None:
    answer = as_ada.plain("POST", f"/lists/{todo.id}/cards", titles=words)
    assert answer.status_code == 303
    page = as_ada.get(answer.location).text
    assert "<script>alert" not in page
