"""Programs: what they send, with what they were given."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kanban.models import Actor
from tests.world import PASSWORD


class Program:
    """A program that talks to the API; `access` and `refresh` are the tokens that it has."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.access = self.refresh_token = ""

    def sign_in(self, email: str = "ada@example.org", password: str = PASSWORD, **more: str) -> TestResponse:
        return self._ask(grant_type="password", username=email, password=password, **more)

    def refresh(self, token: str | None = None, **more: str) -> TestResponse:
        return self._ask(grant_type="refresh_token", refresh_token=token or self.refresh_token, **more)

    def send(self, method: str, path: str, token: str | None = None, **more: Any) -> TestResponse:
        """A request with a token; with the newest one of its own if none is given."""
        headers = {"Authorization": f"Bearer {self.access if token is None else token}", **more.pop("headers", {})}
        answer: TestResponse = self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)
        return answer

    def is_in(self, token: str | None = None) -> bool:
        status = self.send("GET", "/auth/me", token).status_code
        assert status in {200, 401}
        return status == 200

    def _ask(self, **fields: str) -> TestResponse:
        answer: TestResponse = self.client.post("/api/v1/auth/token", data=fields)
        if answer.status_code == 200:
            self.access, self.refresh_token = answer.json["access_token"], answer.json["refresh_token"]
        return answer


@pytest.fixture
def program(app: Flask, world: None) -> Program:
    return Program(app.test_client())


@pytest.fixture
def adas(program: Program, ada: Actor) -> Program:
    """A program that Ada has signed in."""
    assert program.sign_in().status_code == 200
    return program


@pytest.fixture
def run(app: Flask) -> Callable[[], Program]:
    """Further programs."""
    return lambda: Program(app.test_client())
