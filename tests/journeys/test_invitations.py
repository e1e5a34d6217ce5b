"""Somebody is invited by mail, makes an account, and is on the board: with JavaScript and without."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from kanban.actions.boards import edit_board
from kanban.actions.members import set_workspace_role
from kanban.models import Actor, Board, Mail, Workspace
from kanban.support.db import db

Opener = Callable[..., Page]
Enter = Callable[[Page, Actor], None]
SCREENS = pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 1280, "height": 800}},
        {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
        {"java_script_enabled": False},
    ],
    ids=["desktop", "phone", "without scripts"],
)


def link_of_the_newest_mail() -> str:
    db.session.rollback()
    mail = db.session.scalars(sa.select(Mail).where(Mail.template == "invitation").order_by(Mail.id.desc())).first()
    assert mail is not None
    return str(mail.context["url_path"])


@SCREENS
def test_invited_by_mail_a_new_person_is_on_the_board(
    open_page: Opener, sign_in: Enter, ada: Actor, launch: Board, screen: dict[str, object]
) -> None:
    page = open_page(**screen)
    sign_in(page, ada)
    page.goto(f"/boards/{launch.id}/members")
    page.get_by_role("link", name="Invite people").click()
    by_mail = page.get_by_role("form", name="By mail")
    by_mail.get_by_label("E-mail").fill("new@example.org")
    by_mail.get_by_text("Observer: reads").click()
    by_mail.get_by_role("button", name="Send invitation").click()
    expect(page.locator(".notice")).to_contain_text("Invited new@example.org")
    invited = page.get_by_role("region", name="Invited")
    expect(invited).to_contain_text("new@example.org")

    theirs = open_page(**screen)
    theirs.goto(link_of_the_newest_mail())
    expect(theirs.get_by_text("Ada Lovelace invites you to the board “Launch”")).to_be_visible()
    theirs.get_by_label("Name").fill("New Comer")
    theirs.get_by_label("Password").fill("a long tape of paper")
    theirs.get_by_role("button", name="Make the account").click()
    expect(theirs.get_by_role("heading", name="Launch", level=1)).to_be_visible()
    expect(theirs.get_by_text("Write the report").first).to_be_visible()

    page.goto(f"/boards/{launch.id}/members")
    row = page.locator(".member", has_text="New Comer")
    row.get_by_label("Role of New Comer").select_option("member")
    row.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Role changed: New Comer is member now").first).to_be_visible()
    row.get_by_text("Remove", exact=True).click()
    row.get_by_role("button", name="Remove New Comer").click()
    expect(row).to_have_count(0)
    assert (theirs.goto(f"/boards/{launch.id}") or pytest.fail("no answer")).status == 404


@SCREENS
def test_somebody_asks_to_join_and_is_let_in(
    open_page: Opener, sign_in: Enter, ada: Actor, grace: Actor, garden: Board, screen: dict[str, object]
) -> None:
    edit_board(ada, garden, visibility="workspace", workspace_role="observer")
    theirs, page = open_page(**screen), open_page(**screen)
    sign_in(theirs, grace)
    sign_in(page, ada)
    theirs.goto(f"/boards/{garden.id}/members")
    theirs.get_by_role("button", name="Ask to join").click()
    expect(theirs.locator(".notice")).to_contain_text("An admin of the board decides")
    page.goto(f"/boards/{garden.id}/members")
    asking = page.locator(".member", has_text="Grace Hopper")
    asking.get_by_label("Role").select_option("member")
    asking.get_by_role("button", name="Let in").click()
    expect(page.get_by_text("Added Grace Hopper").first).to_be_visible()
    theirs.goto(f"/boards/{garden.id}/members")
    expect(theirs.locator(".member", has_text="Grace Hopper")).to_contain_text("Member")


def test_one_is_let_in_and_the_next_is_refused(
    open_page: Opener, sign_in: Enter, ada: Actor, grace: Actor, edgar: Actor, workspace: Workspace, garden: Board
) -> None:
    edit_board(ada, garden, visibility="workspace", workspace_role="observer")
    set_workspace_role(ada, workspace, edgar.user, "member")
    for actor in (grace, edgar):
        theirs = open_page()
        sign_in(theirs, actor)
        theirs.goto(f"/boards/{garden.id}/members")
        theirs.get_by_role("button", name="Ask to join").click()
        expect(theirs.locator(".notice")).to_contain_text("An admin of the board decides")
    page = open_page()
    sign_in(page, ada)
    page.goto(f"/boards/{garden.id}/members")
    asking = page.get_by_role("region", name="Asking to join")
    asking.locator(".member", has_text="Grace Hopper").get_by_role("button", name="Let in").click()
    expect(page.get_by_text("Added Grace Hopper").first).to_be_visible()
    asking.locator(".member", has_text="Edgar Codd").get_by_role("button", name="Refuse").click()
    expect(page.locator(".notice")).to_contain_text("Refused Edgar Codd")
    expect(asking).to_have_count(0)


@SCREENS
def test_a_group_is_made_and_put_on_a_board(
    open_page: Opener, sign_in: Enter, ada: Actor, garden: Board, screen: dict[str, object]
) -> None:
    page = open_page(**screen)
    sign_in(page, ada)
    page.goto(f"/workspaces/{garden.workspace_id}/groups")
    page.get_by_label("Name of a new group").fill("Design")
    page.get_by_role("button", name="Create group").click()
    page.get_by_label("Grace Hopper").check()
    page.get_by_role("button", name="Save people").click()
    expect(page.locator(".notice")).to_contain_text("Added Grace Hopper")
    page.goto(f"/boards/{garden.id}/members")
    adding = page.get_by_role("form", name="Add a group")
    adding.get_by_label("Role").select_option("observer")
    adding.get_by_role("button", name="Add").click()
    on_board = page.locator(".member", has_text="Design")
    expect(on_board).to_contain_text("1 person")
    expect(on_board.get_by_label("Role of Design")).to_have_value("observer")
