"""Undo asks what one may now, gives back no access, and brings back nothing that was purged."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kanban.actions.accounts import create_account
from kanban.actions.assignments import assign_card, unassign_card
from kanban.actions.boards import delete_board
from kanban.actions.cards import NewCard, create_cards, rename_card
from kanban.actions.comments import create_comment
from kanban.actions.events import undo
from kanban.actions.housekeeping import purge_deleted
from kanban.actions.members import add_board_member, add_workspace_member
from kanban.actions.states import delete_card
from kanban.models import Actor, Board, BoardMember, Card, Comment, Event, List, WorkspaceMember
from kanban.support.clock import travel
from kanban.support.db import db
from kanban.support.errors import Forbidden
from tests.security.scene import everything
from tests.security.test_assignment_bleed import leave
from tests.security.test_comment_bleed import become
from tests.web.conftest import Browser
from tests.world import one


@pytest.fixture
def renamed(grace: Actor, report: Card) -> Event:
    """Something that Grace has done, and could take back."""
    return rename_card(grace, report, "Named by Grace")


@pytest.mark.parametrize("how", ["plain", "htmx"])
@pytest.mark.parametrize(("out", "status"), [(False, 403), (True, 404)])
def test_whoever_may_not_any_more_takes_nothing_back(
    as_grace: Browser, grace: Actor, launch: Board, renamed: Event, how: str, out: bool, status: int
) -> None:
    if out:
        leave(grace, launch)
    else:
        become(grace, launch, "observer")
    before = everything()
    send = getattr(as_grace, how)
    assert send("POST", f"/events/{renamed.id}/reversal").status_code == status
    assert send("POST", f"/events/{renamed.id}/reversal", overwrite=1).status_code == status
    assert send("POST", f"/boards/{launch.id}/reversals").status_code == status
    assert everything() == before


def test_whoever_may_not_any_more_does_nothing_again(
    as_grace: Browser, grace: Actor, launch: Board, renamed: Event
) -> None:
    undone = undo(grace, renamed)
    become(grace, launch, "observer")
    assert as_grace.plain("POST", f"/events/{undone.id}/reversal").status_code == 403
    assert as_grace.plain("POST", f"/boards/{launch.id}/reversals", redo=1).status_code == 403
    assert one(Card, id=renamed.subject_id).title == "Write the report"


def test_an_outsider_does_not_learn_of_an_event(as_eve: Browser, renamed: Event) -> None:
    for send in (as_eve.plain, as_eve.htmx):
        answers = [send("POST", f"/events/{id_}/reversal") for id_ in (renamed.id, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert as_eve.get(f"/events/{renamed.id}/reversal").status_code == 404


def test_who_belongs_where_is_not_changed_by_an_undo(ada: Actor, eve: Actor, launch: Board) -> None:
    for made in (
        add_workspace_member(ada, launch.workspace, eve.user),
        add_board_member(ada, launch, eve.user),
    ):
        for how in ({}, {"partly": True}, {"overwrite": True}):
            with pytest.raises(Forbidden):
                undo(ada, made, **how)
    assert db.session.get(BoardMember, (launch.id, eve.id)) is not None
    assert db.session.get(WorkspaceMember, (launch.workspace_id, eve.id)) is not None


def test_a_board_that_was_closed_is_not_opened_by_an_undo(as_ada: Browser, as_grace: Browser, garden: Board) -> None:
    as_ada.plain("PATCH", f"/boards/{garden.id}", visibility="workspace")
    closed = as_ada.htmx("PATCH", f"/boards/{garden.id}", visibility="private", tint="plum")
    event_id = closed.headers.get("X-Event") or db.session.scalar(sa.select(sa.func.max(Event.id)))
    for how in ({}, {"overwrite": 1}, {"partly": 1}):
        answer = as_ada.htmx("POST", f"/events/{event_id}/reversal", **how)
        assert answer.status_code == (409 if how == {} else 200) or how == {"partly": 1}
        db.session.refresh(garden)
        assert garden.visibility == "private"
        assert as_grace.get(f"/boards/{garden.id}").status_code == 404
    assert garden.tint == "lagoon", "The rest of it is taken back."


def test_a_board_that_was_opened_is_closed_by_an_undo(as_ada: Browser, as_grace: Browser, garden: Board) -> None:
    as_ada.plain("PATCH", f"/boards/{garden.id}", visibility="workspace")
    event_id = db.session.scalar(sa.select(sa.func.max(Event.id)))
    assert as_ada.plain("POST", f"/events/{event_id}/reversal").status_code == 303
    assert as_grace.get(f"/boards/{garden.id}").status_code == 404
    event_id = db.session.scalar(sa.select(sa.func.max(Event.id)))
    assert as_ada.plain("POST", f"/events/{event_id}/reversal").status_code == 409, "nor opened again by a redo"
    assert as_grace.get(f"/boards/{garden.id}").status_code == 404


def test_nobody_is_put_back_on_a_card_they_cannot_see_any_more(
    ada: Actor, grace: Actor, as_ada: Browser, launch: Board, report: Card
) -> None:
    assign_card(ada, report, grace.user)
    taken_off = unassign_card(ada, report, grace.user)
    leave(grace, launch)
    for how in ({}, {"overwrite": 1}):
        assert as_ada.htmx("POST", f"/events/{taken_off.id}/reversal", **how).status_code == 409
    assert "assignments" in everything()
    assert everything()["assignments"] == []


def test_a_member_does_not_bring_a_board_back(ada: Actor, as_grace: Browser, launch: Board) -> None:
    deleted = delete_board(ada, launch)
    assert as_grace.plain("POST", f"/events/{deleted.id}/reversal").status_code == 404
    assert as_grace.plain("PUT", f"/boards/{launch.id}/restoration").status_code == 404
    db.session.refresh(launch)
    assert launch.is_deleted


def test_what_was_purged_stays_away_whatever_is_taken_back(
    ada: Actor, grace: Actor, as_ada: Browser, todo: List, launch: Board
) -> None:
    """Neither the rows nor the words: those in events of pastes, copies and moves included."""
    words = "a word nobody else says"
    made = create_cards(ada, todo, [NewCard("Stays"), NewCard(words, f"{words} in full", items=[words])])
    card = one(Card, title=words)
    create_comment(grace, card, f"said: {words}")
    rename_card(ada, card, f"{words}, renamed")
    delete_card(ada, card)
    card_id = card.id
    with travel(timedelta(days=31)):
        purge_deleted(30)
    db.session.expire_all()
    kept = everything()
    assert [table for table, rows in kept.items() if any(words in row for row in rows)] == []
    for event_id in db.session.scalars(sa.select(Event.id).order_by(Event.id.desc())).all():
        as_ada.htmx("POST", f"/events/{event_id}/reversal", overwrite=1)
    assert db.session.get(Card, card_id) is None
    assert db.session.scalar(sa.select(Comment.id).where(Comment.card_id == card_id)) is None
    assert db.session.get(Event, made.id) is not None, "The history of the other card is still there."
    assert words not in as_ada.get(f"/boards/{launch.id}/events").text


def test_an_undo_of_somebody_elses_work_asks_first(
    browse: Callable[[Actor], Browser], ada: Actor, as_ada: Browser, launch: Board, renamed: Event
) -> None:
    other = Actor(create_account("Barbara Liskov", "barbara@example.org", "a long proof of types"))
    add_board_member(ada, launch, other.user)
    rename_card(other, one(Card, id=renamed.subject_id), "Named by Barbara")
    answer = as_ada.htmx("POST", f"/events/{renamed.id}/reversal")
    assert answer.status_code == 409
    assert "Barbara Liskov has changed" in answer.json["title"]
    assert one(Card, id=renamed.subject_id).title == "Named by Barbara"
