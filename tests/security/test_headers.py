"""What every answer tells the browser: pages, fragments, files, refusals and failures alike (WSTG-CLNT-09)."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kanban.web import boards
from tests.security.matrix import ANYBODY, ROWS
from tests.security.scene import NOWHERE, Scene
from tests.security.test_authorization_matrix import _VARIES, send
from tests.web.conftest import Browser

SCRIPT = {"HX-Request": "true"}


def policy_of(answer: TestResponse) -> dict[str, list[str]]:
    """The directives of an answer's Content-Security-Policy."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


def check(answer: TestResponse, where: str) -> None:
    """Raise AssertionError for an answer that tells a browser too little, or too much."""
    policy = policy_of(answer)
    for directive in ("default-src", "script-src", "connect-src", "font-src"):
        assert not {"*", "data:", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:"} & set(
            policy.get(directive, [])
        ), where
    assert "'unsafe-inline'" not in policy["style-src"] or "sandbox" in policy, where
    if "sandbox" not in policy:
        assert re.fullmatch(r"'nonce-[\w-]{20,}'", policy["script-src"][-1]), where
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"], where
        assert policy["form-action"] == ["'self'"], where
        assert answer.headers["X-Frame-Options"] == "DENY", where
        assert answer.headers["Referrer-Policy"] in {"same-origin", "strict-origin", "no-referrer"}, where
        assert {"private", "no-store"} & set(answer.headers["Cache-Control"].replace(",", " ").split()), where
        assert "public" not in answer.headers["Cache-Control"], where
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    assert "Access-Control-Allow-Origin" not in answer.headers, where
    assert "Server" not in answer.headers or "Python" not in answer.headers["Server"], where
    if answer.mimetype.startswith("text/") and answer.text:
        assert answer.content_type.endswith("charset=utf-8"), where


def test_every_answer_carries_them(app: Flask, scene: Scene, people: Callable[[str], Browser]) -> None:
    nonces, seen = [], set()
    for row in ROWS:
        for name in ("stranger", "eve", "edgar", "ada"):
            # These would make somebody a stranger.
            if row.path in {"/session", "/account/data"} and name != "stranger":
                continue
            for htmx in (False, True):
                # Some of these would make the stranger somebody.
                browser = Browser(app.test_client()) if name == "stranger" else people(name)
                answer = send(browser, row, scene.hers, htmx=htmx)
                if "static" not in row.path:
                    check(answer, f"{row}, {name}, {answer.status_code}")
                    nonces.append(policy_of(answer)["script-src"][-1])
                seen.add(answer.status_code)
                answer.close()
    assert len(nonces) == len(set(nonces)), "A nonce is for one answer."
    assert {200, 303, 401, 403, 404} <= seen


def test_failures_carry_them_too(app: Flask, scene: Scene, people: Callable[[str], Browser]) -> None:
    ada = people("ada").client
    for path, method, data in (
        ("/nowhere", "GET", None),
        ("/boards/1", "TRACE", None),
        ("/boards/1", "PUT", {}),
        (f"/lists/{scene.hers['list']}/cards", "POST", {"titles": ""}),
        (f"/cards/{NOWHERE}", "GET", None),
        ("/session/new?next=" + "x" * 3000, "GET", None),
    ):
        for headers in ({}, SCRIPT):
            answer = ada.open(path, method=method, data=data, headers=headers)
            assert answer.status_code >= 400 or "next" in path
            check(answer, f"{method} {path}")
    for headers in ({}, SCRIPT):
        answer = ada.post(
            f"/lists/{scene.hers['list']}/cards",
            data=b"titles=" + b"x" * 3_000_000,
            headers=headers,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 413
        check(answer, "413")


def test_our_own_faults_carry_them_too_and_say_nothing(
    app: Flask, scene: Scene, people: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(boards, "board_page", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for headers in ({}, SCRIPT):
        answer = people("ada").client.get(f"/boards/{scene.hers['board']}", headers=headers)
        assert answer.status_code == 500
        check(answer, "500")
        for told in ("a secret", "Traceback", "RuntimeError", ".py"):
            assert told not in answer.text
        assert answer.headers["X-Request-ID"] in answer.text


def test_what_differs_by_who_asks_or_how_says_so(scene: Scene, people: Callable[[str], Browser]) -> None:
    """Or a cache would hand a fragment to a page, and one person's page to another."""
    for row in ROWS:
        if not row.is_safe or row.least == ANYBODY:
            continue
        plain, script = (send(people("ada"), row, scene.hers, htmx=htmx) for htmx in (False, True))
        for answer in (plain, script):
            assert "Cookie" in answer.vary, str(row)
        if plain.mimetype.startswith("text/") and _VARIES.sub("", plain.text) != _VARIES.sub("", script.text):
            assert "HX-Request" in plain.vary, str(row)
            assert "HX-Request" in script.vary, str(row)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/static/x/js/board.js", 200),
        ("GET", "/static/x/img/icons.svg", 200),
        ("GET", "/static/x/css/all.css", 200),
        ("GET", "/static/x/nothing.js", 404),
        ("GET", "/static/x/" + "a" * 400, 404),
        ("GET", "/static/x/%00", 404),
        ("GET", "/static/x/../../config.py", 404),
        ("GET", "/static/x/..%2f..%2fconfig.py", 404),
        ("GET", "/static/x//etc/passwd", 404),
        ("GET", "/static/x/.%2e/kanban/app.py", 404),
        ("GET", "/static/../config.py", 404),
        ("GET", "/static/", 404),
        ("POST", "/static/x/js/board.js", 405),
    ],
)
def test_a_file_is_only_what_it_is(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "def " not in answer.text or path.endswith(".js")
    if status == 200:
        policy = policy_of(answer)
        assert policy["default-src"] == ["'none'"]
        assert "sandbox" in policy
        assert "script-src" not in policy


def test_no_origin_may_read_from_elsewhere(scene: Scene, people: Callable[[str], Browser]) -> None:
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        for method in ("GET", "OPTIONS", "HEAD"):
            answer = people("ada").client.open(
                f"/boards/{scene.hers['board']}",
                method=method,
                headers={"Origin": origin, "Access-Control-Request-Method": "PUT"},
            )
            assert [name for name, _value in answer.headers if name.startswith("Access-Control")] == []


def test_htmx_runs_no_words_and_keeps_no_pages(scene: Scene, people: Callable[[str], Browser]) -> None:
    """Its `inlineScriptNonce` would give whatever script a fragment brings the nonce that keeps it out."""
    page = people("ada").get(f"/boards/{scene.hers['board']}").text
    found = re.search(r"<meta name=\"htmx-config\" content='([^']+)'>", page)
    assert found is not None
    config = json.loads(found[1])
    assert config["history"] is False
    assert config["includeIndicatorCSS"] is False
    assert not any("nonce" in name.lower() for name in config)
