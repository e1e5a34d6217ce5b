"""Archive, restoration and completion, of cards, lists, boards and items."""

from datetime import UTC, datetime, timedelta

import pytest

from kanban.actions.boards import archive_board, delete_board
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.checklists import create_checklist, create_items
from kanban.actions.states import archive_card, archive_list, delete_card, delete_list
from kanban.models import Actor, Board, Card, Checklist, Item, List
from kanban.support import clock
from tests.web.conftest import Browser
from tests.world import Events, one, order


def test_a_card_is_archived_and_put_back(as_ada: Browser, report: Card, todo: List, events: Events) -> None:
    answer = as_ada.plain("PUT", f"/cards/{report.id}/archive")
    assert answer.location == f"/boards/{todo.board_id}#list_{todo.id}"
    assert "Archived “Write the report”" in as_ada.get(answer.location).text
    assert order(todo) == ["Book the hall", "Print the flyers"]
    back = as_ada.plain("DELETE", f"/cards/{report.id}/archive", next=f"/boards/{todo.board_id}/archive")
    assert back.location == f"/boards/{todo.board_id}/archive"
    assert order(todo)[0] == "Write the report"
    assert events.actions == ["card.archived", "card.reopened"]


def test_a_script_sees_the_tile_go_and_come(as_ada: Browser, report: Card, hall: Card) -> None:
    gone = as_ada.htmx("PUT", f"/cards/{report.id}/archive", on=f"/cards/{report.id}").text
    assert f'hx-target="#card_{report.id}" hx-swap="delete"' in gone
    assert "This card is archived." in gone
    back = as_ada.htmx("DELETE", f"/cards/{report.id}/archive").text
    assert f'hx-target="#card_{hall.id}" hx-swap="beforebegin"' in back


def test_done_and_not_done(as_ada: Browser, report: Card, events: Events) -> None:
    assert as_ada.plain("PUT", f"/cards/{report.id}/completion").status_code == 303
    assert report.completed_at is not None
    assert "data-done" in as_ada.htmx("PUT", f"/cards/{report.id}/completion").text or report.completed_at
    as_ada.htmx("DELETE", f"/cards/{report.id}/completion")
    assert report.completed_at is None
    assert events.actions == ["card.completed", "card.resumed"]


def test_an_item_is_ticked_where_it_stands(as_ada: Browser, ada: Actor, report: Card) -> None:
    create_checklist(ada, report, "Steps")
    create_items(ada, one(Checklist, title="Steps"), ["One"])
    item = one(Item, text="One")
    assert as_ada.plain("PUT", f"/items/{item.id}/completion").location == f"/cards/{report.id}#item_{item.id}"
    assert item.completed_at is not None
    drawn = as_ada.htmx("DELETE", f"/items/{item.id}/completion", on=f"/cards/{report.id}").text
    assert 'aria-checked="false"' in drawn
    assert item.completed_at is None


def test_a_list_is_put_away_with_its_cards(as_ada: Browser, launch: Board, todo: List, report: Card) -> None:
    assert as_ada.plain("PUT", f"/lists/{todo.id}/archive").location == f"/boards/{launch.id}#list_{todo.id}"
    assert order(launch) == ["Doing", "Done"]
    assert as_ada.get(f"/cards/{report.id}").status_code == 200
    as_ada.htmx("DELETE", f"/lists/{todo.id}/archive")
    assert order(launch) == ["To do", "Doing", "Done"]


def test_what_was_deleted_is_restored(as_ada: Browser, ada: Actor, launch: Board, todo: List, report: Card) -> None:
    delete_card(ada, report)
    delete_list(ada, todo)
    assert as_ada.plain("PUT", f"/lists/{todo.id}/restoration").location == f"/boards/{launch.id}#list_{todo.id}"
    assert as_ada.plain("PUT", f"/cards/{report.id}/restoration").location == f"/boards/{launch.id}#card_{report.id}"
    assert order(todo)[0] == "Write the report"


def test_a_board_is_archived_reopened_and_restored(as_ada: Browser, ada: Actor, launch: Board) -> None:
    assert as_ada.plain("PUT", f"/boards/{launch.id}/archive").location == "/"
    assert as_ada.htmx("DELETE", f"/boards/{launch.id}/archive").headers["HX-Redirect"] == f"/boards/{launch.id}"
    delete_board(ada, launch)
    assert as_ada.plain("PUT", f"/boards/{launch.id}/restoration").location == f"/boards/{launch.id}"
    assert as_ada.get(f"/boards/{launch.id}").status_code == 200


def test_a_member_restores_no_board(as_grace: Browser, ada: Actor, launch: Board, events: Events) -> None:
    delete_board(ada, launch)
    assert as_grace.plain("PUT", f"/boards/{launch.id}/restoration").status_code == 404
    assert events.actions == ["board.deleted"]


@pytest.mark.parametrize(
    "path", ["/lists/{list}/completion", "/items/1/archive", "/boards/{board}/completion", "/items/1/restoration"]
)
def test_not_every_thing_has_every_state(as_ada: Browser, launch: Board, todo: List, path: str) -> None:
    path = path.format(list=todo.id, board=launch.id)
    assert as_ada.plain("PUT", path).status_code == 404
    assert as_ada.plain("DELETE", path).status_code == 404


def test_a_restoration_is_not_taken_back_by_deleting_it(as_ada: Browser, report: Card, events: Events) -> None:
    assert as_ada.plain("DELETE", f"/cards/{report.id}/restoration").status_code == 404
    assert not events


def test_the_archive_lists_what_was_put_away_newest_first(
    as_ada: Browser, ada: Actor, launch: Board, todo: List, doing: List, report: Card, hall: Card
) -> None:
    archive_list(ada, doing)
    archive_card(ada, report)
    delete_card(ada, hall)
    page = as_ada.get(f"/boards/{launch.id}/archive").text
    assert page.index("Book the hall") < page.index("Write the report")
    assert f'action="/lists/{doing.id}/archive?_method=delete"' in page
    assert f'action="/cards/{report.id}/archive?_method=delete"' in page
    assert f'action="/cards/{hall.id}/restoration?_method=put"' in page


def test_the_archive_has_pages(as_ada: Browser, ada: Actor, launch: Board, done: List) -> None:
    create_cards(ada, done, [NewCard(f"Old {n:03}") for n in range(100)])
    create_cards(ada, done, [NewCard(f"Old {n:03}") for n in range(100, 103)])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(103):
        with clock.freeze(begin + timedelta(minutes=n)):
            archive_card(ada, one(Card, title=f"Old {n:03}"))
    first = as_ada.get(f"/boards/{launch.id}/archive").text
    assert "Old 102" in first
    assert "Old 002" not in first
    last = one(Card, title="Old 003")
    assert f"?before={last.id}" in first
    second = as_ada.get(f"/boards/{launch.id}/archive?before={last.id}").text
    assert ["Old 000" in second, "Old 002" in second, "Old 003" in second] == [True, True, False]
    assert as_ada.get(f"/boards/{launch.id}/archive?before=nonsense").status_code == 200


def test_whoever_may_only_look_sees_the_archive_without_buttons(
    as_edgar: Browser, ada: Actor, launch: Board, report: Card
) -> None:
    archive_card(ada, report)
    page = as_edgar.get(f"/boards/{launch.id}/archive").text
    assert "Write the report" in page
    assert f"/cards/{report.id}/archive" not in page


def test_an_archived_board_is_found_on_its_workspace(as_ada: Browser, ada: Actor, launch: Board) -> None:
    archive_board(ada, launch)
    page = as_ada.get(f"/workspaces/{launch.workspace_id}").text
    assert f'action="/boards/{launch.id}/archive?_method=delete"' in page
