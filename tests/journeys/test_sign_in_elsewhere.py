"""Coming in by a provider and by a directory, on a site that has both: with scripts, and without."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.directories import BASE, PASSWORD, READER, READERS_PASSWORD, Slapd, slapd
from tests.providers import House, first_house
from tests.servers import served
from tests.world import PASSWORD as PASSWORD_HERE

__all__ = ["first_house", "slapd"]
pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(scope="module")
def site(
    application: Flask, environment: dict[str, str], instance: Path, first_house: House, slapd: Slapd
) -> Iterator[str]:
    """The address of a server whose settings name a provider and a directory."""
    first_house.__dict__.update(House(issuer=first_house.issuer, key=first_house.key).__dict__)
    settings = {
        "OIDC_PROVIDERS": "house",
        "OIDC_HOUSE_ISSUER": first_house.issuer,
        "OIDC_HOUSE_CLIENT_ID": first_house.client_id,
        "OIDC_HOUSE_CLIENT_SECRET": first_house.client_secret,
        "OIDC_HOUSE_LABEL": "Northsea single sign-on",
        "LDAP_URL": f"ldaps://localhost:{slapd.tls_port}",
        "LDAP_CA_FILE": slapd.ca_file,
        "LDAP_BIND_DN": READER,
        "LDAP_BIND_PASSWORD": READERS_PASSWORD,
        "LDAP_BASE_DN": BASE,
        "LDAP_LABEL": "Northsea",
    }
    with served({**environment, **settings}, instance / "elsewhere.log") as address:
        first_house.callback = f"{address}/oidc/house/callback"
        yield address


def signed_in_there(page: Page, house: House, who: str) -> None:
    page.context.add_cookies([{"name": "who", "value": who, "url": house.issuer}])


@pytest.mark.parametrize("scripts", [True, False])
def test_by_a_provider(open_page: Callable[..., Page], site: str, first_house: House, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    signed_in_there(page, first_house, "ada")
    page.goto(f"{site}/session/new")
    page.get_by_role("button", name="Northsea single sign-on").click()
    expect(page.get_by_role("alert")).to_contain_text("There is an account with the address ada@example.org")
    page.get_by_label("Account of this site").check()
    page.get_by_label("Name or e-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD_HERE)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Linked accounts")).to_be_visible()
    page.get_by_role("button", name="Link Northsea single sign-on").click()
    expect(page.get_by_text("Northsea single sign-on is linked")).to_be_visible()
    page.context.clear_cookies()
    signed_in_there(page, first_house, "ada")
    page.goto(f"{site}/session/new")
    page.get_by_role("button", name="Northsea single sign-on").click()
    expect(page.get_by_role("main").get_by_role("link", name="Launch").first).to_be_visible()
    page.goto(f"{site}/account/identities")
    page.get_by_role("link", name="Unlink Northsea single sign-on").click()
    page.get_by_role("main").get_by_role("button", name="Unlink").click()
    expect(page.get_by_text("None is linked yet.")).to_be_visible()


def test_from_the_name_the_next_key_leads_to_the_password(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{site}/session/new")
    page.get_by_label("Name or e-mail").focus()
    page.keyboard.press("Tab")
    password = page.get_by_label("Password", exact=True)
    expect(password).to_be_focused()
    # What stands aside the label is on its line still, and a box is at the height of its words.
    label, aside = page.locator("label[for=password]").bounding_box(), page.get_by_text("Forgotten it?").bounding_box()
    assert label is not None
    assert aside is not None
    assert abs(label["y"] - aside["y"]) <= 2
    assert aside["x"] > label["x"] + 100
    for choice in page.locator(".choice").all():
        box, words = choice.locator("input").bounding_box(), choice.locator("span").bounding_box()
        assert box is not None
        assert words is not None
        assert abs(box["y"] + box["height"] / 2 - words["y"] - words["height"] / 2) <= 1


def test_by_a_directory(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/boards/1")
    page.get_by_label("Name or e-mail").fill("grace")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("That name and password do not belong together. Check both.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{site}/boards/1")
    page.goto(f"{site}/account/identities")
    expect(page.get_by_role("listitem").filter(has_text="Northsea").get_by_role("link", name="Unlink")).to_be_visible()
