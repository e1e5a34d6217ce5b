"""Being on a card is no way to a board.

GuestBleed and StaleBleed: "my cards" told by the cards one is on, not by the boards one may see.
"""

import pytest
import sqlalchemy as sa

from kanban.actions.accounts import home_of
from kanban.actions.assignments import assign_card, watch_card
from kanban.actions.boards import create_board, note_visit, star_board
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.comments import create_comment
from kanban.models import Actor, Assignment, Board, BoardMember, Card, List, WorkspaceMember
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict
from tests.web.conftest import Browser
from tests.world import one


def test_an_outsider_is_put_on_no_card(ada: Actor, eve: Actor, report: Card) -> None:
    with pytest.raises(Conflict, match="cannot see this board"):
        assign_card(ada, report, eve.user)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 0


def test_somebody_of_the_workspace_is_put_on_no_card_of_a_private_board(
    ada: Actor, grace: Actor, as_ada: Browser, garden: Board
) -> None:
    card_id = create_cards(ada, one(List, board_id=garden.id), [NewCard("Prune")]).subject_id
    assert as_ada.plain("PUT", f"/cards/{card_id}/assignees/{grace.id}").status_code == 404
    assert "Grace" not in as_ada.get(f"/cards/{card_id}/assignees").text.partition("<main")[2]


def test_whoever_was_taken_off_a_board_reads_no_title_anywhere(
    ada: Actor, grace: Actor, as_grace: Browser, launch: Board, report: Card
) -> None:
    """What they were on, watch, starred, saw and said stays in the tables, and opens nothing."""
    assign_card(ada, report, grace.user)
    watch_card(grace, report)
    star_board(grace, launch)
    note_visit(grace, launch)
    create_comment(grace, report, "Mine")
    assert "Launch" in as_grace.get("/").text
    leave(grace, launch)
    for page in ("/", "/help", "/imports/new", "/preferences/edit"):
        text = as_grace.get(page).text
        assert "Launch" not in text
        assert "Write the report" not in text
    for path in (f"/boards/{launch.id}", f"/cards/{report.id}", f"/boards/{launch.id}/events", "/comments/1/edit"):
        for htmx in (False, True):
            assert as_grace.get(path, htmx=htmx).status_code == 404, path
    assert as_grace.plain("DELETE", f"/boards/{launch.id}/star").status_code == 404
    assert as_grace.plain("DELETE", f"/cards/{report.id}/watch").status_code == 404


def leave(actor: Actor, board: Board) -> None:
    """Take somebody off a board and out of its workspace, as an admin's page will."""
    members, people = BoardMember.__table__, WorkspaceMember.__table__
    with transaction() as session:
        session.execute(sa.delete(members).where(members.c.user_id == actor.id, members.c.board_id == board.id))
        session.execute(
            sa.delete(people).where(people.c.user_id == actor.id, people.c.workspace_id == board.workspace_id)
        )


def test_a_board_open_to_its_workspace_closes_again(
    ada: Actor, grace: Actor, as_ada: Browser, as_grace: Browser, garden: Board
) -> None:
    assert as_grace.get(f"/boards/{garden.id}").status_code == 404
    as_ada.plain("PATCH", f"/boards/{garden.id}", visibility="workspace")
    assert as_grace.get(f"/boards/{garden.id}").status_code == 200
    as_ada.plain("PATCH", f"/boards/{garden.id}", visibility="private")
    assert as_grace.get(f"/boards/{garden.id}").status_code == 404
    assert "Garden" not in as_grace.get("/").text


def test_a_guest_sees_of_the_workspace_only_their_board(as_edgar: Browser, garden: Board, as_ada: Browser) -> None:
    as_ada.plain("PATCH", f"/boards/{garden.id}", visibility="workspace")
    assert as_edgar.get(f"/boards/{garden.id}").status_code == 404
    for page in ("/", f"/workspaces/{garden.workspace_id}"):
        assert "Garden" not in as_edgar.get(page).text


def test_the_mark_of_an_old_form_finds_nothing_for_whoever_is_out(
    grace: Actor, as_grace: Browser, launch: Board, todo: List
) -> None:
    """RevokeBleed: an answer that is given again draws what it once made, as that is now."""
    sent = {"titles": "Made on Launch", "once": "the-mark-of-a-form"}
    assert "Made on Launch" in as_grace.htmx("POST", f"/lists/{todo.id}/cards", **sent).text
    assert "Made on Launch" in as_grace.htmx("POST", f"/lists/{todo.id}/cards", **sent).text
    create_board(grace, home_of(grace), "Her own", lists=["Here"])
    leave(grace, launch)
    here = one(List, name="Here")
    for send in (as_grace.htmx, as_grace.plain):
        answer = send("POST", f"/lists/{here.id}/cards", **{**sent, "titles": "Other"})
        assert answer.status_code == 404
        assert "Made on Launch" not in answer.text
