"""The one link that makes an admin: once, only the newest, unreadable at rest (ASVS 6.3.2, 6.4.1, 11.5.1)."""

import hashlib
import subprocess
import sys

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.accounts import create_account, make_setup_token
from kanban.models import Actor, Setting, User
from kanban.support.db import db
from tests.security.scene import everything

NEW = {"name": "Alan Turing", "email": "alan@example.org", "password": "a long tape of paper"}


def test_only_the_newest_opens(client: FlaskClient, app: Flask) -> None:
    first, second = make_setup_token(), make_setup_token()
    assert first != second
    assert client.get(f"/setup/{first}").status_code == 404
    assert client.put(f"/setup/{first}", data=NEW).status_code == 404
    assert client.get(f"/setup/{second}").status_code == 200
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_it_works_once(client: FlaskClient, app: Flask) -> None:
    token = make_setup_token()
    assert client.put(f"/setup/{token}", data=NEW).status_code == 303
    other = app.test_client()
    for method in ("GET", "PUT"):
        sent = {**NEW, "email": "eve@example.org"}
        assert other.open(f"/setup/{token}", method=method, data=sent).status_code == 404
    assert make_setup_token() is None
    assert [user.email for user in db.session.scalars(sa.select(User))] == ["alan@example.org"]


def test_a_refusal_does_not_use_it_up(client: FlaskClient, app: Flask) -> None:
    token = make_setup_token()
    for wrong in ({"password": "short"}, {"email": "x"}, {"name": ""}):
        assert client.put(f"/setup/{token}", data={**NEW, **wrong}).status_code == 422
    assert client.put(f"/setup/{token}", data=NEW).status_code == 303


def test_it_cannot_be_guessed_nor_read_where_it_is_kept(app: Flask) -> None:
    token = make_setup_token()
    assert token is not None
    assert len(token) >= 43, "256 bits"
    kept = db.session.scalars(sa.select(Setting.value)).one()
    assert kept == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(everything())


def test_it_opens_nothing_once_there_is_an_admin(client: FlaskClient, app: Flask) -> None:
    token = make_setup_token()
    create_account("Admin", "admin@example.org", "a long tape of paper", is_admin=True)
    assert client.get(f"/setup/{token}").status_code == 404
    assert client.put(f"/setup/{token}", data=NEW).status_code == 404


def test_an_account_that_came_before_it_is_no_admin(client: FlaskClient, world: None, ada: Actor) -> None:
    token = make_setup_token()
    assert token is not None
    assert client.put(f"/setup/{token}", data={**NEW, "email": "ada@example.org"}).status_code == 409
    db.session.refresh(ada.user)
    assert not ada.user.is_admin
    assert client.put(f"/setup/{token}", data=NEW).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "%00", "..%2f", "é", "\ud800", "'--", "x" * 5000, "None"])
def test_no_other_does(client: FlaskClient, app: Flask, token: str) -> None:
    make_setup_token()
    path = f"/setup/{token}".encode("utf-8", "replace").decode()
    assert client.get(path).status_code == 404
    assert client.put(path, data=NEW).status_code in {404, 405}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_what_is_kept_is_no_key(client: FlaskClient, app: Flask) -> None:
    """Whoever reads the database cannot use what they find there."""
    make_setup_token()
    kept = db.session.scalars(sa.select(Setting.value)).one()
    assert client.get(f"/setup/{kept}").status_code == 404


def test_the_page_is_kept_by_no_cache_and_told_to_nobody(client: FlaskClient, app: Flask) -> None:
    page = client.get(f"/setup/{make_setup_token()}")
    assert {"private", "no-cache"} <= set(page.headers["Cache-Control"].replace(",", "").split())
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert 'href="http' not in page.text


def test_no_password_and_no_link_stands_in_the_help(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "--help"], capture_output=True, text=True, check=False
    )
    for told in ("/setup/", environment["SECRET_KEY"]):
        assert told not in done.stdout.lower()
