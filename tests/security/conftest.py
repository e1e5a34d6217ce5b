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

from kanban.models import Session, User
from kanban.support.db import db
from kanban.support.tokens import digest
from tests.directories import north, slapd
from tests.providers import House, first_house, house
from tests.security.scene import Scene, secrets
from tests.web.conftest import Browser, as_ada, as_edgar, as_eve, as_grace, browse
from tests.world import session_of

ROOT = Path(__file__).resolve().parents[2]
__all__ = ["as_ada", "as_edgar", "as_eve", "as_grace", "browse", "first_house", "house", "north", "slapd"]


@pytest.fixture
def scene(app: Flask, instance: Path, wipe: Callable[[], None], house: House) -> Scene:
    """Ada's things and Eve's, in a database that holds both."""
    made = Scene(instance / "scene", wipe)
    made.lay_out()
    made.hers.update(secrets())
    return made


@pytest.fixture
def people(app: Flask, scene: Scene) -> Callable[[str], Browser]:
    """Browsers by first name, each signed in, anew where the scene was laid out anew; `stranger` is nobody."""
    made: dict[str, Browser] = {}
    secrets_of: dict[str, str] = {}

    def browser(name: str) -> Browser:
        if name not in made:
            made[name] = Browser(app.test_client())
        if name not in {"stranger", "link"} and (name not in secrets_of or not _is_known(secrets_of[name])):
            query = sa.select(User).where(User.email == f"{name}@example.org")
            # Where the scene was laid out anew, the session still holds the person as they were.
            user = db.session.scalars(query.execution_options(populate_existing=True)).one()
            secrets_of[name] = session_of(user)
            with made[name].client.session_transaction() as session:
                session["_user_id"] = secrets_of[name]
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


def _is_known(secret: str) -> bool:
    """Whether there still is a session of this secret, if only of somebody who may not come in."""
    return db.session.scalar(sa.select(Session.id).where(Session.secret_hash == digest(secret))) is not None
