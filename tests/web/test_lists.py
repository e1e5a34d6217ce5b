"""Lists: /lists/<id>."""

import pytest

from kanban.actions.cards import NewCard, create_cards
from kanban.models import Actor, Board, Card, List
from tests.web.conftest import Browser
from tests.world import Events, one, order


def test_a_list_is_added_at_the_end(as_ada: Browser, launch: Board, events: Events) -> None:
    assert as_ada.get(f"/boards/{launch.id}/lists/new").status_code == 200
    answer = as_ada.plain("POST", f"/boards/{launch.id}/lists", names="Later")
    assert answer.location == f"/boards/{launch.id}#list_{one(List, name='Later').id}"
    assert order(launch) == ["To do", "Doing", "Done", "Later"]
    assert events.actions == ["list.created"]


def test_several_lines_make_several_lists_and_one_event(
    as_ada: Browser, launch: Board, doing: List, events: Events
) -> None:
    as_ada.plain("POST", f"/boards/{launch.id}/lists", names="- One\n\n- Two\n", before_id=doing.id)
    assert order(launch) == ["To do", "One", "Two", "Doing", "Done"]
    assert len(events) == 1


def test_a_script_gets_the_list_and_a_toast(as_ada: Browser, launch: Board) -> None:
    drawn = as_ada.htmx("POST", f"/boards/{launch.id}/lists", names="Later")
    assert drawn.status_code == 200
    assert f'hx-target="#board_{launch.id}_add_list" hx-swap="beforebegin"' in drawn.text
    assert "Added the list “Later”" in drawn.text


@pytest.mark.parametrize("names", ["", " \n ", "x" * 121, "\n".join("abc" for _ in range(101))])
def test_bad_names_are_refused_and_kept(as_ada: Browser, launch: Board, events: Events, names: str) -> None:
    answer = as_ada.plain("POST", f"/boards/{launch.id}/lists", names=names)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert names.strip() in answer.text
    assert as_ada.htmx("POST", f"/boards/{launch.id}/lists", names=names).json["field"] == "names"
    assert not events


@pytest.mark.parametrize(
    ("sent", "actions"),
    [
        ({"name": "Now"}, ["list.renamed"]),
        ({"wip_limit": "3"}, ["list.limited"]),
        ({"name": "Doing", "wip_limit": "3"}, ["list.limited"]),
        ({"name": "Now", "wip_limit": ""}, ["list.renamed"]),
        ({"name": "Doing", "wip_limit": ""}, []),
    ],
)
def test_what_changes_is_what_is_written_down(
    as_ada: Browser, doing: List, events: Events, sent: dict[str, str], actions: list[str]
) -> None:
    answer = as_ada.plain("PATCH", f"/lists/{doing.id}", **sent)
    assert answer.location == f"/boards/{doing.board_id}#list_{doing.id}"
    assert events.actions == actions


def test_name_and_limit_changed_at_once_are_undone_at_once(as_ada: Browser, doing: List, events: Events) -> None:
    as_ada.plain("PATCH", f"/lists/{doing.id}", name="Now", wip_limit="3")
    assert (doing.name, doing.wip_limit) == ("Now", 3)
    as_ada.plain("POST", f"/events/{events[0].id}/reversal")
    assert (doing.name, doing.wip_limit) == ("Doing", None)


def test_an_empty_limit_takes_it_off(as_ada: Browser, doing: List) -> None:
    as_ada.htmx("PATCH", f"/lists/{doing.id}", wip_limit="3")
    assert doing.wip_limit == 3
    drawn = as_ada.htmx("PATCH", f"/lists/{doing.id}", wip_limit="")
    assert doing.wip_limit is None
    assert f'hx-target="#list_{doing.id}_head"' in drawn.text


@pytest.mark.parametrize("limit", ["0", "-1", "1000", "three", "1.5", "９", "99999999999999999999"])
def test_a_bad_limit_is_refused_and_kept(as_ada: Browser, doing: List, events: Events, limit: str) -> None:
    answer = as_ada.plain("PATCH", f"/lists/{doing.id}", name="Now", wip_limit=limit)
    assert answer.status_code == 422
    assert f'value="{limit}"' in answer.text
    assert 'value="Now"' in answer.text
    assert "field__error" in answer.text
    assert not events


def test_an_empty_name_is_refused(as_ada: Browser, doing: List, events: Events) -> None:
    assert as_ada.htmx("PATCH", f"/lists/{doing.id}", name="").json["field"] == "name"
    assert as_ada.plain("PATCH", f"/lists/{doing.id}").status_code == 422
    assert not events


def test_deleting_leads_to_the_board(as_ada: Browser, doing: List, launch: Board) -> None:
    assert as_ada.plain("DELETE", f"/lists/{doing.id}").location == f"/boards/{launch.id}"
    assert order(launch) == ["To do", "Done"]
    assert as_ada.get(f"/lists/{doing.id}").status_code == 404


def test_moving_a_list_without_dragging(as_ada: Browser, launch: Board, todo: List, done: List) -> None:
    page = as_ada.get(f"/lists/{done.id}/position").text
    assert f'<option value="{todo.id}" selected>First</option>' in page
    as_ada.plain("PUT", f"/lists/{done.id}/position", before_id=todo.id)
    assert order(launch) == ["Done", "To do", "Doing"]
    as_ada.htmx("PUT", f"/lists/{done.id}/position", after_id=todo.id)
    assert order(launch) == ["To do", "Done", "Doing"]
    as_ada.plain("PUT", f"/lists/{done.id}/position")
    assert order(launch) == ["To do", "Doing", "Done"]


def test_a_list_does_not_go_before_one_of_another_board(
    as_ada: Browser, doing: List, beds: List, events: Events
) -> None:
    answer = as_ada.plain("PUT", f"/lists/{doing.id}/position", before_id=beds.id)
    assert answer.status_code == 409
    assert "another board" in answer.text
    assert not events


@pytest.fixture
def long(ada: Actor, doing: List) -> list[Card]:
    """Two hundred cards behind the poster, in order."""
    for start in (0, 100):
        create_cards(ada, doing, [NewCard(f"Card {n:03}") for n in range(start, start + 100)])
    return [one(Card, title=f"Card {n:03}") for n in range(200)]


def test_a_script_gets_the_next_cards_and_the_way_on(as_ada: Browser, doing: List, long: list[Card]) -> None:
    drawn = as_ada.get(f"/lists/{doing.id}?after={long[48].id}", htmx=True).text
    assert f'hx-target="#list_{doing.id}_cards" hx-swap="beforeend"' in drawn
    assert "Card 049" in drawn
    assert "Card 148" in drawn
    assert "Card 149" not in drawn
    assert f'hx-target="#list_{doing.id}_more" hx-swap="outerHTML"' in drawn
    assert f"after={long[148].id}" in drawn
    rest = as_ada.get(f"/lists/{doing.id}?after={long[148].id}", htmx=True).text
    assert "Card 199" in rest
    assert f'hx-target="#list_{doing.id}_more" hx-swap="delete"' in rest


def test_without_a_script_there_is_a_page_of_all_the_rest(as_ada: Browser, doing: List, long: list[Card]) -> None:
    page = as_ada.get(f"/lists/{doing.id}?after={long[48].id}").text
    assert "The last 151 cards of this list." in page
    assert page.count('class="tile"') == 151


@pytest.mark.parametrize("after", ["", "x", "999999", "-1", "99999999999999999999"])
def test_going_on_after_something_that_is_not_there_begins_at_the_top(as_ada: Browser, doing: List, after: str) -> None:
    drawn = as_ada.get(f"/lists/{doing.id}?after={after}", htmx=True).text
    assert f'hx-target="#list_{doing.id}_cards" hx-swap="innerMorph"' in drawn
    assert "Draw the poster" in drawn


def test_going_on_after_a_card_that_has_left_begins_at_the_top(as_ada: Browser, doing: List, report: Card) -> None:
    assert "innerMorph" in as_ada.get(f"/lists/{doing.id}?after={report.id}", htmx=True).text
