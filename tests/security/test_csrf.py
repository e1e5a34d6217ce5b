"""Forged requests: every unsafe route without its token, from elsewhere, in other clothes (WSTG-SESS-05).

CVE-2024-36399 and Kanboard 1.2.50 (a form of another site, and JSON sent as text/plain).
"""

import json
import re
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from flask import Flask

from tests.security.matrix import ADMIN, ROWS
from tests.security.scene import IDA, Scene, appoint, everything, upload
from tests.web.conftest import Browser

UNSAFE = [row for row in ROWS if not row.is_safe]
SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is outside of tests."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


def token_of(browser: Browser) -> str:
    """The token of a browser's session."""
    page = browser.get("/session/new")
    if page.status_code == 303:
        page = browser.get("/help")
    found = re.search(r'csrf-token" content="([^"]+)', page.text)
    assert found is not None
    return found[1]


# Ways of sending the same fields that a browser can be made to send from another site, and some it cannot.
CLOTHES: dict[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    "a form with a made-up token": lambda fields, _token: {"data": {**fields, "csrf_token": "x"}},
    "a form with somebody else's token": lambda fields, token: {"data": {**fields, "csrf_token": token}},
    "a script with a made-up token": lambda fields, _t: {"data": fields, "headers": {**SCRIPT, "X-CSRFToken": "x"}},
    "text": lambda fields, _token: {"data": json.dumps(fields), "content_type": "text/plain"},
    "text that looks like a form": lambda _f, _t: {"data": "title=Forged&csrf_token=x", "content_type": "text/plain"},
    "JSON": lambda fields, _token: {"json": fields},
    "nothing": lambda _fields, _token: {},
    "a file": lambda fields, _token: {"data": {**fields, "file": upload()}},
    "a token in the address": lambda fields, token: {"data": fields, "query_string": {"csrf_token": token}},
}


def test_nothing_is_changed_without_the_token(scene: Scene, people: Callable[[str], Browser]) -> None:
    """Every route by a form and by a script, and by one of the other ways each."""
    elsewhere = token_of(people("grace"))
    people("ada").get("/")
    before = everything()
    faults = []
    for row, other in zip(UNSAFE, cycle(CLOTHES), strict=False):
        path, fields = row.filled(scene.hers)
        ways = {"a form": {"data": fields}, "a script": {"data": fields, "headers": SCRIPT}}
        ways[other] = CLOTHES[other](fields, elsewhere)
        for clothes, sent in ways.items():
            answer = people("ada").client.open(path, method=row.method, **sent)
            if answer.status_code != 400:
                faults.append(f"{row} as {clothes}: {answer.status_code}")
    assert faults == []
    assert everything() == before
    assert people("ada").get("/").status_code == 200, "Nobody is signed out by it either."


@pytest.mark.parametrize("clothes", CLOTHES)
def test_a_token_is_asked_for_in_whatever_clothes(scene: Scene, people: Callable[[str], Browser], clothes: str) -> None:
    elsewhere, ada = token_of(people("grace")), people("ada")
    before = everything()
    for path, method in (("/workspaces", "POST"), (f"/cards/{scene.hers['card']}", "PATCH"), ("/session", "DELETE")):
        sent = CLOTHES[clothes]({"name": "Forged", "title": "Forged"}, elsewhere)
        assert ada.client.open(path, method=method, **sent).status_code == 400
    assert everything() == before


def test_a_form_that_means_another_method_needs_it_too(scene: Scene, people: Callable[[str], Browser]) -> None:
    before = everything()
    for row in UNSAFE:
        if row.method != "POST":
            path, fields = row.filled(scene.hers)
            answer = people("ada").client.post(f"{path}?_method={row.method.lower()}", data=fields)
            assert answer.status_code == 400, str(row)
    assert everything() == before


def test_a_link_means_no_other_method(scene: Scene, people: Callable[[str], Browser]) -> None:
    """Nor does a header: an image or a link must never change anything."""
    before = everything()
    ada = people("ada").client
    for row, method in zip(UNSAFE, cycle(("GET", "HEAD")), strict=False):
        path, fields = row.filled(scene.hers)
        claims = {"X-HTTP-Method-Override": row.method, "X-Method-Override": row.method}
        answer = ada.open(path, method=method, query_string={**fields, "_method": row.method}, headers=claims)
        answer.close()
        assert answer.status_code in {200, 303, 404, 405}, f"{method} {row}"
    for sent in (
        {"query_string": {"_method": ["POST", "delete"]}},
        {"query_string": "_method=delete", "data": {"a": 1}},
    ):
        assert ada.get(f"/cards/{scene.hers['card']}", **sent).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("is_admin", [False, True])
def test_looking_changes_nothing(scene: Scene, people: Callable[[str], Browser], is_admin: bool) -> None:
    if is_admin:
        appoint(IDA)
    before = everything()
    for row in ROWS:
        if row.is_safe and is_admin is (row.least == ADMIN):
            path = row.filled(scene.hers)[0]
            # The passkey is Grace's, and nobody else's business.
            name = "ida" if is_admin else "grace" if "{passkey}" in row.path else "ada"
            for method, headers in (("GET", {}), ("GET", SCRIPT), ("HEAD", {}), ("OPTIONS", {})):
                answer = people(name).client.open(path, method=method, headers=headers)
                answer.close()
                assert answer.status_code < 400 or "static" in path, f"{method} {row}"
    assert everything() == before


@pytest.mark.parametrize("how", ["field", "header"])
def test_with_its_token_a_request_is_taken(scene: Scene, people: Callable[[str], Browser], how: str) -> None:
    ada, card = people("ada"), scene.hers["card"]
    token = token_of(ada)
    if how == "field":
        answer = ada.plain("PATCH", f"/cards/{card}", title="Meant", csrf_token=token)
        assert answer.status_code == 303
    else:
        headers = {**SCRIPT, "X-CSRFToken": token}
        answer = ada.client.patch(f"/cards/{card}", data={"title": "Meant"}, headers=headers)
        assert answer.status_code == 200
    assert "Meant" in ada.get(f"/cards/{card}").text


def test_a_token_is_of_one_session(app: Flask, scene: Scene, people: Callable[[str], Browser]) -> None:
    """One that a stranger has fetched for somebody is worth nothing once they have signed in (session fixation)."""
    stranger = people("stranger")
    token = token_of(stranger)
    fields = {"email": "ada@example.org", "password": "a long engine of brass"}
    assert stranger.plain("POST", "/session", **fields, csrf_token=token).status_code == 303
    answer = stranger.plain("PATCH", f"/cards/{scene.hers['card']}", title="Forged", csrf_token=token)
    assert answer.status_code == 400
    assert token_of(stranger) != token


def test_nobody_is_signed_in_or_out_by_another_site(scene: Scene, people: Callable[[str], Browser]) -> None:
    stranger, ada = people("stranger"), people("ada")
    fields = {"email": "eve@example.org", "password": "a long engine of brass"}
    assert stranger.plain("POST", "/session", **fields).status_code == 400
    assert stranger.get("/").location.startswith("/session/new")
    for method in ("GET", "POST", "DELETE"):
        ada.client.open("/session", method=method)
    ada.plain("DELETE", "/session")
    assert ada.get("/").status_code == 200


def test_what_was_typed_is_kept_and_not_its_password(people: Callable[[str], Browser]) -> None:
    answer = people("stranger").plain("POST", "/session", email="ada@example.org", password="a word of mine")
    assert answer.status_code == 400
    assert "ada@example.org" in answer.text
    assert "a word of mine" not in answer.text
