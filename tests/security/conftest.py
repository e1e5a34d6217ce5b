"""Browsers of the world's people, and the scene on which they try what they may not."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import make_setup_token
from kanban.models import User
from kanban.support.db import db
from kanban.web.guards import SignedIn
from tests.security.scene import Scene
from tests.web.conftest import Browser, as_ada, as_edgar, as_eve, as_grace, browse

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
