"""Registering with the address of somebody else (pre-hijacking): it gives nobody a way in, and fills no mailbox.

ASVS 6.3.4 (each way in is as strong as the others), 6.4.1, 2.4.1.
"""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.recovery import ask_reset, reset_password
from kanban.actions.sessions import Place
from kanban.models import Mail, Session, User
from kanban.support.db import db
from tests.world import PASSWORD, one

VICTIM = "victim@example.org"
CHOSEN = {"name": "Victim", "email": VICTIM, "password": "what the thief has chosen"}


def link_in(template: str) -> str:
    mails = db.session.scalars(sa.select(Mail).where(Mail.template == template).order_by(Mail.id.desc()))
    return str(mails.first().context["url_path"])  # type: ignore[union-attr]


@pytest.fixture
def thief(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert client.post("/accounts", data=CHOSEN).status_code == 303
    return client


def test_v6_3_4_nobody_comes_to_sit_in_an_account_whose_password_another_has(app: Flask, thief: FlaskClient) -> None:
    victim, link = app.test_client(), link_in("verify")
    assert "Confirm and sign in" not in victim.get(link).text
    assert victim.put(link).location == "/session/new"
    assert db.session.scalar(sa.select(Session.id)) is None
    assert victim.get("/").location == "/session/new"


def test_v6_3_4_nor_is_anybody_signed_in_to_the_account_of_who_sends_them_a_link(app: Flask, world: None) -> None:
    """A forged sign-in: what one writes there is read by whoever has the account."""
    thief, victim = app.test_client(), app.test_client()
    thief.post("/accounts", data={**CHOSEN, "email": "thief@example.org"})
    assert victim.post("/session", data={"email": "ada@example.org", "password": PASSWORD}).status_code == 303
    victim.put(link_in("verify"))
    assert "Ada" in victim.get("/").text


@pytest.mark.parametrize("typed", [VICTIM, " Victim@EXAMPLE.org "])
def test_whoever_registered_here_is_in_at_once(app: Flask, typed: str) -> None:
    client = app.test_client()
    client.post("/accounts", data={**CHOSEN, "email": typed})
    link = link_in("verify")
    assert "Confirm and sign in" in client.get(link).text
    assert client.put(link).location == "/"
    assert client.get("/").status_code == 200


def test_what_a_browser_keeps_of_registering_says_nothing_of_who_is_here(app: Flask, world: None) -> None:
    kept: list[Any] = []
    for email in ("ada@example.org", "nobody@example.org"):
        client = app.test_client()
        client.post("/accounts", data={**CHOSEN, "email": email})
        with client.session_transaction() as session:
            kept.append(sorted(session))
    assert kept[0] == kept[1]


def test_v6_4_1_a_link_to_confirm_ends_with_a_new_password(app: Flask, thief: FlaskClient) -> None:
    link, here = link_in("verify"), Place()
    ask_reset(VICTIM, here)
    reset_password(link_in("reset").rpartition("/")[2], "what the victim has chosen", here)
    assert thief.put(link).status_code == 404
    assert thief.post("/session", data=CHOSEN).status_code == 422
    assert one(User, email=VICTIM).verified_at is not None


@pytest.mark.parametrize("way", ["registering", "signing in"])
def test_v2_4_1_no_mailbox_is_filled_by_who_registers_with_its_address(app: Flask, way: str) -> None:
    path, template = ("/accounts", "account_exists") if way == "registering" else ("/session", "verify")
    for number in range(9):
        # From wherever, so that no limit of an address stands before it.
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        client.post("/accounts", data=CHOSEN) if not number else client.post(path, data=CHOSEN)
    count = sa.select(sa.func.count()).select_from(Mail).where(Mail.template == template)
    assert db.session.scalar(count) == 5
