"""Browsers of the world's people, and the scene on which they try what they may not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import make_setup_token
from kanban.models import User
from kanban.support.db import db
from kanban.web.guards import SignedIn
from tests.security.scene import Scene
from tests.web.conftest import Browser, as_ada, as_edgar, as_eve, as_grace, browse

ROOT = Path(__file__).resolve().parents[2]
__all__ = ["as_ada", "as_edgar", "as_eve", "as_grace", "browse"]


@pytest.fixture
def scene(app: Flask, instance: Path, wipe: Callable[[], None]) -> Scene:
    """Ada's things and Eve's, in a database that holds both."""
    made = Scene(instance / "scene", wipe)
    made.lay_out()
    made.hers["setup_token"] = make_setup_token()
    return made


@pytest.fixture
def people(app: Flask, scene: Scene) -> Callable[[str], Browser]:
    """Browsers by first name, each signed in before anything else happened; `stranger` is nobody."""
    made: dict[str, Browser] = {}

    def browser(name: str) -> Browser:
        if name not in made:
            client = app.test_client()
            if name != "stranger":
                user = db.session.scalars(sa.select(User).where(User.email == f"{name}@example.org")).one()
                with client.session_transaction() as session:
                    session["_user_id"] = SignedIn(user).get_id()
            made[name] = Browser(client)
        return made[name]

    return browser


@pytest.fixture
def ask(environment: dict[str, str]) -> Callable[..., list[dict[str, Any]]]:
    """Asks the application under other settings: requests in, answers out."""

    def answers(requests: list[dict[str, Any]], **settings: str) -> list[dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.security.elsewhere"],
            cwd=ROOT,
            input=json.dumps(requests),
            env={**os.environ, **environment, **settings},
            capture_output=True,
            text=True,
            check=True,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    return answers
