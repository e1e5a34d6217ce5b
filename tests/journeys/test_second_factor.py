"""A second factor, from setting it up to losing it: an app without scripts, a passkey of Chromium's own making."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from kanban.models import Actor
from tests.journeys.test_accessibility import faults
from tests.keys import SoftKey, code_now, give_totp
from tests.world import PASSWORD

pytestmark = pytest.mark.usefixtures("world")


def give_password(page: Page) -> None:
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/session/new")


def at_home(page: Page) -> None:
    expect(page.get_by_role("main").get_by_role("link", name="Launch").first).to_be_visible()


def test_an_app_without_scripts(plain_page: Page) -> None:
    page = plain_page
    page.goto("/session/new")
    give_password(page)
    page.goto("/account/factors")
    page.get_by_role("link", name="Set up an app").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator(".key").inner_text().replace(" ", "")
    page.get_by_label("Type the code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("This code is not right")).to_be_visible()
    assert page.locator(".key").inner_text().replace(" ", "") == secret
    page.get_by_label("Type the code").fill(code_now(secret, steps=-1))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a text file").click()
    assert codes[9] in download.value.path().read_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 codes are left")).to_be_visible()

    sign_out(page)
    give_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code").fill("111111")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code is not right")).to_be_visible()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    at_home(page)

    sign_out(page)
    give_password(page)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    at_home(page)
    page.goto("/account/factors")
    expect(page.get_by_text("9 codes are left")).to_be_visible()
    page.get_by_role("link", name="Remove app").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("link", name="Set up an app")).to_be_visible()
    sign_out(page)
    give_password(page)
    at_home(page)


@pytest.fixture
def authenticator(page: Page) -> Iterator[CDPSession]:
    """Chromium's own: a key in the device that knows whose finger it is."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield session
    session.detach()


def add_passkey(page: Page) -> None:
    page.goto("/account/passkeys/new")
    page.get_by_role("textbox", name="Name").fill("This laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("This laptop", exact=True).first).to_be_visible()


def test_a_passkey_in_place_of_the_password_and_beside_it(
    page: Page, authenticator: CDPSession, sign_in: Callable[[Page, Actor], None], ada: Actor
) -> None:
    sign_in(page, ada)
    add_passkey(page)

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    at_home(page)

    sign_out(page)
    give_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    at_home(page)

    page.goto("/session/confirmation/new?next=/account/factors")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text(re.compile(r"last used Today"))).to_be_visible()
    page.get_by_role("link", name="Change This laptop").click()
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_text("This laptop", exact=True)).to_have_count(0)


def test_a_passkey_that_is_refused_says_so_and_offers_it_again(
    page: Page, authenticator: CDPSession, sign_in: Callable[[Page, Actor], None], ada: Actor
) -> None:
    page.goto("/session/new")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")
    sign_in(page, ada)
    page.goto("/account/passkeys/new")
    page.get_by_role("button", name="Add passkey").click()
    assert page.url.endswith("/account/passkeys/new"), "a name is asked for first"
    add_passkey(page)
    page.goto("/account/passkeys/new")
    page.get_by_role("textbox", name="Name").fill("Once more")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("has a passkey for your account already")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_fault(
    page: Page, sign_in: Callable[[Page, Actor], None], ada: Actor, theme: str
) -> None:
    give_totp(ada.user)
    id_ = SoftKey().give(ada.user).id
    sign_in(page, ada)
    pages = ["factors", "totp/new", "totp/edit", "recovery_codes/new", "passkeys/new", f"passkeys/{id_}/edit"]
    for path in [f"/account/{each}" for each in pages] + ["/session/confirmation/new", "/session/factor/new"]:
        if path == "/session/factor/new":
            sign_out(page)
            give_password(page)
        page.goto(path, wait_until="networkidle")
        page.locator("html").evaluate("(root, theme) => { root.dataset.theme = theme; }", theme)
        assert not faults(page), path


def test_nothing_is_cut_off_on_a_narrow_screen(
    open_page: Callable[..., Page], sign_in: Callable[[Page, Actor], None], ada: Actor
) -> None:
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    sign_in(page, ada)
    for path in ("/account/factors", "/account/totp/new", "/account/passkeys/new", "/session/confirmation/new"):
        page.goto(path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, path
