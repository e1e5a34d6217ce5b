"""The pages of people: who is here, as what, by forms and by scripts."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import create_account
from kanban.actions.boards import edit_board
from kanban.actions.groups import create_group
from kanban.actions.members import set_workspace_role
from kanban.models import (
    Actor,
    Board,
    BoardMember,
    Card,
    Group,
    GroupMember,
    Invitation,
    JoinRequest,
    Workspace,
    WorkspaceMember,
)
from kanban.policies import forget_roles, role_in, role_on
from kanban.support.clock import now
from kanban.support.db import db, transaction
from tests.bench.statements import listening
from tests.web.conftest import Browser
from tests.world import PASSWORD, one


def now_on(actor: Actor, board: Board) -> str | None:
    """The role somebody has on a board at this moment."""
    forget_roles()
    return role_on(actor, board)


def test_a_member_sees_who_is_here_and_no_controls_nor_addresses(
    as_grace: Browser, ada: Actor, workspace: Workspace
) -> None:
    page = as_grace.get(f"/workspaces/{workspace.id}/members").text
    assert all(name in page for name in ("Ada Lovelace", "Grace Hopper", "Edgar Codd"))
    assert "ada@example.org" not in page
    assert "<select" not in page.split('class="sections__page"')[1].split("</main>")[0]
    assert "Invite people" not in page


def test_a_guest_does_not_see_who_else_is_in_the_workspace(as_edgar: Browser, workspace: Workspace) -> None:
    assert as_edgar.get(f"/workspaces/{workspace.id}/members").status_code == 403
    assert as_edgar.get(f"/workspaces/{workspace.id}/groups").status_code == 403


def test_a_role_is_changed_by_a_form(as_ada: Browser, grace: Actor, workspace: Workspace) -> None:
    url = f"/workspaces/{workspace.id}/members"
    answer = as_ada.plain("PATCH", f"{url}/{grace.id}", role="admin")
    assert (answer.status_code, answer.location) == (303, url)
    page = as_ada.get(url).text
    assert "Role changed: Grace Hopper is admin now" in page
    # Nothing takes it back by itself.
    assert "/reversal" not in page
    assert role_in(grace, workspace) == "admin"


def test_a_script_gets_the_list_again(as_ada: Browser, grace: Actor, workspace: Workspace) -> None:
    url = f"/workspaces/{workspace.id}/members/{grace.id}"
    answer = as_ada.htmx("PATCH", url, role="admin")
    assert answer.status_code == 200
    assert f'hx-target="#workspace_{workspace.id}_people"' in answer.text
    assert 'data-offers="admin"' in answer.text
    assert "Grace Hopper" not in as_ada.htmx("DELETE", url).text.split("toast")[0]
    assert role_in(grace, workspace) is None


def test_a_refusal_says_what_to_do_instead(as_ada: Browser, ada: Actor, workspace: Workspace) -> None:
    url = f"/workspaces/{workspace.id}/members/{ada.id}"
    answer = as_ada.plain("PATCH", url, role="member")
    assert answer.status_code == 409
    assert "Make somebody else an owner first" in answer.text
    script = as_ada.htmx("DELETE", url)
    assert (script.status_code, script.json["title"]) == (
        409,
        "A workspace needs an owner. Make somebody else an owner first.",
    )


def test_who_leaves_goes_home(as_grace: Browser, grace: Actor, workspace: Workspace) -> None:
    answer = as_grace.plain("DELETE", f"/workspaces/{workspace.id}/members/{grace.id}")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "You have left the workspace" in as_grace.get("/").text
    assert as_grace.get(f"/workspaces/{workspace.id}").status_code == 404


def test_losing_a_role_acts_at_the_next_request(
    as_ada: Browser, as_grace: Browser, grace: Actor, workspace: Workspace, launch: Board, report: Card
) -> None:
    assert as_grace.get(f"/cards/{report.id}").status_code == 200
    as_ada.plain("DELETE", f"/workspaces/{workspace.id}/members/{grace.id}")
    for path in (f"/cards/{report.id}", f"/boards/{launch.id}", f"/workspaces/{workspace.id}/members"):
        assert as_grace.get(path).status_code == 404


def test_stale_bleed_no_page_shows_a_title_to_who_was_removed(
    as_ada: Browser, as_grace: Browser, grace: Actor, workspace: Workspace, launch: Board, report: Card
) -> None:
    as_ada.plain("PUT", f"/cards/{report.id}/assignees", user_ids=[grace.id])
    as_grace.plain("PUT", f"/boards/{launch.id}/star")
    as_grace.plain("PUT", f"/cards/{report.id}/watch")
    assert "Launch" in as_grace.get("/").text
    as_ada.plain("DELETE", f"/workspaces/{workspace.id}/members/{grace.id}")
    for path in ("/", "/imports", "/preferences/edit", "/help"):
        text = as_grace.get(path).text
        assert "Launch" not in text, path
        assert report.title not in text, path


def test_guest_bleed_who_is_not_on_the_board_is_put_on_no_card(
    as_ada: Browser, eve: Actor, launch: Board, report: Card
) -> None:
    assert as_ada.plain("PUT", f"/cards/{report.id}/assignees", user_ids=[eve.id]).status_code == 404
    # Nor can somebody of no workspace of ours be added by id.
    answer = as_ada.plain("POST", f"/boards/{launch.id}/members", user_id=eve.id, role="member")
    assert answer.status_code == 404
    assert now_on(eve, launch) is None


def test_a_board_shows_who_sees_it_and_by_what(as_edgar: Browser, as_ada: Browser, launch: Board) -> None:
    page = as_edgar.get(f"/boards/{launch.id}/members").text
    assert "Grace Hopper" in page
    assert "Private: nobody sees it through Engines alone" in page
    assert "Invite people" not in page
    assert f'href="/boards/{launch.id}/members"' in as_edgar.get(f"/boards/{launch.id}").text
    assert f'href="/boards/{launch.id}/invitations/new"' in as_ada.get(f"/boards/{launch.id}/members").text


def test_people_of_the_workspace_are_added_and_taken_off(
    as_ada: Browser, grace: Actor, garden: Board, launch: Board
) -> None:
    url = f"/boards/{garden.id}/members"
    assert f'<option value="{grace.id}">' in as_ada.get(url).text
    assert as_ada.plain("POST", url, user_id=grace.id, role="observer").location == url
    assert now_on(grace, garden) == "observer"
    answer = as_ada.htmx("PATCH", f"{url}/{grace.id}", role="member")
    assert f'hx-target="#board_{garden.id}_people"' in answer.text
    assert db.session.get_one(BoardMember, (garden.id, grace.id)).role == "member"
    assert as_ada.plain("DELETE", f"{url}/{grace.id}").location == url
    assert now_on(grace, garden) is None


def test_who_leaves_a_board_stays_where_they_may(
    as_ada: Browser, as_grace: Browser, ada: Actor, grace: Actor, launch: Board, garden: Board
) -> None:
    edit_board(ada, garden, visibility="workspace")
    as_ada.plain("POST", f"/boards/{garden.id}/members", user_id=grace.id, role="member")
    assert as_grace.plain("DELETE", f"/boards/{garden.id}/members/{grace.id}").location.endswith("/members")
    assert as_grace.plain("DELETE", f"/boards/{launch.id}/members/{grace.id}").location == "/"


def test_a_board_says_who_it_is_open_to_and_what_observers_may(
    as_ada: Browser, as_edgar: Browser, launch: Board, report: Card, ada: Actor
) -> None:
    assert as_edgar.plain("POST", f"/cards/{report.id}/comments", body="May I?").status_code == 403
    assert "Write a comment" not in as_edgar.get(f"/cards/{report.id}").text
    fields = {"visibility": "workspace", "workspace_role": "observer", "observers_comment": "1"}
    assert as_ada.plain("PATCH", f"/boards/{launch.id}", **fields).status_code == 303
    page = as_ada.get(f"/boards/{launch.id}/edit").text
    assert 'value="observer" checked' in page
    assert 'name="observers_comment" value="1" checked' in page
    # An observer has the form, and may change what they said.
    assert "Write a comment" in as_edgar.get(f"/cards/{report.id}").text
    assert as_edgar.plain("POST", f"/cards/{report.id}/comments", body="I may.").status_code == 303
    comment_id = db.session.scalar(sa.text("SELECT max(id) FROM comments"))
    assert as_edgar.plain("PATCH", f"/comments/{comment_id}", body="I might.").status_code == 303
    assert as_edgar.plain("PATCH", f"/cards/{report.id}", title="Mine").status_code == 403
    # Taken back, what was said stays, and is theirs to change no more (CommentBleed).
    as_ada.plain("PATCH", f"/boards/{launch.id}", observers_comment="0")
    assert as_edgar.plain("PATCH", f"/comments/{comment_id}", body="Again").status_code == 403


def test_a_role_that_no_form_offers_is_refused(as_ada: Browser, launch: Board) -> None:
    answer = as_ada.plain("PATCH", f"/boards/{launch.id}", workspace_role="admin")
    assert answer.status_code == 422
    assert "Choose one of the values on offer" in answer.text


def test_a_group_is_made_filled_put_on_a_board_and_taken_away(
    as_ada: Browser, grace: Actor, workspace: Workspace, garden: Board
) -> None:
    groups = f"/workspaces/{workspace.id}/groups"
    answer = as_ada.plain("POST", groups, name="Design", once="a mark of one form")
    group = one(Group, name="Design")
    url = f"/groups/{group.id}"
    assert answer.location == f"{url}/edit"
    assert as_ada.plain("PUT", f"{url}/members", user_ids=[grace.id]).status_code == 303
    assert f'value="{grace.id}" checked' in as_ada.get(f"{url}/edit").text
    assert "Design" in as_ada.get(f"/workspaces/{workspace.id}/members").text
    as_ada.plain("PATCH", url, name="Drawing")
    assert "Drawing" in as_ada.get(groups).text
    board = f"/boards/{garden.id}"
    assert as_ada.plain("POST", f"{board}/groups", group_id=group.id, role="observer").location == f"{board}/members"
    assert now_on(grace, garden) == "observer"
    answer = as_ada.htmx("PATCH", f"{board}/groups/{group.id}", role="member")
    assert "The group “Drawing” is now member" in answer.text
    assert as_ada.plain("DELETE", f"{board}/groups/{group.id}").status_code == 303
    assert now_on(grace, garden) is None
    assert as_ada.plain("DELETE", url).location == groups
    page = as_ada.get(groups).text
    assert "Deleted the group “Drawing”" in page
    assert "/reversal" in page
    assert as_ada.get(f"{url}/edit").status_code == 404


def test_a_name_that_is_taken_is_shown_again(as_ada: Browser, ada: Actor, workspace: Workspace) -> None:
    create_group(ada, workspace, "Design")
    answer = as_ada.plain("POST", f"/workspaces/{workspace.id}/groups", name="design")
    assert answer.status_code == 409
    assert 'value="design"' in answer.text
    assert "There is a group of this name" in answer.text


def test_no_outsider_is_put_into_a_group(as_ada: Browser, ada: Actor, eve: Actor, workspace: Workspace) -> None:
    create_group(ada, workspace, "Design")
    group = one(Group)
    assert as_ada.plain("PUT", f"/groups/{group.id}/members", user_ids=[eve.id]).status_code == 404
    assert db.session.query(GroupMember).count() == 0


def test_who_looks_asks_to_join_and_an_admin_decides(
    as_ada: Browser, as_grace: Browser, grace: Actor, ada: Actor, garden: Board
) -> None:
    edit_board(ada, garden, visibility="workspace", workspace_role="observer")
    people = f"/boards/{garden.id}/members"
    assert "Ask to join" in as_grace.get(people).text
    assert as_grace.plain("POST", f"/boards/{garden.id}/requests").location == people
    assert "Ask to join" not in as_grace.get(people).text
    page = as_ada.get(people).text
    assert "Asking to join" in page
    request_id = db.session.scalar(sa.text("SELECT max(id) FROM join_requests"))
    assert f'action="/requests/{request_id}?_method=put"' in page
    answer = as_ada.plain("PUT", f"/requests/{request_id}", role="member")
    assert answer.location == people
    assert now_on(grace, garden) == "member"
    assert as_ada.plain("DELETE", f"/requests/{request_id}").status_code == 409


def test_what_a_script_draws_again_can_be_sent_without_it(
    as_ada: Browser, as_grace: Browser, as_edgar: Browser, ada: Actor, edgar: Actor, garden: Board, workspace: Workspace
) -> None:
    edit_board(ada, garden, visibility="workspace", workspace_role="observer")
    as_grace.plain("POST", f"/boards/{garden.id}/requests")
    first = db.session.scalar(sa.text("SELECT max(id) FROM join_requests"))
    set_workspace_role(ada, workspace, edgar.user, "member")
    as_edgar.plain("POST", f"/boards/{garden.id}/requests")
    second = db.session.scalar(sa.text("SELECT max(id) FROM join_requests"))
    drawn = as_ada.htmx("PUT", f"/requests/{first}", role="member").text
    refusal = drawn.split(f'action="/requests/{second}?_method=delete"')[1].split("</form>")[0]
    assert 'name="csrf_token" value="' in refusal


def test_who_asked_is_refused_or_takes_it_back(
    as_ada: Browser, as_grace: Browser, grace: Actor, ada: Actor, garden: Board
) -> None:
    edit_board(ada, garden, visibility="workspace", workspace_role="observer")
    for browser, words in ((as_ada, "Refused Grace Hopper"), (as_grace, "You have taken it back")):
        as_grace.plain("POST", f"/boards/{garden.id}/requests")
        request_id = db.session.scalar(sa.text("SELECT max(id) FROM join_requests"))
        assert f'action="/requests/{request_id}?_method=delete"' in browser.get(f"/boards/{garden.id}/members").text
        answer = browser.plain("DELETE", f"/requests/{request_id}")
        assert words in browser.get(answer.location).text
        assert now_on(grace, garden) == "observer"
    assert as_ada.plain("DELETE", "/requests/999999").status_code == 404
    assert f'href="/boards/{garden.id}/members">' in as_grace.get(f"/boards/{garden.id}").text


def test_what_the_members_page_says_of_roles_in_a_form_counts_for_nothing(
    as_grace: Browser, grace: Actor, workspace: Workspace, launch: Board
) -> None:
    for path in (f"/workspaces/{workspace.id}/members/{grace.id}", f"/boards/{launch.id}/members/{grace.id}"):
        assert as_grace.plain("PATCH", path, role="admin", actor="1").status_code == 403
    assert db.session.get_one(WorkspaceMember, (workspace.id, grace.id)).role == "member"


def test_a_person_can_be_found_on_the_pages_that_lead_here(
    browse: Callable[[Actor], Browser], ada: Actor, workspace: Workspace
) -> None:
    home = browse(ada)
    for path in ("/", f"/workspaces/{workspace.id}"):
        assert f'href="/workspaces/{workspace.id}/members"' in home.get(path).text, path


def test_more_invitations_and_requests_take_no_more_statements(
    app: Flask, as_ada: Browser, grace: Actor, workspace: Workspace, launch: Board
) -> None:
    def asked(path: str) -> int:
        db.session.remove()
        with listening(db.engine) as statements:
            assert as_ada.get(path).status_code == 200
        return len(statements)

    pages = (f"/workspaces/{workspace.id}/members", f"/boards/{launch.id}/members")
    for page in pages:
        asked(page)
    few = [asked(page) for page in pages]
    for number in range(3):
        person = create_account(f"Number {number}", f"number{number}@example.org", PASSWORD)
        with transaction() as session:
            for board_id in (None, launch.id):
                session.add(
                    Invitation(
                        workspace_id=workspace.id,
                        board_id=board_id,
                        role="member",
                        secret_hash=f"{number} {board_id}",
                        invited_by_id=person.id,
                        expires_at=now() + timedelta(days=1),
                    )
                )
            session.add(JoinRequest(board_id=launch.id, user_id=person.id))
    assert [asked(page) for page in pages] == few
