"""The console of the site's admins, by plain forms."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import create_account
from kanban.actions.audit import note
from kanban.actions.site import set_site
from kanban.models import Actor, AuditEntry, Invitation, Session, Setting, Totp, User, Workspace
from kanban.queries.site import site
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from kanban.support.errors import Invalid, NotFound
from kanban.support.tokens import digest, seal
from tests.web.conftest import Browser
from tests.world import PASSWORD


@pytest.fixture
def root(world: None) -> Actor:
    """An admin of the site with a second factor."""
    made = Actor(create_account("Root", "root@example.org", PASSWORD, is_admin=True))
    with transaction() as session:
        session.add(Totp(user_id=made.id, sealed=seal("x")))
    return made


@pytest.fixture
def as_root(browse: Callable[[Actor], Browser], root: Actor) -> Browser:
    return browse(root)


def audited() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


PAGES = ("people", "workspaces", "invitations", "settings/edit", "audit", "audit.csv")


@pytest.mark.parametrize("page", PAGES)
def test_the_console_is_not_there_for_others(as_ada: Browser, as_root: Browser, app: Flask, page: str) -> None:
    nowhere = as_ada.get("/admin/nowhere")
    refused = as_ada.get(f"/admin/{page}")
    assert (refused.status_code, nowhere.status_code) == (404, 404)
    assert app.test_client().get(f"/admin/{page}").location == f"/session/new?next=/admin/{page}"
    assert as_root.get(f"/admin/{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_an_admin_without_a_second_factor_is_led_to_it(
    browse: Callable[[Actor], Browser], root: Actor, page: str
) -> None:
    with transaction() as session:
        session.execute(sa.delete(Totp))
    browser = browse(root)
    led = browser.get(f"/admin/{page}")
    assert (led.status_code, led.location) == (303, "/account/factors")
    with transaction() as session:
        session.add(Setting(name="require_factor", value="nobody"))
    assert browser.get(f"/admin/{page}").status_code == 200


def test_the_menu_leads_to_it_for_admins_alone(as_root: Browser, as_ada: Browser) -> None:
    assert 'href="/admin/people"' in as_root.get("/").text
    assert "/admin" not in as_ada.get("/").text


# People


def test_people_are_found_by_name_and_address(as_root: Browser) -> None:
    for find, found, others in (
        ("lovelace", "Ada Lovelace", "Grace Hopper"),
        ("GRACE@", "Grace Hopper", "Ada Lovelace"),
        ("Hopper", "Grace Hopper", "Eve Outside"),
    ):
        page = as_root.get(f"/admin/people?find={find}")
        assert found in page.text
        assert others not in page.text
    for sign in ("%25", "_", "'", "\\"):
        assert "Ada Lovelace" not in as_root.get(f"/admin/people?find={sign}{sign}").text


def test_people_are_shown_by_state(as_root: Browser, root: Actor, grace: Actor) -> None:
    as_root.plain("PUT", f"/admin/people/{grace.id}/disabling")
    assert "Grace Hopper" in as_root.get("/admin/people?state=disabled").text
    assert "Ada Lovelace" not in as_root.get("/admin/people?state=disabled").text
    assert "root@example.org" in as_root.get("/admin/people?state=admins").text
    assert "Ada Lovelace" not in as_root.get("/admin/people?state=admins").text
    assert '<option value="disabled" selected>' in as_root.get("/admin/people?state=disabled").text
    assert "Nobody like that" in as_root.get("/admin/people?state=unverified").text
    assert "Ada Lovelace" in as_root.get("/admin/people?state=nonsense").text


def test_a_long_list_comes_in_pages_that_hold_each_once(as_root: Browser) -> None:
    with transaction():
        for number in range(60):
            create_account(f"Person number {number:02}", f"{number}@example.org", PASSWORD)
    first = as_root.get("/admin/people?find=number")
    assert "Person number 59" in first.text
    assert "Person number 09" not in first.text
    link = first.text.split('href="/admin/people?')[-1].split('"')[0].replace("&amp;", "&")
    second = as_root.get(f"/admin/people?{link}")
    shown = [f"Person number {number:02}" for number in range(60)]
    assert all((each in first.text) != (each in second.text) for each in shown)


def test_a_page_tells_what_belongs_to_an_account(as_root: Browser, as_grace: Browser, grace: Actor) -> None:
    page = as_root.get(f"/admin/people/{grace.id}").text
    for words in ("grace@example.org", "Engines", "Personal", "0 personal tokens", "None"):
        assert words in page
    for nothing in ("password_hash", "argon2", str(grace.user.password_hash)):
        assert nothing not in page


@pytest.mark.parametrize("user_id", [0, 999_999, 2**31, 2**70])
def test_who_is_not_there_is_not_found(as_root: Browser, user_id: int) -> None:
    assert as_root.get(f"/admin/people/{user_id}").status_code == 404
    assert as_root.plain("PUT", f"/admin/people/{user_id}/disabling").status_code == 404


def test_disabling_signs_out_on_the_next_request_and_enabling_lets_in_again(
    as_root: Browser, as_grace: Browser, grace: Actor, app: Flask
) -> None:
    assert as_grace.get("/").status_code == 200
    done = as_root.plain("PUT", f"/admin/people/{grace.id}/disabling")
    assert (done.status_code, done.location) == (303, f"/admin/people/{grace.id}")
    assert "Disabled Grace Hopper" in as_root.get(done.location).text
    assert as_grace.get("/").location.startswith("/session/new")
    sent = {"email": "grace@example.org", "password": PASSWORD}
    assert app.test_client().post("/session", data=sent).status_code == 422
    as_root.plain("DELETE", f"/admin/people/{grace.id}/disabling")
    assert as_grace.get("/").location.startswith("/session/new")
    assert app.test_client().post("/session", data=sent).status_code == 303
    assert {"user.disabled", "user.enabled"} <= set(audited())


def test_signing_somebody_out(as_root: Browser, as_grace: Browser, grace: Actor) -> None:
    done = as_root.plain("DELETE", f"/admin/people/{grace.id}/sessions")
    assert done.status_code == 303
    assert as_grace.get("/").location.startswith("/session/new")
    assert "sessions.ended" in audited()


def test_resetting_a_second_factor(as_root: Browser, grace: Actor) -> None:
    with transaction() as session:
        session.add(Totp(user_id=grace.id, sealed=seal("x")))
    assert "Reset second factor" in as_root.get(f"/admin/people/{grace.id}").text
    assert as_root.plain("DELETE", f"/admin/people/{grace.id}/factors").status_code == 303
    assert db.session.get(Totp, grace.id) is None
    assert "Reset second factor" not in as_root.get(f"/admin/people/{grace.id}").text
    assert "factor.reset" in audited()


def test_making_and_unmaking_an_admin(as_root: Browser, root: Actor, grace: Actor) -> None:
    refused = as_root.plain("DELETE", f"/admin/people/{root.id}/adminship")
    assert refused.status_code == 409
    assert "This is the only admin." in refused.text
    assert as_root.plain("PUT", f"/admin/people/{grace.id}/adminship").status_code == 303
    assert db.session.get_one(User, grace.id).is_admin
    left = as_root.plain("DELETE", f"/admin/people/{root.id}/adminship")
    assert (left.status_code, left.location) == (303, "/")
    assert as_root.get("/admin/people").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/admin/people/{id}/adminship"),
        ("DELETE", "/admin/people/{id}/adminship"),
        ("DELETE", "/admin/people/{id}/factors"),
        ("PUT", "/admin/settings"),
    ],
)
def test_what_is_dangerous_asks_who_one_is(as_root: Browser, grace: Actor, method: str, path: str) -> None:
    with travel(timedelta(hours=2)):
        asked = as_root.plain(method, path.format(id=grace.id), registration="closed")
    assert asked.location.startswith("/session/confirmation/new")
    assert site().registration == "open"
    assert not db.session.get_one(User, grace.id).is_admin


# Workspaces


def test_workspaces_with_owners_and_counts(as_root: Browser) -> None:
    page = as_root.get("/admin/workspaces?find=engine").text
    for words in ("Engines", "Ada Lovelace", "3 people", "1 board"):
        assert words in page
    assert "Personal" not in page
    assert "No workspace" in as_root.get("/admin/workspaces?find=nonsense").text


def test_to_look_after_the_site_opens_no_board(as_root: Browser, launch: object, workspace: Workspace) -> None:
    assert as_root.get(f"/boards/{launch.id}").status_code == 404  # type: ignore[attr-defined]
    assert as_root.get(f"/workspaces/{workspace.id}").status_code == 404


# Settings


def test_settings_hold_at_once(as_root: Browser, app: Flask) -> None:
    sent = {"registration": "closed", "password_least": "12", "public_links": "0", "session_days": "7"}
    done = as_root.plain("PUT", "/admin/settings", **sent)
    assert (done.status_code, done.location) == (303, "/admin/settings/edit")
    assert (site().registration, site().password_least, site().public_links, site().session_days) == (
        "closed",
        12,
        False,
        7,
    )
    assert app.test_client().get("/accounts/new").status_code == 404
    page = as_root.get("/admin/settings/edit").text
    assert "4 settings are changed." in page
    line = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "site.changed")).one()
    assert line.detail["registration"] == ["open", "closed"]
    assert as_root.plain("PUT", "/admin/settings", **sent).status_code == 303
    assert audited().count("site.changed") == 1, "what stays as it is is no change"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("registration", "sometimes", "Choose one"),
        ("password_least", "7", "from 8 to 64"),
        ("password_least", "65", "from 8 to 64"),
        ("password_least", "", "Type a whole number"),
        ("session_days", "0", "from 1 to 365"),
        ("session_days", "ten", "whole number"),
        ("session_idle_hours", "99999", "from 1 to 8760"),
        ("people_limit", "-1", "from 0 to 1000000"),
    ],
)
def test_a_bad_setting_is_refused_beside_its_field(as_root: Browser, field: str, value: str, reason: str) -> None:
    refused = as_root.plain("PUT", "/admin/settings", **{"invitation_days": "3", field: value})
    assert refused.status_code == 422
    beside = refused.text.split(f'id="{field}_error"')[1].split("</p>")[0]
    assert reason in beside
    assert site().invitation_days == 7, "all of them or none"


@pytest.mark.parametrize("on", [True, False])
def test_a_refused_form_leaves_its_switches_as_they_were_set(as_root: Browser, on: bool) -> None:
    switches = {name: ["0", "1"] if on else ["0"] for name in ("public_links", "password_grant")}
    refused = as_root.plain("PUT", "/admin/settings", session_days="0", **switches)
    assert refused.status_code == 422
    assert refused.text.count('role="switch" name="public_links" value="1" checked') == on
    assert refused.text.count('role="switch" name="password_grant" value="1" checked') == on


def test_switches_outlive_the_question_who_one_is(as_root: Browser) -> None:
    with travel(timedelta(hours=1)):
        asked = as_root.plain("PUT", "/admin/settings", session_days="7", public_links=["0", "1"])
        assert (asked.location or "").startswith("/session/confirmation/new")
        with as_root.client.session_transaction() as session:
            assert session["typed"][1] == {"session_days": "7", "public_links": "1"}


def test_no_other_setting_can_be_set(root: Actor, ada: Actor) -> None:
    for values in ({"setup_token_hash": "x"}, {"audit_head": "x"}, {"public_links": "yes"}, {"people_limit": True}):
        with pytest.raises(Invalid):
            set_site(root, **values)
    with pytest.raises(NotFound):
        set_site(ada, registration="closed")


def test_a_full_site_takes_nobody_more(as_root: Browser, app: Flask) -> None:
    as_root.plain("PUT", "/admin/settings", people_limit="5")
    answers = []
    for email in ("new@example.org", "ada@example.org"):
        sent = {"name": "New", "email": email, "password": "a long tape of paper"}
        answer = app.test_client().post("/accounts", data=sent)
        answers.append((answer.status_code, "takes no more people" in answer.text))
    assert answers == [(422, True), (422, True)], "the same for an address that is known"


# Invitations


def test_open_invitations_can_be_revoked(as_root: Browser, workspace: Workspace, ada: Actor) -> None:
    with transaction() as session:
        for number, expires in ((1, 1), (2, -1)):
            session.add(
                Invitation(
                    workspace_id=workspace.id,
                    role="member",
                    email=f"guest{number}@example.org",
                    secret_hash=digest(str(number)),
                    invited_by_id=ada.id,
                    expires_at=now() + timedelta(hours=expires),
                )
            )
    page = as_root.get("/admin/invitations").text
    assert "guest1@example.org" in page
    assert "guest2@example.org" not in page
    id_ = db.session.scalars(sa.select(Invitation.id).where(Invitation.email == "guest1@example.org")).one()
    for _each in range(2):
        assert as_root.plain("DELETE", f"/admin/invitations/{id_}").status_code == 303
    assert "No invitation is open." in as_root.get("/admin/invitations").text
    assert audited().count("invitation.revoked") == 1
    for nobody in (999_999, 2**31):
        assert as_root.plain("DELETE", f"/admin/invitations/{nobody}").status_code == 404


# The audit log


@pytest.fixture
def lines(root: Actor, grace: Actor) -> None:
    note(root, "test.first", grace.user, words="said")
    note(None, "test.second", address="198.51.100.7", formula="=1+1")


def test_the_log_is_filtered_by_action_person_and_days(as_root: Browser, lines: None) -> None:
    day = now().date().isoformat()
    before, after = ((now() + timedelta(days=days)).date().isoformat() for days in (-3, 3))
    for asked, shown, hidden in (
        ("action=test.first", "words:", "198.51.100.7"),
        ("person=grace@", "words:", "198.51.100.7"),
        ("action=test.second", "198.51.100.7", "words:"),
        (f"since={day}&until={day}", "words:", "no such thing"),
        (f"since={before}&until={after}", "198.51.100.7", "no such thing"),
        ("since=nonsense&until=2026-99-99", "words:", "no such thing"),
        ("since=0001-01-01&until=9999-12-31", "words:", "no such thing"),
    ):
        page = as_root.get(f"/admin/audit?{asked}")
        assert page.status_code == 200
        rows = page.text.split("<ol", 1)[1]
        assert shown in rows, asked
        assert hidden not in rows, asked
    form = (
        as_root.get("/admin/audit?action=test.first&person=grace").text.split('class="finder"')[1].split("</form>")[0]
    )
    for field in ('name="person" value="grace"', "<option selected>test.first", 'name="since"', 'name="until"'):
        assert field in form
    assert "No line says so." in as_root.get(f"/admin/audit?since={after}").text


def test_the_log_comes_in_pages(as_root: Browser, root: Actor) -> None:
    with transaction():
        for number in range(60):
            note(root, "test.many", number=f"N{number}.")
    first = as_root.get("/admin/audit?action=test.many").text
    link = first.split('href="/admin/audit?')[-1].split('"')[0].replace("&amp;", "&")
    second = as_root.get(f"/admin/audit?{link}").text
    assert all((f"N{number}." in first) != (f"N{number}." in second) for number in range(60))


def test_the_log_as_a_table_is_no_formula(as_root: Browser, root: Actor, grace: Actor) -> None:
    """CVE-2024-53555."""
    for name in ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1", 'plain, "quoted" one'):
        note(root, "test.names", type("Named", (), {"id": 1, "name": name, "kind": "user"})())
    answer = as_root.get("/admin/audit.csv?action=test.names")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 6
    assert [row["subject"][0] for row in rows[1:]] == ["'"] * 5
    assert rows[0]["subject"] == 'plain, "quoted" one'
    assert all(row["hash"] for row in rows)


def test_a_long_log_is_sent_whole(as_root: Browser, root: Actor) -> None:
    with transaction():
        for number in range(1100):
            note(root, "test.many", number=number)
    answer = as_root.get("/admin/audit.csv?action=test.many")
    assert answer.is_streamed
    assert len(answer.text.splitlines()) == 1101


def test_every_act_stands_in_the_log_with_who_and_from_where(as_root: Browser, root: Actor, grace: Actor) -> None:
    as_root.plain("PUT", f"/admin/people/{grace.id}/disabling")
    line = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "user.disabled")).one()
    assert (line.actor_id, line.actor_name, line.subject_name) == (root.id, "Root", "Grace Hopper")
    assert line.address == "127.0.0.1"
    assert line.request_id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Session).where(Session.user_id == grace.id)) == 0
