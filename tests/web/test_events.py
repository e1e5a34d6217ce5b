"""History and undo."""

from datetime import timedelta

import pytest

from kanban.actions.cards import rename_card
from kanban.actions.positions import move_card
from kanban.actions.states import archive_card, delete_card
from kanban.models import Actor, Board, Card, Event, List, Workspace
from kanban.support import clock
from tests.web.conftest import Browser
from tests.world import Events, one, order


def test_history_says_who_did_what_and_offers_the_way_back(
    as_ada: Browser, grace: Actor, launch: Board, report: Card
) -> None:
    event = rename_card(grace, report, "Read the report")
    page = as_ada.get(f"/boards/{launch.id}/events").text
    assert "Grace Hopper" in page
    assert "renamed “Write the report” to “Read the report”" in page
    assert f'action="/events/{event.id}/reversal"' in page
    assert "made the board “Launch”" in page


def test_what_was_undone_can_be_done_again_from_there(as_ada: Browser, ada: Actor, launch: Board, report: Card) -> None:
    event = rename_card(ada, report, "Read the report")
    history = f"/boards/{launch.id}/events"
    undone = as_ada.plain("POST", f"/events/{event.id}/reversal", came_from=history)
    assert undone.location == history
    assert report.title == "Write the report"
    page = as_ada.get(history).text
    assert "Do it again" in page
    newest = page.split("line--undone")[1].split('action="/events/')[1].split("/")[0]
    as_ada.plain("POST", f"/events/{newest}/reversal", came_from=history)
    assert report.title == "Read the report"


def test_history_has_pages(as_ada: Browser, ada: Actor, launch: Board, report: Card) -> None:
    for n in range(70):
        with clock.travel(timedelta(minutes=n)):
            last = rename_card(ada, report, f"Report {n:02}")
    first = as_ada.get(f"/boards/{launch.id}/events").text
    assert f"?before={last.seq - 49}" in first
    assert "to “Report 20”" in first
    assert "to “Report 19”" not in first
    second = as_ada.get(f"/boards/{launch.id}/events?before={last.seq - 49}").text
    assert "to “Report 19”" in second
    assert "made the board" in second
    assert as_ada.get(f"/boards/{launch.id}/events?before=99999999999999999999").status_code == 200


def test_a_card_has_a_history_of_its_own(as_ada: Browser, ada: Actor, launch: Board, report: Card, hall: Card) -> None:
    rename_card(ada, report, "Read the report")
    rename_card(ada, hall, "See the hall")
    delete_card(ada, report)
    page = as_ada.get(f"/boards/{launch.id}/events?card={report.id}").text
    assert "Read the report" in page
    assert "See the hall" not in page
    assert as_ada.get(f"/boards/{launch.id}/events?card=999999").status_code == 404


def test_whoever_may_only_look_sees_history_without_buttons(
    as_edgar: Browser, ada: Actor, launch: Board, report: Card, events: Events
) -> None:
    event = rename_card(ada, report, "Read the report")
    page = as_edgar.get(f"/boards/{launch.id}/events").text
    assert "Read the report" in page
    assert "/reversal" not in page
    assert as_edgar.plain("POST", f"/events/{event.id}/reversal").status_code == 403
    assert len(events) == 1


def test_an_undo_lands_on_what_came_back(as_ada: Browser, ada: Actor, launch: Board, report: Card) -> None:
    event = archive_card(ada, report)
    answer = as_ada.plain("POST", f"/events/{event.id}/reversal", came_from=f"/boards/{launch.id}")
    assert answer.location == f"/boards/{launch.id}#card_{report.id}"
    assert "Undone: Archived “Write the report”" in as_ada.get(answer.location).text


def test_an_undo_that_takes_the_card_away_leads_to_its_board(as_ada: Browser, launch: Board, todo: List) -> None:
    added = as_ada.plain("POST", f"/lists/{todo.id}/cards", titles="Here and gone")
    card_id = added.location.rpartition("_")[2]
    made = int(as_ada.get(added.location).text.split('action="/events/')[1].split("/")[0])
    answer = as_ada.plain("POST", f"/events/{made}/reversal", came_from=f"/cards/{card_id}")
    assert answer.location == f"/boards/{launch.id}"


def test_a_page_of_elsewhere_is_not_gone_back_to(as_ada: Browser, ada: Actor, launch: Board, report: Card) -> None:
    event = archive_card(ada, report)
    answer = as_ada.client.post(
        f"/events/{event.id}/reversal", headers={"Referer": "http://evil.example/boards/1/events"}
    )
    assert answer.location == f"/boards/{launch.id}#card_{report.id}"


def test_a_script_gets_fragments_and_a_toast(as_ada: Browser, ada: Actor, report: Card) -> None:
    event = archive_card(ada, report)
    drawn = as_ada.htmx("POST", f"/events/{event.id}/reversal")
    assert f'id="card_{report.id}"' in drawn.text
    assert "Undone: Archived “Write the report”" in drawn.text
    assert drawn.headers["X-Event"] != str(event.id)


def test_what_was_undone_already_is_said(as_ada: Browser, ada: Actor, report: Card) -> None:
    event = archive_card(ada, report)
    as_ada.plain("POST", f"/events/{event.id}/reversal")
    again = as_ada.plain("POST", f"/events/{event.id}/reversal")
    assert again.status_code == 409
    assert "This has been undone already." in again.text


@pytest.fixture
def blocked(ada: Actor, grace: Actor, report: Card) -> Event:
    """A change of Ada's that Grace has changed again."""
    event = rename_card(ada, report, "Ada's title")
    rename_card(grace, report, "Grace's title")
    return event


def test_a_later_change_stands_in_the_way_and_is_named(
    as_ada: Browser, report: Card, launch: Board, blocked: Event
) -> None:
    answer = as_ada.plain("POST", f"/events/{blocked.id}/reversal", came_from=f"/boards/{launch.id}/events")
    assert answer.status_code == 409
    assert "Grace Hopper has changed “Grace&#39;s title” since." in answer.text
    assert 'name="overwrite"' in answer.text
    assert 'name="partly"' not in answer.text
    assert f'href="/boards/{launch.id}/events"' in answer.text
    refused = as_ada.htmx("POST", f"/events/{blocked.id}/reversal").json
    assert (refused["code"], refused["may_undo_rest"]) == ("undo_blocked", False)
    assert refused["obstacles"] == ["Grace Hopper has changed “Grace's title” since."]
    assert report.title == "Grace's title"


def test_a_name_in_the_way_is_no_markup(as_ada: Browser, ada: Actor, grace: Actor, report: Card) -> None:
    event = rename_card(ada, report, "Ada's title")
    rename_card(grace, report, "<b onclick=x>")
    answer = as_ada.plain("POST", f"/events/{event.id}/reversal")
    assert "&lt;b onclick=x&gt;" in answer.text
    assert "<b onclick" not in answer.text


def test_it_is_overwritten_when_told_to(as_ada: Browser, report: Card, launch: Board, blocked: Event) -> None:
    back = f"/boards/{launch.id}/events"
    answer = as_ada.plain("POST", f"/events/{blocked.id}/reversal", overwrite="1", next=back)
    assert answer.location == back
    assert report.title == "Write the report"


def test_the_rest_is_undone_when_told_to(
    as_ada: Browser, ada: Actor, grace: Actor, launch: Board, todo: List, doing: List, events: Events
) -> None:
    as_ada.plain("POST", f"/lists/{todo.id}/cards", titles="Mine\nTouched")
    made = events[0]
    touched = one(Card, title="Touched")
    move_card(grace, touched, to=doing)
    answer = as_ada.plain("POST", f"/events/{made.id}/reversal")
    assert answer.status_code == 409
    assert 'name="partly"' in answer.text
    assert as_ada.plain("POST", f"/events/{made.id}/reversal", partly="1").status_code == 303
    assert "Mine" not in order(todo)
    assert "Touched" in order(doing)


def test_the_page_of_an_undo_changes_nothing_by_itself(
    as_ada: Browser, ada: Actor, report: Card, events: Events
) -> None:
    event = archive_card(ada, report)
    page = as_ada.get(f"/events/{event.id}/reversal", Referer=f"http://localhost/boards/{report.board_id}/events")
    assert "archived “Write the report”" in page.text
    assert f'name="next" value="/boards/{report.board_id}/events"' in page.text
    assert len(events) == 1


def test_ones_last_change_is_undone_and_redone(
    as_ada: Browser, ada: Actor, grace: Actor, launch: Board, report: Card, hall: Card
) -> None:
    rename_card(ada, report, "Ada's title")
    rename_card(grace, hall, "Grace's title")
    answer = as_ada.plain("POST", f"/boards/{launch.id}/reversals")
    assert answer.location == f"/boards/{launch.id}#card_{report.id}"
    assert (report.title, hall.title) == ("Write the report", "Grace's title")
    drawn = as_ada.htmx("POST", f"/boards/{launch.id}/reversals", redo="1")
    assert "Done again" in drawn.text
    assert report.title == "Ada's title"


def test_without_scripts_what_stands_in_the_way_of_ones_last_change_has_its_page(
    as_ada: Browser, ada: Actor, grace: Actor, launch: Board, report: Card
) -> None:
    mine = rename_card(ada, report, "Ada's title")
    rename_card(grace, report, "Grace's title")
    sent_on = as_ada.plain("POST", f"/boards/{launch.id}/reversals")
    assert (sent_on.status_code, sent_on.location) == (307, f"/events/{mine.id}/reversal")
    page = as_ada.plain("POST", sent_on.location)
    assert page.status_code == 409
    assert "Grace Hopper has changed" in page.text
    assert 'name="overwrite"' in page.text
    assert as_ada.htmx("POST", f"/boards/{launch.id}/reversals").json["code"] == "undo_blocked"
    as_ada.htmx("POST", f"/boards/{launch.id}/reversals", overwrite="1")
    assert report.title == "Write the report"


def test_having_nothing_to_undo_is_said(as_grace: Browser, launch: Board, events: Events) -> None:
    answer = as_grace.plain("POST", f"/boards/{launch.id}/reversals")
    assert answer.status_code == 404
    assert "You have nothing to undo on this board." in answer.text
    assert as_grace.htmx("POST", f"/boards/{launch.id}/reversals", redo="1").json["code"] == "not_found"
    assert not events


def test_a_key_held_down_undoes_one_thing(as_ada: Browser, ada: Actor, launch: Board, report: Card) -> None:
    rename_card(ada, report, "First")
    rename_card(ada, report, "Second")
    for _time in range(2):
        as_ada.htmx("POST", f"/boards/{launch.id}/reversals", once="0123456789ab")
    assert report.title == "First"


def test_undoing_a_board_leads_home(as_ada: Browser, workspace: Workspace, events: Events) -> None:
    as_ada.plain("POST", f"/workspaces/{workspace.id}/boards", name="Regatta")
    made = events[0]
    board_id = made.subject_id
    answer = as_ada.htmx("POST", f"/events/{made.id}/reversal", on=f"/boards/{board_id}")
    assert answer.headers["HX-Redirect"] == "/"
    assert as_ada.get(f"/boards/{board_id}").status_code == 404
