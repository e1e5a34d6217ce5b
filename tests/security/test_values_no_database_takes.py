"""Values that no database takes: ids beyond its numbers, and text that is no text. Refused, and never a failure."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from kanban.models import Actor, Board, TokenFamily, Workspace
from tests.world import PASSWORD, one

pytestmark = pytest.mark.usefixtures("world")

BEYOND = 2**31, 2**63, 10**30
# Half of a letter, and the sign that ends a text in C.
NO_TEXT = "\ud800", "a\x00b"


@pytest.mark.parametrize("number", BEYOND)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/account/sessions/{}"),
        ("DELETE", "/account/programs/{}"),
        ("DELETE", "/account/tokens/{}"),
        ("GET", "/account/passkeys/{}/edit"),
        ("PATCH", "/account/passkeys/{}"),
        ("DELETE", "/account/passkeys/{}"),
        ("GET", "/account/identities/{}/edit"),
        ("DELETE", "/account/identities/{}"),
        ("PATCH", "/workspaces/{workspace}/members/{}"),
        ("DELETE", "/workspaces/{workspace}/members/{}"),
        ("PATCH", "/boards/{board}/members/{}"),
        ("DELETE", "/boards/{board}/members/{}"),
        ("PATCH", "/boards/{board}/groups/{}"),
        ("DELETE", "/boards/{board}/groups/{}"),
        ("DELETE", "/shares/{}"),
        ("GET", "/boards/{board}/access/{}"),
        ("GET", "/boards/{board}/views/{}"),
        ("PATCH", "/invitations/{}"),
        ("PUT", "/requests/{}"),
    ],
)
def test_an_id_beyond_all_numbers_is_not_there(
    browse: Callable[[Actor], Any], ada: Actor, method: str, path: str, number: int
) -> None:
    browser = browse(ada)
    path = path.format(number, workspace=one(Workspace, name="Engines").id, board=one(Board, name="Launch").id)
    answer = browser.get(path) if method == "GET" else browser.plain(method, path, role="member", name="x")
    assert answer.status_code == 404


@pytest.mark.parametrize("text", NO_TEXT)
@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("verify", {"secret": ""}),
        ("reset", {"secret": "", "password": "x" * 9}),
        ("verify/mail", {"email": ""}),
        ("reset/mail", {"email": ""}),
    ],
)
def test_a_program_that_sends_no_text_is_told_so(
    client: FlaskClient, path: str, sent: dict[str, str], text: str
) -> None:
    body = json.dumps({**sent, next(iter(sent)): text})
    answer = client.post(f"/api/v1/auth/{path}", data=body, content_type="application/json")
    assert answer.status_code in {404, 422}


def test_a_name_that_a_program_gives_itself_is_one_line_of_text(client: FlaskClient) -> None:
    sent = {"grant_type": "password", "username": "ada@example.org", "password": PASSWORD, "client_id": "a\x00b"}
    assert client.post("/api/v1/auth/token", data=sent).status_code == 200
    assert one(TokenFamily).device == "a b"


@pytest.mark.parametrize("text", NO_TEXT)
def test_a_key_that_is_named_by_no_text_signs_nothing(client: FlaskClient, text: str) -> None:
    header = json.dumps({"alg": "EdDSA", "typ": "at+jwt", "kid": text}).encode()
    token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (header, b"{}", b"x"))
    assert client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize("text", NO_TEXT)
def test_a_passkey_that_is_named_by_no_text_is_none(client: FlaskClient, text: str) -> None:
    client.post("/session/challenge", data={"purpose": "sign_in"})
    credential = json.dumps({"id": text, "rawId": text, "type": "public-key", "response": {}})
    assert client.post("/session/passkey", data={"credential": credential}).status_code == 422
