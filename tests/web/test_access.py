"""Who can see a board, and why; and the board as somebody else sees it."""

import re

import pytest
import sqlalchemy as sa

from kanban.actions.boards import archive_board, edit_board, star_board
from kanban.actions.shares import share_board
from kanban.models import Actor, AuditEntry, Board, User, Visit, Workspace
from kanban.policies import verbs_on
from kanban.support.db import db
from tests.security.markup import Tag, tags_of
from tests.web.conftest import Browser

NAMES = ("Ada Lovelace", "Grace Hopper", "Edgar Codd")


def test_everybody_who_sees_the_board_is_listed_with_the_reasons(as_ada: Browser, ada: Actor, launch: Board) -> None:
    page = as_ada.get(f"/boards/{launch.id}/access").text
    assert all(name in page for name in NAMES)
    assert "Eve Outside" not in page
    assert "Was added to the board by name, as observer." in page
    assert "to which the board is open" not in page
    assert "No link lets others read it." in page
    edit_board(ada, launch, visibility="workspace")
    share_board(ada, launch)
    page = as_ada.get(f"/boards/{launch.id}/access").text
    assert "Is owner of Engines, to which the board is open: that makes them admin of the board." in page
    assert "And whoever has the link" in page
    assert "@example.org" not in page.partition("<main")[2]


def test_one_person_is_asked_for(as_ada: Browser, launch: Board) -> None:
    found = as_ada.get(f"/boards/{launch.id}/access?q=hopper").text
    assert "Grace Hopper" in found
    assert "Edgar Codd" not in found
    # Somebody with an account elsewhere, and nobody at all.
    unknown = [as_ada.get(f"/boards/{launch.id}/access?q={who}@example.org").text for who in ("eve", "nobody")]
    for page, who in zip(unknown, ("eve", "nobody"), strict=True):
        assert "Nobody of that name belongs to this board or its workspace." in page
        assert "Eve Outside" not in page, who


def test_a_person_is_told_about_with_what_they_may_do(as_ada: Browser, grace: Actor, launch: Board) -> None:
    page = as_ada.get(f"/boards/{launch.id}/access/{grace.id}").text
    assert "Why Grace Hopper can see this board" in page
    assert "On this board: member" in page
    said = dict(re.findall(r'<span class="vh">(Yes|No): </span>([^<]+)</span>', page))
    assert page.count("Yes: </span>") == sum(verbs_on(grace, launch).values())
    assert said


def test_somebody_of_the_workspace_who_cannot_see_it_is_told_why(as_ada: Browser, grace: Actor, garden: Board) -> None:
    page = as_ada.get(f"/boards/{garden.id}/access/{grace.id}").text
    assert "Why Grace Hopper cannot see this board" in page
    assert "They were not added to the board" in page
    assert "See the board as they do" not in page
    assert as_ada.get(f"/boards/{garden.id}/views/{grace.id}").status_code == 404


@pytest.mark.parametrize("page", ["access", "views"])
def test_somebody_of_elsewhere_is_nobody_here(as_ada: Browser, eve: Actor, launch: Board, page: str) -> None:
    path = f"/boards/{launch.id}/{page}"
    answers = [as_ada.get(f"{path}/{id_}") for id_ in (eve.id, 999_999, 2**40)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("path", ["access", "access/{grace}", "views/{grace}", "shares"])
def test_only_admins_of_the_board_ask(
    as_grace: Browser, as_edgar: Browser, launch: Board, grace: Actor, path: str
) -> None:
    for browser in (as_grace, as_edgar):
        assert browser.get(f"/boards/{launch.id}/" + path.format(grace=grace.id)).status_code == 403


def test_an_archived_board_is_still_accounted_for(as_ada: Browser, ada: Actor, grace: Actor, launch: Board) -> None:
    archive_board(ada, launch)
    for path in ("access", f"access/{grace.id}", f"views/{grace.id}", "shares"):
        assert as_ada.get(f"/boards/{launch.id}/{path}").status_code == 200, path


def test_the_board_is_drawn_with_the_controls_of_its_member(
    as_ada: Browser, grace: Actor, edgar: Actor, ada: Actor, launch: Board
) -> None:
    drawn = {
        actor.user.name.split()[0]: as_ada.get(f"/boards/{launch.id}/views/{actor.id}").text
        for actor in (grace, edgar, ada)
    }
    for name, page in drawn.items():
        assert f"You see this board as {name}" in page
        assert "Write the report" in page
    assert [page.count("Add a card") > 0 for page in drawn.values()] == [True, False, True]
    assert ["Board settings" in page for page in drawn.values()] == [False, False, True]


def test_nothing_on_such_a_page_works(as_ada: Browser, grace: Actor, launch: Board) -> None:
    page = as_ada.get(f"/boards/{launch.id}/views/{grace.id}").text
    board = page.partition('<fieldset class="board__inert" disabled')[2]
    inside = board.partition('<template id="toast_template">')[0].partition('<div class="vh" id="say_politely"')[0]
    assert inside.count("<fieldset") == inside.count("</fieldset") - 1
    tags = tags_of(inside)
    assert not [tag for tag in tags if tag.name == "a" and not tag.attributes.get("href", "#").startswith("#")]
    assert not _named(tags, "csrf_token")
    assert {tag.name for tag in tags} >= {"form", "button"}
    scripts = [
        tag for tag in tags_of(page) if tag.name == "script" and tag.attributes.get("type") != "application/json"
    ]
    assert scripts == []


def test_it_is_written_down_and_shows_nothing_private(as_ada: Browser, grace: Actor, launch: Board) -> None:
    plain = as_ada.get(f"/boards/{launch.id}/views/{grace.id}").text
    star_board(grace, launch)
    with db.engine.begin() as connection:
        table = User.__table__
        preferences = {"theme": "dark", "label_style": "bars", "time_zone": "Asia/Tokyo", "single_keys": False}
        connection.execute(sa.update(table).where(table.c.id == grace.id).values(**preferences))
    db.session.expire_all()
    again = as_ada.get(f"/boards/{launch.id}/views/{grace.id}").text
    assert _settled(again) == _settled(plain)
    lines = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "board.viewed_as")).all()
    assert [(line.actor_name, line.subject_id, line.detail["person"]) for line in lines] == [
        ("Ada Lovelace", launch.id, "Grace Hopper")
    ] * 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Visit).where(Visit.user_id == grace.id)) == 0


def _named(tags: list[Tag], name: str) -> list[Tag]:
    return [tag for tag in tags if tag.attributes.get("name") == name]


def _settled(page: str) -> str:
    return re.sub(r'(nonce="|csrf-token" content="|csrf_token" value=")[\w.~-]+', "", page)


def test_what_is_shown_once_can_be_copied_by_a_button(as_ada: Browser, launch: Board, workspace: Workspace) -> None:
    invited = as_ada.plain("POST", f"/workspaces/{workspace.id}/invitations", way="link", uses="1", role="member").text
    shared = as_ada.plain("POST", f"/boards/{launch.id}/shares", days="7").text
    for page, field in ((invited, "link"), (shared, "made")):
        assert f'data-copy="{field}"' in page
        assert '<span>Copy</span></button><span class="vh" role="status">' in page, "The button has a name."
        assert "js/copy" in page
