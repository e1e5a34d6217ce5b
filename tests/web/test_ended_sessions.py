"""A form that is sent after the session has ended: what was typed, whose it is, and the way back."""

from datetime import timedelta
from secrets import token_hex

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.models import Card, Session
from kanban.support.clock import travel
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import PASSWORD

ENDED = "Your session has ended. Sign in again to go on."
KEPT = "What you typed is kept for you"
AGAIN = "What you typed stands in its form again."
TEXT = "The engine weaves <algebra>"
ADA, GRACE = "ada@example.org", "grace@example.org"


@pytest.fixture
def browser(app: Flask, world: None) -> Browser:
    """A browser in which Ada had signed in, until her session was ended."""
    found = Browser(app.test_client())
    sign_in(found, ADA)
    end_sessions()
    return found


def sign_in(browser: Browser, email: str, **fields: str) -> str:
    return browser.plain("POST", "/session", email=email, password=PASSWORD, **fields).location or ""


def end_sessions() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.delete(Session.__table__))


def comment(browser: Browser, card: Card, text: str = TEXT) -> str:
    return browser.plain("POST", f"/cards/{card.id}/comments", body=text).location or ""


def test_the_text_and_the_way_back_outlive_the_session(browser: Browser, report: Card) -> None:
    form = f"/cards/{report.id}/comments/new"
    door = comment(browser, report)
    assert door == f"/session/new?next={form}"
    page = browser.get(door).text
    assert ENDED in page
    assert KEPT in page
    assert "Welcome back" not in page
    assert "weaves" not in page, "Whoever looks may be another person."
    assert sign_in(browser, ADA, next=form) == form
    again = browser.get(form).text
    assert AGAIN in again
    assert "The engine weaves &lt;algebra&gt;</textarea>" in again
    later = browser.get(form).text
    assert "weaves" not in later, "Once is enough."
    assert AGAIN not in later


def test_a_wrong_password_loses_nothing(browser: Browser, report: Card) -> None:
    comment(browser, report)
    refused = browser.plain("POST", "/session", email=ADA, password="wrong").text
    assert KEPT in refused
    sign_in(browser, ADA)
    assert "weaves" in browser.get(f"/cards/{report.id}/comments/new").text


def test_nobody_else_is_shown_it(browser: Browser, report: Card) -> None:
    comment(browser, report)
    sign_in(browser, GRACE)
    form = f"/cards/{report.id}/comments/new"
    assert "weaves" not in browser.get(form).text
    browser.plain("DELETE", "/session")
    sign_in(browser, ADA)
    assert "weaves" not in browser.get(form).text, "It is gone, not only hidden."


def test_it_goes_with_signing_out(browser: Browser, report: Card) -> None:
    comment(browser, report)
    browser.plain("DELETE", "/session")
    assert ENDED not in browser.get("/session/new").text
    sign_in(browser, ADA)
    assert "weaves" not in browser.get(f"/cards/{report.id}/comments/new").text


def test_it_goes_after_an_hour(browser: Browser, report: Card) -> None:
    comment(browser, report)
    with travel(timedelta(minutes=61)):
        page = browser.get("/session/new").text
        assert ENDED in page
        assert KEPT not in page
        sign_in(browser, ADA)
        assert "weaves" not in browser.get(f"/cards/{report.id}/comments/new").text


def test_a_longer_text_is_kept_packed(browser: Browser, report: Card) -> None:
    text = "A sentence that is written again and again. " * 90
    comment(browser, report, text)
    sign_in(browser, ADA)
    assert text.strip() in browser.get(f"/cards/{report.id}/comments/new").text


def test_a_text_too_long_for_a_cookie_stays_in_sight_with_the_way_in(browser: Browser, report: Card) -> None:
    text = token_hex(3000)
    answer = browser.plain("POST", f"/cards/{report.id}/comments", body=text)
    assert answer.status_code == 401
    assert text in answer.text
    assert f"/session/new?next=/cards/{report.id}/comments/new" in answer.text
    assert all(len(value) < 4093 for name, value in answer.headers if name == "Set-Cookie")


def test_whose_session_it_was_is_needed(browser: Browser, report: Card) -> None:
    with browser.client.session_transaction() as session:
        del session["whose"]
    answer = browser.plain("POST", f"/cards/{report.id}/comments", body=TEXT)
    # A cookie from before it said so: nobody could be told that this text is theirs.
    assert answer.status_code == 303
    assert KEPT not in browser.get(answer.location or "").text


def test_a_button_leads_back_to_its_page(browser: Browser, report: Card) -> None:
    path = f"/cards/{report.id}/archive"
    answer = browser.plain("PUT", path, came_from=f"/boards/{report.board_id}?q=x")
    assert answer.location == f"/session/new?next=/boards/{report.board_id}?q%3Dx"
    page = browser.get(answer.location).text
    assert ENDED in page
    assert KEPT not in page
    assert browser.plain("PUT", path).location == "/session/new"
    assert browser.plain("PUT", path, came_from="/").location == "/session/new"


def test_a_secret_is_not_kept(browser: Browser) -> None:
    sent = browser.plain("PUT", "/account/password", old_password=PASSWORD, password="another engine")
    assert sent.location == "/session/new?next=/account/password/edit"
    assert KEPT not in browser.get("/session/new").text


def test_a_script_is_led_and_told_as_well(browser: Browser, report: Card) -> None:
    answer = browser.htmx("POST", f"/cards/{report.id}/comments", body=TEXT)
    assert (answer.status_code, answer.text) == (401, "")
    page = browser.get(f"/session/new?next=/cards/{report.id}").text
    assert ENDED in page
    assert KEPT not in page, "The script keeps it as a draft."


def test_a_first_visit_and_a_sign_out_are_no_end(app: Flask, world: None, report: Card) -> None:
    browser = Browser(app.test_client())
    for _time in range(2):
        assert ENDED not in browser.get("/session/new").text
        assert comment(browser, report) == f"/session/new?next=/cards/{report.id}/comments/new"
        sign_in(browser, ADA)
        browser.plain("DELETE", "/session")
