"""What ASVS 5.0 V6 and V7 ask of secrets that are shown once, of admins, and of what is dangerous."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kanban.actions.accounts import create_account
from kanban.models import Actor, Workspace
from kanban.support.clock import travel
from tests.web.conftest import Browser
from tests.world import PASSWORD


def test_v14_2_2_a_secret_that_is_shown_once_is_kept_by_no_browser(as_ada: Browser, workspace: Workspace) -> None:
    for shown in (
        as_ada.plain("POST", f"/workspaces/{workspace.id}/invitations", way="link", uses="1", role="member"),
        as_ada.get("/account/totp/new"),
        as_ada.plain("POST", "/account/recovery_codes"),
        as_ada.plain("POST", "/account/tokens", name="A", level="read", days="7"),
    ):
        assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")


def test_v6_3_3_an_admin_needs_a_second_factor_unless_the_site_says_otherwise(
    browse: Callable[[Actor], Browser], world: None
) -> None:
    root = Actor(create_account("Root", "root@example.org", PASSWORD, is_admin=True))
    led = browse(root).get("/admin/people")
    assert (led.status_code, led.location) == (303, "/account/factors")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/account/password"),
        ("PUT", "/account/address"),
        ("POST", "/account/totp"),
        ("DELETE", "/account/totp"),
        ("POST", "/account/recovery_codes"),
        ("POST", "/account/passkeys"),
        ("POST", "/account/tokens"),
        ("POST", "/account/data"),
        ("DELETE", "/account/data"),
    ],
)
def test_v7_5_1_what_is_dangerous_asks_again_who_one_is(as_ada: Browser, method: str, path: str) -> None:
    with travel(timedelta(minutes=16)):
        led = as_ada.plain(method, path)
    assert led.status_code == 303
    assert str(led.location).startswith("/session/confirmation/new")


def test_v6_1_3_a_password_in_a_header_is_no_way_in(client: FlaskClient, world: None) -> None:
    for path in ("/", "/account/tokens", "/api/v1/auth/me"):
        assert client.get(path, auth=("ada@example.org", PASSWORD)).status_code in {303, 401}
