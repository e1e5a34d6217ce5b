"""Browsers, with and without scripts, of people who have signed in."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kanban.models import Actor
from tests.world import session_of


class Browser:
    """Somebody's browser. `plain` sends a form as it does without scripts, `htmx` as our scripts do."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, *, htmx: bool = False, **headers: str) -> TestResponse:
        answer: TestResponse = self.client.get(path, headers={**_HTMX, **headers} if htmx else headers)
        return answer

    def plain(self, method: str, path: str, *, came_from: str = "", **fields: Any) -> TestResponse:
        means = "" if method == "POST" else f"{'&' if '?' in path else '?'}_method={method.lower()}"
        headers = {"Referer": f"http://localhost{came_from}"} if came_from else {}
        answer: TestResponse = self.client.post(path + means, data=fields, headers=headers)
        return answer

    def htmx(self, method: str, path: str, *, on: str = "", **fields: Any) -> TestResponse:
        headers = {**_HTMX, "HX-Current-URL": f"http://localhost{on}"}
        answer: TestResponse = self.client.open(path, method=method, data=fields, headers=headers)
        return answer


_HTMX = {"HX-Request": "true"}


@pytest.fixture
def browse(app: Flask) -> Callable[[Actor], Browser]:
    """A browser in which this person has signed in."""

    def signed_in(actor: Actor) -> Browser:
        client = app.test_client()
        secret = session_of(actor.user)
        with client.session_transaction() as session:
            session["_user_id"] = secret
            session["_fresh"] = True
        return Browser(client)

    return signed_in


@pytest.fixture
def as_ada(browse: Callable[[Actor], Browser], ada: Actor) -> Browser:
    return browse(ada)


@pytest.fixture
def as_grace(browse: Callable[[Actor], Browser], grace: Actor) -> Browser:
    return browse(grace)


@pytest.fixture
def as_edgar(browse: Callable[[Actor], Browser], edgar: Actor) -> Browser:
    return browse(edgar)


@pytest.fixture
def as_eve(browse: Callable[[Actor], Browser], eve: Actor) -> Browser:
    return browse(eve)
