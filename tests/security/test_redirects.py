"""Where one is led: to a page of this site, whatever was asked for.

CVE-2026-21879 (`//evil` after signing in), ASVS 3.7.1 and 3.7.2.
"""

from urllib.parse import quote, urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from kanban.models import Board, Card, Event
from kanban.support.db import db
from tests.security.markup import tags_of
from tests.web.conftest import Browser
from tests.world import PASSWORD

AWAY = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%09//evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\x00//evil.example",
    "evil.example",
    "@evil.example",
    "/\x0b/evil.example",
    ".//evil.example",
    "//evil.example/%2e%2e",
    "/..//evil.example",
    "/x/..//../\\evil.example",
    "http://localhost@evil.example/",
    "\ufeff//evil.example",
    "/\u2028/evil.example",
    "/\\\\/evil.example",
]


def leads_away(location: str) -> bool:
    """Whether a browser that is here would go to another site."""
    # As browsers read it: without what they leave out, and with every stroke the same way.
    read = location.strip().replace("\\", "/")
    for left_out in "\t\n\r":
        read = read.replace(left_out, "")
    return urlsplit(urljoin("http://localhost/session", read)).netloc != "localhost"


@pytest.mark.parametrize("target", AWAY)
def test_signing_in_leads_to_a_page_of_ours(client: FlaskClient, world: None, target: str) -> None:
    shown = client.get("/session/new", query_string={"next": target})
    assert shown.status_code == 200
    sent = {"email": "ada@example.org", "password": PASSWORD, "next": target}
    assert not leads_away(client.post("/session", data=sent).location)
    assert not leads_away(client.get("/session/new", query_string={"next": target}).location), "already in"
    assert not leads_away(client.get(f"/session/new?next={quote(quote(target, safe=''), safe='')}").location)


@pytest.mark.parametrize("target", AWAY)
def test_no_form_leads_away(as_ada: Browser, report: Card, launch: Board, target: str) -> None:
    for path in (f"/cards/{report.id}/archive", f"/boards/{launch.id}/archive"):
        for method in ("PUT", "DELETE"):
            assert not leads_away(as_ada.plain(method, path, next=target).location)
    for method in ("PUT", "DELETE"):
        answer = as_ada.htmx(method, f"/boards/{launch.id}/archive", next=target)
        assert not leads_away(answer.headers["HX-Redirect"])
    sent = {"name": "new", "color": "teal", "next": target}
    assert not leads_away(as_ada.plain("POST", f"/boards/{launch.id}/labels", **sent).location)


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.example/boards/1",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "http://localhost//evil.example/",
        "http://localhost/\\evil.example/",
        "http://localhost:81/x",
        "//evil.example/",
        "http://[",
        "javascript:alert(1)",
        "http://localhost/\t/evil.example",
    ],
)
def test_where_one_came_from_is_a_page_of_ours(as_ada: Browser, launch: Board, report: Card, referer: str) -> None:
    for method in ("PUT", "DELETE"):
        answer = as_ada.client.open(f"/boards/{launch.id}/star", method=method, headers={"Referer": referer})
        assert answer.status_code == 303
        assert not leads_away(answer.location)
    event_id = db.session.scalar(sa.select(sa.func.max(Event.id)))
    for path, method in (
        (f"/events/{event_id}/reversal", "GET"),
        (f"/boards/{launch.id}/lists", "POST"),
        (f"/cards/{report.id}/boxes/9", "PUT"),
        ("/cards/999999/archive", "PUT"),
    ):
        page = as_ada.client.open(path, method=method, headers={"Referer": referer})
        links = [tag.attributes.get("href", "") for tag in tags_of(page.text)]
        assert links
        assert [link for link in links if leads_away(link)] == []


def test_whoever_has_to_sign_in_goes_on_where_they_wanted(client: FlaskClient) -> None:
    assert client.get("/", environ_overrides={"PATH_INFO": "//evil.example/boards/1"}).status_code == 404
    location = client.get("/boards/1?x=//evil.example").location
    assert location == "/session/new?next=/boards/1?x%3D//evil.example"
    assert not leads_away(location)
