"""The pages of a new password by mail, and of the link that proves an address sent once more."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.models import Actor, Mail
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

NEW = "another engine of brass"
GRACE = {"email": "grace@example.org"}


def link_in(mail: Mail) -> str:
    return str(mail.context["url_path"])


def test_from_the_door_to_a_new_password(client: FlaskClient, world: None) -> None:
    assert 'href="/resets/new"' in client.get("/session/new").text
    assert "A new password" in client.get("/resets/new").text
    asked = client.post("/resets", data=GRACE)
    assert (asked.status_code, asked.location) == (303, "/session/new")
    assert "a mail with a link is on its way" in client.get("/session/new").text
    link = link_in(one(Mail, template="reset"))
    page = client.get(link)
    assert "grace@example.org" in page.text
    assert client.get(link).status_code == 200, "Programs that look into mails use nothing up."
    done = client.post(f"{link}?_method=put", data={"password": NEW})
    assert (done.status_code, done.location) == (303, "/session/new")
    assert "Your password is changed" in client.get("/session/new").text
    assert client.post("/session", data={**GRACE, "password": PASSWORD}).status_code == 422
    assert client.post("/session", data={**GRACE, "password": NEW}).location == "/"


def test_a_link_that_was_used_says_what_to_do(client: FlaskClient, world: None) -> None:
    client.post("/resets", data=GRACE)
    link = link_in(one(Mail, template="reset"))
    client.put(link, data={"password": NEW})
    for answer in (client.get(link), client.put(link, data={"password": "a third engine of brass"})):
        assert answer.status_code == 404
        assert "Ask for another" in answer.text


def test_a_bad_password_is_refused_beside_the_field(client: FlaskClient, world: None) -> None:
    client.post("/resets", data=GRACE)
    link = link_in(one(Mail, template="reset"))
    answer = client.put(link, data={"password": "short"})
    assert answer.status_code == 422
    assert 'id="password_error"' in answer.text
    assert 'value="short"' not in answer.text


def test_other_browsers_are_signed_out(as_grace: Browser, client: FlaskClient) -> None:
    assert as_grace.get("/").status_code == 200
    client.post("/resets", data=GRACE)
    client.put(link_in(one(Mail, template="reset")), data={"password": NEW})
    assert as_grace.get("/").location == "/session/new"


@pytest.mark.parametrize("path", ["/resets", "/verifications"])
def test_known_and_unknown_are_answered_alike(app: Flask, eve: Actor, path: str) -> None:
    """ASVS 6.3.8, WSTG-IDNT-04."""
    answers: list[Any] = []
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE users SET disabled_at = '2026-01-01 00:00:00' WHERE name = 'Edgar Codd'"))
        connection.execute(sa.text("UPDATE users SET verified_at = NULL WHERE name = 'Eve Outside'"))
    for first in ("grace", "nobody", "edgar", "eve"):
        client = app.test_client()
        answer = client.post(path, data={"email": f"{first}@example.org"})
        assert answer.status_code == 303
        after = client.get(answer.location).text
        answers.append((answer.location, answer.text, sorted(answer.headers.keys()), after.count("notice")))
    assert answers.count(answers[0]) == 4


@pytest.mark.parametrize("path", ["/resets", "/verifications"])
@pytest.mark.parametrize(
    "email", ["", "grace", "x" * 5000 + "@example.org", "grace@example.org\r\nBcc: eve@example.org"]
)
def test_what_is_no_address_is_said_beside_the_field(client: FlaskClient, world: None, path: str, email: str) -> None:
    answer = client.post(path, data={"email": email})
    assert answer.status_code == 422
    assert 'id="email_error"' in answer.text
    assert db.session.scalar(sa.select(Mail.id)) is None


@pytest.mark.parametrize("path", ["/resets", "/verifications"])
def test_asking_is_limited(client: FlaskClient, world: None, path: str) -> None:
    statuses = [client.post(path, data=GRACE).status_code for _time in range(5)]
    assert statuses == [303] * 3 + [429] * 2
    others = [client.post(path, data={"email": f"n{number}@example.org"}).status_code for number in range(12)]
    assert 429 in others


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "X-Host", "Forwarded"])
def test_host_header_1_2_46_links_name_the_address_that_is_set(app: Flask, world: None, name: str) -> None:
    """A reset link built from what the request claims leads whoever opens it to a thief."""
    from kanban.render.mails import render

    client = app.test_client()
    value = "host=evil.example" if name == "Forwarded" else "evil.example"
    answer = client.post("/resets", data=GRACE, headers={name: value})
    assert answer.status_code in {303, 400}
    assert "evil" not in answer.location
    said = render(one(Mail, template="reset"))
    for part in said:
        assert "evil" not in part
    assert f"{app.config['BASE_URL']}/resets/" in said.text
    assert f'href="{app.config["BASE_URL"]}/resets/' in said.html


@pytest.mark.parametrize("place", ["resets", "verifications"])
def test_a_link_that_is_gone_leads_to_where_another_is_asked_for(client: FlaskClient, place: str) -> None:
    for answer in (client.get(f"/{place}/{'x' * 43}"), client.put(f"/{place}/{'x' * 43}", data={"password": NEW})):
        assert answer.status_code == 404
        assert f'href="/{place}/new">Ask for another link' in answer.text


@pytest.mark.parametrize("place", ["resets", "verifications"])
def test_whoever_waits_for_a_mail_is_told_that_none_is_sent(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    assert "sends no mails yet" in client.get(f"/{place}/new").text
    monkeypatch.setitem(app.config, "MAIL_SERVER", "mail.example.org")
    assert "sends no mails yet" not in client.get(f"/{place}/new").text
