"""Boards: /boards/<id>."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import exc

from kanban.actions.boards import archive_board
from kanban.actions.cards import NewCard, create_cards
from kanban.models import Actor, Board, Card, List, Star, Visit, Workspace
from kanban.support import clock
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import Events, one, order


def test_a_board_shows_its_lists_and_cards(as_ada: Browser, launch: Board) -> None:
    page = as_ada.get(f"/boards/{launch.id}")
    assert page.status_code == 200
    for words in ("Launch", "To do", "Doing", "Done", "Write the report", "Draw the poster"):
        assert words in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"


def test_a_new_board_has_three_lists(as_ada: Browser, workspace: Workspace) -> None:
    answer = as_ada.plain("POST", f"/workspaces/{workspace.id}/boards", name="Regatta", tint="plum")
    board = one(Board, name="Regatta")
    assert (answer.status_code, answer.location) == (303, f"/boards/{board.id}")
    assert (order(board), board.tint, board.visibility) == (["To do", "Doing", "Done"], "plum", "private")


@pytest.mark.parametrize("which", ["product", "editorial", "hiring", "home"])
def test_a_sample_comes_and_goes_as_one(as_ada: Browser, workspace: Workspace, events: Events, which: str) -> None:
    answer = as_ada.plain("POST", f"/workspaces/{workspace.id}/boards", sample=which)
    made = events[0]
    assert answer.location == f"/boards/{made.subject_id}"
    page = as_ada.get(answer.location).text
    assert "Move me to the next list" in page
    assert page.count('class="tile"') >= 9
    assert as_ada.plain("POST", f"/events/{made.id}/reversal").location == "/"
    assert as_ada.get(f"/boards/{made.subject_id}").status_code == 404


def test_an_unknown_sample_is_refused(as_ada: Browser, workspace: Workspace, events: Events) -> None:
    answer = as_ada.plain("POST", f"/workspaces/{workspace.id}/boards", sample="casino")
    assert answer.status_code == 422
    assert not events


def test_a_board_without_a_name_is_refused_beside_the_field(as_ada: Browser, workspace: Workspace) -> None:
    answer = as_ada.plain("POST", f"/workspaces/{workspace.id}/boards", name="   ", tint="rose")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Write something here first." in answer.text


def test_a_form_sent_twice_makes_one_board(as_ada: Browser, workspace: Workspace, events: Events) -> None:
    for _time in range(2):
        answer = as_ada.plain("POST", f"/workspaces/{workspace.id}/boards", name="Regatta", once="0123456789ab")
        assert answer.location == f"/boards/{one(Board, name='Regatta').id}"
    assert events.actions == ["board.created"]


def test_a_guest_makes_no_board(as_edgar: Browser, workspace: Workspace, events: Events) -> None:
    assert as_edgar.get(f"/workspaces/{workspace.id}/boards/new").status_code == 403
    assert as_edgar.plain("POST", f"/workspaces/{workspace.id}/boards", name="Mine").status_code == 403
    assert not events


def test_it_is_renamed_by_a_plain_form(as_ada: Browser, launch: Board, events: Events) -> None:
    answer = as_ada.plain("PATCH", f"/boards/{launch.id}", name="Liftoff")
    assert (answer.status_code, answer.location) == (303, f"/boards/{launch.id}")
    assert events.actions == ["board.renamed"]
    page = as_ada.get(answer.location).text
    assert "Renamed the board to “Liftoff”" in page
    assert f'action="/events/{events[0].id}/reversal"' in page


def test_a_script_renames_it_without_leaving_the_page(as_ada: Browser, launch: Board) -> None:
    drawn = as_ada.htmx("PATCH", f"/boards/{launch.id}", name="Liftoff", on=f"/boards/{launch.id}")
    assert "HX-Redirect" not in drawn.headers
    assert f'hx-target="#board_{launch.id}_name" hx-swap="innerHTML">Liftoff<' in drawn.text
    assert 'value="Liftoff"' in drawn.text
    assert "Renamed the board to “Liftoff”" in drawn.text
    assert as_ada.htmx("PATCH", f"/boards/{launch.id}", tint="moss").headers["HX-Redirect"] == f"/boards/{launch.id}"


def test_its_settings_are_one_event(as_ada: Browser, launch: Board, events: Events) -> None:
    answer = as_ada.plain(
        "PATCH",
        f"/boards/{launch.id}",
        name="Liftoff",
        tint="moss",
        visibility="workspace",
        description="All of it",
        time_zone="Europe/Oslo",
    )
    assert answer.status_code == 303
    assert events.actions == ["board.edited"]
    assert (launch.tint, launch.visibility, launch.time_zone) == ("moss", "workspace", "Europe/Oslo")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "x" * 121), ("name", ""), ("tint", "#f00"), ("visibility", "everyone"), ("time_zone", "Mars/Base")],
)
def test_bad_settings_are_refused_and_kept(
    as_ada: Browser, launch: Board, events: Events, field: str, value: str
) -> None:
    sent = {"name": "Liftoff", "description": "Kept words", field: value}
    answer = as_ada.plain("PATCH", f"/boards/{launch.id}", **sent)
    assert answer.status_code == 422
    assert "Kept words" in answer.text
    assert "field__error" in answer.text
    refused = as_ada.htmx("PATCH", f"/boards/{launch.id}", **sent)
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert refused.json["field"] == field
    assert not events


def test_nothing_sent_changes_nothing(as_ada: Browser, launch: Board, events: Events) -> None:
    assert as_ada.plain("PATCH", f"/boards/{launch.id}").status_code == 303
    assert not events


def test_a_member_may_not_change_its_settings(as_grace: Browser, launch: Board, events: Events) -> None:
    assert as_grace.get(f"/boards/{launch.id}/edit").status_code == 403
    assert as_grace.plain("PATCH", f"/boards/{launch.id}", name="Mine").status_code == 403
    assert not events


def test_deleting_leads_home_and_can_be_undone_there(as_ada: Browser, launch: Board, events: Events) -> None:
    answer = as_ada.plain("DELETE", f"/boards/{launch.id}")
    assert (answer.status_code, answer.location) == (303, "/")
    home = as_ada.get("/").text
    assert "Deleted the board “Launch”" in home
    undone = as_ada.plain("POST", f"/events/{events[0].id}/reversal", came_from="/")
    assert undone.location == "/"
    assert f'href="/boards/{launch.id}"' in as_ada.get("/").text


def test_a_script_is_led_away_from_a_deleted_board(as_ada: Browser, launch: Board) -> None:
    answer = as_ada.htmx("DELETE", f"/boards/{launch.id}", on=f"/boards/{launch.id}")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/")


def test_a_star_is_put_on_and_taken_off(as_ada: Browser, ada: Actor, launch: Board, events: Events) -> None:
    answer = as_ada.plain("PUT", f"/boards/{launch.id}/star", came_from="/")
    assert answer.location == "/"
    assert db.session.get(Star, (ada.id, launch.id)) is not None
    drawn = as_ada.htmx("DELETE", f"/boards/{launch.id}/star").text
    assert f'hx-target="#board_{launch.id}_star"' in drawn
    assert 'aria-pressed="false"' in drawn
    assert db.session.get(Star, (ada.id, launch.id)) is None
    assert not events


def test_a_visit_is_noted_once_the_page_is_sent_and_not_again_for_minutes(
    as_ada: Browser, ada: Actor, launch: Board
) -> None:
    def look() -> None:
        as_ada.get(f"/boards/{launch.id}").close()

    def noted() -> Visit | None:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get(Visit, (ada.id, launch.id))

    look()
    first = noted()
    assert first is not None
    assert first.seen_seq == launch.seq
    seen_at = first.seen_at
    with clock.travel(timedelta(minutes=4)):
        look()
        assert noted().seen_at == seen_at  # type: ignore[union-attr]
    with clock.travel(timedelta(minutes=6)):
        look()
        assert noted().seen_at > seen_at  # type: ignore[union-attr]


def test_a_visit_that_cannot_be_noted_costs_nobody_a_page(
    as_ada: Browser, ada: Actor, launch: Board, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    do_execute = db.engine.dialect.do_execute

    def refuse_writing(cursor: Any, statement: str, *more: Any) -> None:
        if statement.startswith("INSERT INTO visits"):
            raise exc.OperationalError(statement, {}, OSError("locked"))
        do_execute(cursor, statement, *more)

    monkeypatch.setattr(db.engine.dialect, "do_execute", refuse_writing)
    answer = as_ada.get(f"/boards/{launch.id}")
    answer.close()
    assert answer.status_code == 200
    assert "visit_not_noted" in caplog.text
    assert db.session.get(Visit, (ada.id, launch.id)) is None


def test_an_archived_board_can_be_read_and_not_changed(
    as_ada: Browser, ada: Actor, launch: Board, report: Card, todo: List
) -> None:
    archive_board(ada, launch)
    assert as_ada.get(f"/boards/{launch.id}").status_code == 200
    assert as_ada.get(f"/cards/{report.id}").status_code == 200
    refused = as_ada.plain("POST", f"/lists/{todo.id}/cards", titles="Too late")
    assert refused.status_code == 403
    assert "Too late" in refused.text
    assert "is archived" in as_ada.htmx("POST", f"/lists/{todo.id}/cards", titles="Too late").json["title"]


def test_a_long_list_is_drawn_in_parts(as_ada: Browser, ada: Actor, launch: Board, doing: List) -> None:
    create_cards(ada, doing, [NewCard(f"Card {n}") for n in range(60)])
    page = as_ada.get(f"/boards/{launch.id}").text
    assert "Card 48" in page
    assert "Card 49" not in page
    assert "Show 11 more" in page
