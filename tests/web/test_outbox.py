"""The page of mails: for admins of the site, who can read what waits while no server sends it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.mails import write_mail
from kanban.actions.recovery import ask_reset
from kanban.actions.sessions import Place
from kanban.models import Actor, AuditEntry, Mail, Setting, Totp
from kanban.support.clock import now
from kanban.support.db import db, transaction
from tests.actions.test_recovery import change
from tests.web.conftest import Browser
from tests.world import one


@pytest.fixture
def as_admin(browse: Callable[[Actor], Browser], ada: Actor) -> Browser:
    change(ada.user, is_admin=True)
    with transaction() as session:
        session.add(Totp(user_id=ada.id, sealed="-"))
    return browse(ada)


@pytest.fixture
def mail(grace: Actor) -> Mail:
    ask_reset("grace@example.org", Place("A browser", "192.0.2.1"))
    found: Mail = one(Mail)
    return found


def test_without_a_server_an_admin_reads_what_waits(as_admin: Browser, mail: Mail, app: Flask) -> None:
    page = as_admin.get("/admin/mails").text
    assert "No mail server is set" in page
    assert "grace@example.org" in page
    shown = as_admin.get(f"/admin/mails/{mail.id}").text
    assert "Choose a new password for Kanban" in shown
    assert f"{app.config['BASE_URL']}{mail.context['url_path']}" in shown


def test_that_it_was_read_stands_in_the_audit_log(as_admin: Browser, mail: Mail, ada: Actor) -> None:
    as_admin.get(f"/admin/mails/{mail.id}")
    line = one(AuditEntry, action="mail.read")
    assert (line.actor_id, line.subject_id, line.detail) == (
        ada.id,
        mail.id,
        {"to": "grace@example.org", "template": "reset"},
    )


def test_where_mails_go_out_nobody_else_reads_them(
    as_admin: Browser, mail: Mail, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", "mail.example.org")
    for page in (as_admin.get("/admin/mails"), as_admin.get(f"/admin/mails/{mail.id}")):
        assert page.status_code == 200
        assert mail.context["url_path"] not in page.text
    assert db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.action == "mail.read")) is None


def test_it_says_what_has_become_of_each(as_admin: Browser, grace: Actor) -> None:
    with transaction():
        for error, due, sent in ((None, None, now()), ("550 No such person", None, None), ("451 Later", now(), None)):
            mail = write_mail("no_password", grace.user)
            db.session.flush()
            mail.error, mail.due_at, mail.sent_at = error, due, sent
    page = as_admin.get("/admin/mails").text
    for words in ("Sent ", "Given up: 550 No such person", "Not sent yet: 451 Later"):
        assert words in page
    assert "is not kept" in as_admin.get(f"/admin/mails/{mail.id - 1}").text


def test_one_of_another_version_breaks_no_page(as_admin: Browser, grace: Actor) -> None:
    with transaction():
        mail = write_mail("no_such_template", grace.user)
    assert as_admin.get(f"/admin/mails/{mail.id}").status_code == 200


def test_many_mails_come_page_by_page(as_admin: Browser, grace: Actor) -> None:
    with transaction():
        for _number in range(60):
            write_mail("no_password", grace.user)
    first = as_admin.get("/admin/mails").text
    assert first.count('href="/admin/mails/') == 50
    ids = list(db.session.scalars(sa.select(Mail.id).order_by(Mail.id.desc())))
    assert f'href="/admin/mails?before={ids[49]}"' in first
    rest = as_admin.get(f"/admin/mails?before={ids[49]}").text
    assert rest.count('href="/admin/mails/') == 10
    assert "before=" not in rest


@pytest.mark.parametrize("path", ["/admin/mails", "/admin/mails/1"])
def test_for_nobody_else_is_it_there(as_grace: Browser, mail: Mail, path: str) -> None:
    assert as_grace.get(path).status_code == 404


def test_an_admin_without_a_second_factor_is_led_to_it(browse: Callable[[Actor], Browser], ada: Actor) -> None:
    change(ada.user, is_admin=True)
    assert browse(ada).get("/admin/mails").location == "/account/factors"
    with transaction() as session:
        session.add(Setting(name="require_factor", value="nobody"))
    assert browse(ada).get("/admin/mails").status_code == 200


@pytest.mark.parametrize("mail_id", [0, 999_999, 2**31, 10**20])
def test_what_is_not_there_is_not_there(as_admin: Browser, mail_id: int) -> None:
    assert as_admin.get(f"/admin/mails/{mail_id}").status_code == 404
