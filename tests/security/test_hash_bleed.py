"""What nobody reads of anybody: hashes, stamps, addresses of others (HashBleed, CVE-2026-33677)."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from kanban.models import User
from kanban.support.db import db
from tests.security.matrix import ROWS
from tests.security.scene import Scene
from tests.security.test_authorization_matrix import send
from tests.web.conftest import Browser


def test_no_answer_holds_a_secret_or_somebody_elses_address(
    app: Flask, scene: Scene, people: Callable[[str], Browser]
) -> None:
    everybody = db.session.scalars(sa.select(User)).all()
    secrets = {each.password_hash for each in everybody}
    secrets |= {"$argon2", app.config["SECRET_KEY"], str(app.config["DATABASE_URL"])} - {None}
    addresses = {name: f"{name}@example.org" for name in ("ada", "grace", "edgar", "eve", "dora")}
    for row in ROWS:
        if row.path in {"/session", "/accounts", "/setup/{setup_token}"}:
            continue
        for name in ("ada", "grace", "edgar"):
            for htmx in (False, True):
                answer = send(people(name), row, scene.hers, htmx=htmx)
                told = answer.data.decode("utf-8", "replace") + str(answer.headers)
                answer.close()
                assert [each for each in secrets if each and each in told] == [], f"{row}, {name}"
                # What somebody typed stays in the form they typed it into.
                typed = row.fields.values()
                others = [
                    address
                    for who, address in addresses.items()
                    if who != name and address in told and address not in typed
                ]
                assert others == [], f"{row}, {name}"
