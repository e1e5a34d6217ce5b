"""Who one is and where one is, not as anybody claims (WSTG-INPV-17).

Kanboard 1.2.46 (a link built from Host), CVE-2026-21881, ProxyBleed GHSA-jggc-qvfc-jr6x, MetricsBleed and
CVE-2026-29794 (headers of proxies believed from anybody).
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.models import Board, Mail
from kanban.render.mails import render
from kanban.support.brakes import KINDS
from kanban.support.db import db
from kanban.support.limits import whose
from tests.security.matrix import ROWS
from tests.security.scene import Scene
from tests.security.test_authorization_matrix import send
from tests.web.conftest import Browser
from tests.world import PASSWORD

HOSTS = ["evil.example", "evil.example:80", "localhost@evil.example", "evil.example/x", "[::1", "a b", "x" * 300, ""]


@pytest.mark.parametrize("host", HOSTS)
def test_no_answer_names_the_host_that_was_asked_for(scene: Scene, people: Callable[[str], Browser], host: str) -> None:
    for path in ("/", f"/boards/{scene.hers['board']}", "//boards//1", "/boards/1/", "/nowhere", "/session/new"):
        for name in ("ada", "stranger"):
            headers = {"Host": host, "X-Forwarded-Host": host, "Forwarded": f"host={host}", "X-Host": host}
            # As it stands: a client of tests would read a host out of two strokes.
            answer = people(name).client.get("/", headers=headers, environ_overrides={"PATH_INFO": path})
            assert answer.status_code in {200, 303, 400, 404}
            told = answer.text + str(answer.headers)
            assert "evil" not in told
            assert not (answer.location or "").startswith("http")


def test_the_setup_link_names_the_address_that_is_set(app: Flask) -> None:
    link = app.test_cli_runner().invoke(args=["setup-link"]).stdout
    assert link.startswith(f"{app.config['BASE_URL']}/setup/")


@pytest.mark.parametrize("host", HOSTS)
def test_no_mail_names_the_host_that_was_asked_for(app: Flask, world: None, host: str) -> None:
    """Kanboard 1.2.46, CVE-2025-52560: the link of a reset led to whoever had asked for it."""
    headers = {"Host": host, "X-Forwarded-Host": host, "Forwarded": f"host={host}"}
    overrides = {"PATH_INFO": "/resets"}
    client = app.test_client()
    client.post("/", data={"email": "ada@example.org"}, headers=headers, environ_overrides=overrides)
    for mail in db.session.scalars(sa.select(Mail)):
        said = render(mail)
        assert "evil" not in said.text + (said.html or "")
        assert f"{app.config['BASE_URL']}/resets/" in said.text


def test_headers_of_a_proxy_are_nobodys_word(app: Flask) -> None:
    claims = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9;proto=https",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-User": "ada@example.org",
        "Remote-User": "ada@example.org",
    }
    with app.test_request_context("/", headers=claims, environ_base={"REMOTE_ADDR": "198.51.100.7"}):
        assert whose() == "198.51.100.7"
    client = app.test_client()
    assert client.get("/", headers=claims).location.startswith("/session/new")
    cookie = client.get("/session/new", headers=claims).headers["Set-Cookie"]
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("unix:", "unix:"),
    ],
)
def test_tries_are_counted_by_what_one_customer_has(app: Flask, address: str, counted: str) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert whose() == counted


def test_limits_cannot_be_stepped_around_by_claims(client: FlaskClient, world: None) -> None:
    statuses = []
    for number in range(KINDS["sign_in"].free + 1):
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        sent = {"email": "ada@example.org", "password": "guess"}
        statuses.append(client.post("/session", data=sent, headers=headers).status_code)
    assert statuses == [422] * KINDS["sign_in"].free + [429]


@pytest.mark.parametrize("proxies", ["0", "1"])
def test_only_the_last_claim_counts_and_only_behind_a_proxy_of_ours(
    ask: Callable[..., list[dict[str, Any]]], world: None, proxies: str
) -> None:
    """What a visitor claims stands before what our proxy adds."""
    requests: list[dict[str, Any]] = [
        {
            "path": "/session",
            "method": "POST",
            "data": {"email": "ada@example.org", "password": "guess"},
            "headers": {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"},
        }
        for number in range(KINDS["sign_in"].free + 1)
    ]
    answers = ask(requests, TRUSTED_PROXIES=proxies)
    assert [answer["status"] for answer in answers] == [422] * KINDS["sign_in"].free + [429]


def test_over_https_cookies_are_bound_to_the_host(ask: Callable[..., list[dict[str, Any]]], launch: Board) -> None:
    """ASVS 3.3.1 to 3.3.4 and 3.4.1."""
    sent = {"email": "ada@example.org", "password": PASSWORD, "remember": "1"}
    page, entered, gone = ask(
        [
            {"path": "/session/new"},
            {"path": "/session", "method": "POST", "data": sent},
            {"path": "/session", "method": "DELETE"},
        ],
        BASE_URL="https://kanban.example.org",
    )
    cookies = {
        value.partition("=")[0]: value
        for answer in (page, entered)
        for name, value in answer["headers"]
        if name == "Set-Cookie"
    }
    assert set(cookies) == {"__Host-kanban"}
    for cookie in cookies.values():
        parts = [part.strip().partition("=") for part in cookie.split(";")[1:]]
        flags = {name.lower(): value for name, _equals, value in parts}
        assert {"secure", "httponly"} <= set(flags)
        assert (flags["samesite"], flags["path"], "domain" in flags) == ("Lax", "/", False)
    for answer in (page, entered, gone):
        assert dict(answer["headers"])["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert dict(gone["headers"])["Clear-Site-Data"] == '"cache", "storage"'


def test_no_page_leads_to_another_host(scene: Scene, people: Callable[[str], Browser]) -> None:
    """Everything is served from here: the page works without the Internet, and nobody else learns who reads it."""
    for row in ROWS:
        if row.is_safe:
            answer = send(people("ada"), row, scene.hers)
            told = answer.get_data().decode(errors="replace")
            answer.close()
            for part in ('src="http', 'href="//', 'src="//', "@import", "url(http"):
                assert part not in told, str(row)
