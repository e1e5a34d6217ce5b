"""A life of an account, from registering to its end, in a browser with scripts and in one without."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from kanban.models import Actor, Mail, User
from kanban.support.db import db
from tests.journeys.test_accessibility import faults
from tests.support.test_pictures import a_picture
from tests.world import one

FIRST, SECOND, THIRD = "a long tape of paper", "another tape of paper", "a third tape of paper"


def link_of(template: str) -> str:
    """Where the newest mail of a kind leads."""
    db.session.rollback()
    mail = db.session.scalars(sa.select(Mail).where(Mail.template == template).order_by(Mail.id.desc())).first()
    assert mail is not None
    return str(mail.context["url_path"])


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def come_in(page: Page, email: str, password: str) -> None:
    page.goto("/session/new")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without"])
def test_from_registering_to_the_end(
    app: Flask, open_page: Callable[..., Page], tmp_path: Path, has_scripts: bool
) -> None:
    page = open_page(java_script_enabled=has_scripts, viewport={"width": 1280, "height": 900})
    page.goto("/accounts/new")
    page.get_by_label("Name").fill("Alan Turing")
    page.get_by_label("E-mail").fill("alan@example.org")
    page.get_by_label("Password").fill(FIRST)
    press(page, "Make the account")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    page.get_by_label("E-mail").fill("alan@example.org")
    press(page, "Send it again")
    page.goto(link_of("verify"))
    press(page, "Confirm and sign in")
    expect(page.get_by_text("Your address is confirmed.").first).to_be_visible()

    _forgets(page)
    _changes(page, tmp_path)
    _moves(page)
    _goes(page)
    db.session.rollback()
    assert one(User, name="Deleted person").email is None


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without"])
def test_a_link_opened_in_another_browser_asks_for_the_password_or_for_a_new_one(
    app: Flask, open_page: Callable[..., Page], has_scripts: bool
) -> None:
    app.test_client().post("/accounts", data={"name": "Alan Turing", "email": "alan@example.org", "password": FIRST})
    page = open_page(java_script_enabled=has_scripts, viewport={"width": 390, "height": 844})
    page.goto(link_of("verify"))
    assert not has_scripts or faults(page) == []
    page.get_by_label("Password").fill(SECOND)
    press(page, "Confirm and sign in")
    expect(page.get_by_text("This is not your password. Check it.")).to_be_visible()
    page.get_by_role("link", name="I did not choose one, or do not remember it").click()
    assert not has_scripts or faults(page) == []
    page.get_by_role("link", name="Back: I know the password").click()
    page.get_by_role("link", name="I did not choose one, or do not remember it").click()
    page.get_by_label("New password").fill(SECOND)
    press(page, "Confirm and choose it")
    expect(page.get_by_text("Your address is confirmed, and your password is changed.")).to_be_visible()
    come_in(page, "alan@example.org", SECOND)
    expect(page.get_by_role("heading", name=re.compile("Alan"))).to_be_visible()


def _forgets(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/session/new")
    page.get_by_role("link", name="Forgotten it?").click()
    page.get_by_label("E-mail").fill("alan@example.org")
    press(page, "Send me the link")
    expect(page.get_by_text("a mail with a link is on its way")).to_be_visible()
    page.goto(link_of("reset"))
    page.get_by_label("New password").fill(SECOND)
    press(page, "Change the password")
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    come_in(page, "alan@example.org", SECOND)
    expect(page.get_by_role("heading", name=re.compile("Alan"))).to_be_visible()


def _changes(page: Page, folder: Path) -> None:
    page.goto("/account/edit")
    page.get_by_role("textbox", name="Name").fill("Alan M. Turing")
    press(page, "Save the name")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Alan M. Turing")
    picture = folder / "me.png"
    picture.write_bytes(a_picture().getvalue())
    page.get_by_label("A file").set_input_files(picture)
    press(page, "Upload the picture")
    expect(page.locator(".picture .avatar__picture")).to_be_visible()
    press(page, "Remove the picture")
    expect(page.get_by_text("your initials are shown")).to_be_visible()

    page.get_by_role("link", name="Preferences", exact=True).first.click()
    page.get_by_label("First day of the week").select_option("Sunday")
    press(page, "Save preferences")
    expect(page.get_by_text("Your preferences are saved.").first).to_be_visible()

    page.goto("/account/password/edit")
    page.get_by_label("Your password").fill(SECOND)
    page.get_by_label("New password").fill(THIRD)
    press(page, "Change the password")
    expect(page.get_by_text("Your password is changed").first).to_be_visible()


def _moves(page: Page) -> None:
    page.goto("/account/address/edit")
    page.get_by_label("New address").fill("turing@example.org")
    press(page, "Send the links")
    expect(page.get_by_text("Two mails are on their way").first).to_be_visible()
    for template in ("address_take", "address_leave"):
        page.goto(link_of(template))
        press(page, "Yes, change it")
    expect(page.get_by_text("Your account has moved to the new address")).to_be_visible()
    come_in(page, "turing@example.org", THIRD)


def _goes(page: Page) -> None:
    page.goto("/account/data")
    with page.expect_download() as download:
        press(page, "Download my data")
    assert download.value.suggested_filename.endswith(".zip")
    page.get_by_label("Type your address").fill("turing@example.org")
    press(page, "Delete my account")
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()


def test_pages_of_an_account_can_be_used_by_everybody(
    phone: Page, sign_in: Callable[[Page, Actor], None], grace: Actor
) -> None:
    sign_in(phone, grace)
    for path in (
        "/account/edit",
        "/preferences/edit",
        "/account/password/edit",
        "/account/address/edit",
        "/account/data",
    ):
        phone.goto(path)
        assert faults(phone) == [], path
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path} is {width} px wide"
