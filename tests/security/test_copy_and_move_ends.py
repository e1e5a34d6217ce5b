"""Copies and moves: whoever does it must be allowed to at both ends, and neither end tells of the other.

CVE-2026-46558 (a copy that checks the target and not the source), BoardBleed CVE-2026-55234
GHSA-gm7v-pc38-53jr and CVE-2023-33968, CVE-2023-33970 (a move into what one is no member of), CVE-2026-33676
and ParentBleed GHSA-jvv9-498p-hxrg (a link that tells the title of something private).
"""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kanban.actions.assignments import assign_card, watch_card
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.copies import copy_card
from kanban.actions.members import add_board_member
from kanban.actions.positions import move_card
from kanban.models import Actor, Assignment, Board, Card, Event, List
from kanban.support.db import db
from tests.security.scene import everything
from tests.web.conftest import Browser
from tests.world import one


@pytest.fixture
def rose(ada: Actor, beds: List) -> Card:
    """A card on Garden, which Ada alone can see."""
    create_cards(ada, beds, [NewCard("Prune the rose")])
    found: Card = one(Card, title="Prune the rose")
    return found


@pytest.mark.parametrize("verb", ["position", "copies"])
def test_looking_at_the_other_end_is_not_enough_to_write_there(
    ada: Actor, grace: Actor, as_grace: Browser, garden: Board, beds: List, report: Card, verb: str
) -> None:
    add_board_member(ada, garden, grace.user, "observer")
    before = everything()
    method = "PUT" if verb == "position" else "POST"
    answer = as_grace.plain(method, f"/cards/{report.id}/{verb}", list_id=beds.id, title="Mine")
    assert answer.status_code == 403
    assert everything() == before


def test_looking_at_a_card_is_enough_to_copy_it_and_not_to_take_it(
    ada: Actor, grace: Actor, as_grace: Browser, garden: Board, rose: Card, todo: List
) -> None:
    add_board_member(ada, garden, grace.user, "observer")
    assert as_grace.plain("PUT", f"/cards/{rose.id}/position", list_id=todo.id).status_code == 403
    assert as_grace.plain("POST", f"/cards/{rose.id}/copies", list_id=todo.id, title="Copy").status_code == 303
    db.session.refresh(rose)
    assert rose.board_id == garden.id
    assert one(Card, title="Copy").board_id == todo.board_id


def test_being_on_a_card_does_not_lead_onto_another_board(
    ada: Actor, grace: Actor, as_grace: Browser, report: Card, hall: Card, beds: List
) -> None:
    """Whoever cannot see the other board is left behind, by a move and by a copy alike."""
    for card in (report, hall):
        assign_card(ada, card, grace.user)
    watch_card(grace, report)
    move_card(ada, report, to=beds)
    copy_card(ada, hall, to=beds)
    assert db.session.scalars(sa.select(Assignment.card_id)).all() == [hall.id]
    assert as_grace.get(f"/cards/{report.id}").status_code == 404
    assert "Write the report" not in as_grace.get("/").text


@pytest.fixture
def told(browse: Callable[[Actor], Browser]) -> Callable[[Actor, Board], str]:
    """All that somebody can read about what happened on a board."""

    def read(actor: Actor, board: Board) -> str:
        browser = browse(actor)
        pages = [f"/boards/{board.id}{rest}" for rest in ("", "/events", "/archive", "/labels")]
        cards = db.session.scalars(sa.select(Card.id)).all()
        pages += ["/", *(f"/cards/{id_}{rest}" for id_ in cards for rest in ("", "/position", "/copies/new"))]
        pages += [f"/boards/{board.id}/events?card={id_}" for id_ in cards]
        pages += [f"/events/{id_}/reversal" for id_ in db.session.scalars(sa.select(Event.id))]
        answers = [browser.get(page, htmx=htmx) for page in pages for htmx in (False, True)]
        return "\n".join(answer.text for answer in answers if answer.status_code == 200)

    return read


def test_a_card_that_leaves_does_not_tell_where_it_went(
    ada: Actor,
    grace: Actor,
    as_ada: Browser,
    launch: Board,
    garden: Board,
    beds: List,
    report: Card,
    told: Callable[[Actor, Board], str],
) -> None:
    moved = as_ada.htmx("PUT", f"/cards/{report.id}/position", list_id=beds.id)
    assert "Moved “Write the report” to Beds on Garden" in moved.text
    assert as_ada.htmx("POST", f"/events/{moved.headers['X-Event']}/reversal").status_code == 200
    as_ada.htmx("PUT", f"/cards/{report.id}/position", list_id=beds.id)
    read = told(grace, launch)
    assert "Write the report" in read
    assert "Garden" not in read
    assert "Beds" not in read
    assert "Beds" in told(ada, garden)


def test_a_card_that_comes_does_not_tell_from_where(
    ada: Actor,
    grace: Actor,
    edgar: Actor,
    launch: Board,
    rose: Card,
    todo: List,
    told: Callable[[Actor, Board], str],
) -> None:
    move_card(ada, rose, to=todo)
    for actor in (grace, edgar):
        read = told(actor, launch)
        assert "Prune the rose" in read
        assert "Garden" not in read
        assert "Beds" not in read
