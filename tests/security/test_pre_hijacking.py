"""Registering with the address of somebody else (pre-hijacking): it gives nobody a way in, and fills no mailbox.

ASVS 6.3.4 (each way in is as strong as the others), 6.4.1, 2.4.1.
"""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.accounts import make_link, send_verification
from kanban.actions.recovery import ask_reset, reset_password
from kanban.actions.sessions import Place
from kanban.models import AuditEntry, Mail, Session, User
from kanban.support.db import db, transaction
from tests.world import PASSWORD, one

VICTIM = "victim@example.org"
MINE = "what the victim has chosen"
CHOSEN = {"name": "Victim", "email": VICTIM, "password": "what the thief has chosen"}


def link_in(template: str) -> str:
    mails = db.session.scalars(sa.select(Mail).where(Mail.template == template).order_by(Mail.id.desc()))
    return str(mails.first().context["url_path"])  # type: ignore[union-attr]


@pytest.fixture
def thief(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert client.post("/accounts", data=CHOSEN).status_code == 303
    return client


def test_v6_3_4_the_mailbox_alone_makes_no_password_good(app: Flask, thief: FlaskClient) -> None:
    victim, link = app.test_client(), link_in("verify")
    page = victim.get(link).text
    assert 'autocomplete="current-password"' in page
    assert "so that nobody else" in page
    assert VICTIM in page, "It says whose account it is."
    for sent in ({}, {"password": ""}, {"password": "what the victim would choose"}):
        answer = victim.put(link, data=sent)
        assert (answer.status_code, 'id="password_error"' in answer.text) == (422, True)
    assert one(User, email=VICTIM).verified_at is None
    assert db.session.scalar(sa.select(Session.id)) is None
    assert thief.post("/session", data=CHOSEN).status_code == 422
    assert victim.get("/").location == "/session/new"
    refused = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "verification.refused")).all()
    assert [(line.actor_id, line.subject_id) for line in refused] == [(None, one(User, email=VICTIM).id)] * 3


def test_v6_3_4_whoever_has_the_mailbox_chooses_another_and_the_thief_s_is_dead(app: Flask, thief: FlaskClient) -> None:
    victim, link = app.test_client(), link_in("verify")
    answer = victim.put(link, data={"choose": "1", "password": MINE})
    assert (answer.status_code, answer.location) == (303, "/session/new")
    assert one(User, email=VICTIM).verified_at is not None
    assert thief.post("/session", data=CHOSEN).status_code == 422
    assert thief.get(link).status_code == 404
    assert thief.get("/").location == "/session/new"
    assert victim.post("/session", data={"email": VICTIM, "password": MINE}).location == "/"


def test_v6_3_4_registering_too_makes_nobody_s_browser_the_one_that_chose(app: Flask, thief: FlaskClient) -> None:
    """The thief was first: what the victim chose here afterwards is no password of that account."""
    victim, link = app.test_client(), link_in("verify")
    victim.post("/accounts", data={**CHOSEN, "password": MINE})
    assert 'autocomplete="current-password"' in victim.get(link).text
    for sent in ({}, {"password": MINE}):
        assert victim.put(link, data=sent).status_code == 422
    assert one(User, email=VICTIM).verified_at is None
    assert victim.put(link, data={"choose": "1", "password": MINE}).status_code == 303
    assert thief.post("/session", data=CHOSEN).status_code == 422


def test_v6_3_4_nor_does_the_same_password_chosen_twice(app: Flask, thief: FlaskClient) -> None:
    victim = app.test_client()
    victim.post("/accounts", data=CHOSEN)
    assert 'autocomplete="current-password"' in victim.get(link_in("verify")).text


def test_v6_3_4_a_browser_forgets_that_it_chose_once_there_is_another_password(app: Flask, thief: FlaskClient) -> None:
    with transaction():
        secret = make_link(one(User, email=VICTIM), "reset", VICTIM, timedelta(hours=1))
    reset_password(secret, MINE, Place())
    with transaction():
        send_verification(one(User, email=VICTIM))
    assert thief.put(link_in("verify")).status_code == 422


def test_v6_3_1_guessing_with_a_link_is_braked_as_signing_in_is(app: Flask, thief: FlaskClient) -> None:
    stranger, link = app.test_client(), link_in("verify")
    answers = [stranger.put(link, data={"password": "guess"}) for _time in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert stranger.post("/session", data=CHOSEN).status_code == 429, "It is one password, and one count."
    assert "seconds" in answers[-1].text
    assert stranger.get(link).status_code == 200


def test_v6_3_4_nor_is_anybody_signed_in_to_the_account_of_who_sends_them_a_link(app: Flask, world: None) -> None:
    """A forged sign-in: what one writes there is read by whoever has the account."""
    thief, victim = app.test_client(), app.test_client()
    thief.post("/accounts", data={**CHOSEN, "email": "thief@example.org"})
    assert victim.post("/session", data={"email": "ada@example.org", "password": PASSWORD}).status_code == 303
    for sent in ({}, {"password": PASSWORD}):
        assert victim.put(link_in("verify"), data=sent).status_code == 422
    assert victim.put(link_in("verify"), data={"choose": "1", "password": MINE}).status_code == 303
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
    reset_password(link_in("reset").rpartition("/")[2], MINE, here)
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
