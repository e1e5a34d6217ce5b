"""Signing in and out, making an account, and the first admin."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.accounts import make_setup_token
from kanban.models import Mail, Setting, User
from kanban.support.db import db, transaction
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

WRONG = "That e-mail and password do not belong together. Check both, or ask for a new password."
GRACE = {"email": "grace@example.org", "password": PASSWORD}
NEW = {"name": "Alan Turing", "email": "alan@example.org", "password": "a long tape of paper"}


def test_one_signs_in_and_out(client: FlaskClient, world: None) -> None:
    assert client.get("/session/new").status_code == 200
    answer = client.post("/session", data={"email": " Grace@Example.org ", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Grace" in client.get("/").text
    assert client.get("/session/new").location == "/"
    out = client.post("/session?_method=delete")
    assert out.location == "/session/new"
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/").location == "/session/new"


@pytest.mark.parametrize(
    ("email", "password"),
    [("grace@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", ""), ("grace@example.org", "x" * 10_000)],
)
def test_what_is_wrong_is_never_told_apart(client: FlaskClient, world: None, email: str, password: str) -> None:
    answer = client.post("/session", data={"email": email, "password": password})
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert f'value="{email}"' in answer.text
    assert password not in answer.text or not password


def test_a_disabled_account_does_not_come_in(client: FlaskClient, world: None) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE users SET disabled_at = '2026-01-01 00:00:00' WHERE name = 'Grace Hopper'"))
    assert WRONG in client.post("/session", data=GRACE).text


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/boards/1", "/boards/1"),
        ("/boards/1?q=x", "/boards/1?q=x"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\tx", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_one_goes_on_to_a_page_of_ours_only(client: FlaskClient, world: None, wanted: str, got: str) -> None:
    assert client.post("/session", data={**GRACE, "next": wanted}).location == got


def test_the_page_one_wanted_is_remembered(client: FlaskClient, world: None) -> None:
    door = client.get("/boards/1?after=2")
    assert door.location == "/session/new?next=/boards/1?after%3D2"
    assert 'name="next" value="/boards/1?after=2"' in client.get(door.location).text


def test_the_way_to_a_new_password_is_no_part_of_the_fields_name_and_comes_after_it(client: FlaskClient) -> None:
    door = client.get("/session/new").text
    assert '<label class="field__label" for="password">Password</label>' in door
    assert door.index('id="password"') < door.index('href="/resets/new"')


def test_a_session_of_before_is_not_taken_over(client: FlaskClient, world: None) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody"
    client.post("/session", data=GRACE)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_a_cookie_ends_with_its_session(client: FlaskClient, world: None, app: Flask) -> None:
    client.post("/session", data={**GRACE, "remember": "1"})
    kept = [header for header in client.get("/session/new").headers if header[0] == "Set-Cookie"]
    assert kept == [] or all("HttpOnly" in value for _name, value in kept)
    client.delete("/session")
    assert client.get("/").location == "/session/new"


def test_staying_signed_in_outlives_the_browser(client: FlaskClient, world: None, app: Flask) -> None:
    answer = client.post("/session", data={**GRACE, "remember": "1"})
    cookies = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert "Expires=" in cookies[0]
    other = app.test_client().post("/session", data=GRACE)
    assert "Expires=" not in other.headers["Set-Cookie"]


@pytest.mark.parametrize("cookie", ["x", "1", "1:", ":", "99999999999999999999:x", "-1:x", "1:wrong"])
def test_a_made_up_identity_is_nobody(client: FlaskClient, world: None, cookie: str) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = cookie
    assert client.get("/").location == "/session/new"


def test_guessing_is_slowed_down(client: FlaskClient, world: None) -> None:
    answers = [client.post("/session", data={"email": "grace@example.org", "password": "guess"}) for _n in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert re.search(r"\b[12] seconds?\b", answers[-1].text)
    assert answers[-1].headers["Retry-After"] in {"1", "2"}
    assert 'value="grace@example.org"' in answers[-1].text


def test_an_account_is_made_and_opens_with_the_mail(client: FlaskClient, app: Flask) -> None:
    assert client.get("/accounts/new").status_code == 200
    answer = client.post("/accounts", data={**NEW, "time_zone": "Europe/London"})
    assert (answer.status_code, answer.location) == (303, "/verifications/new")
    assert "Look into your mail" in client.get("/verifications/new").text
    alan = one(User, email="alan@example.org")
    assert (alan.name, alan.time_zone, alan.is_admin, alan.verified_at) == ("Alan Turing", "Europe/London", False, None)
    assert client.get("/").location == "/session/new"
    link = one(Mail, template="verify").context["url_path"]
    assert "Confirm and sign in" in client.get(link).text
    assert client.get("/").location == "/session/new", "Looking at it proves nothing: programs do that."
    assert client.post(f"{link}?_method=put").location == "/"
    assert "Your first board, Alan" in client.get("/").text
    assert client.get("/accounts/new").location == "/"
    assert client.get(link).status_code == 404


def test_an_address_that_has_an_account_is_answered_as_any_other(client: FlaskClient, world: None) -> None:
    taken = client.post("/accounts", data={**NEW, "email": "grace@example.org"})
    fresh = client.post("/accounts", data=NEW)
    assert (taken.status_code, taken.location, taken.text) == (fresh.status_code, fresh.location, fresh.text)
    assert one(Mail, to="grace@example.org").template == "account_exists"
    assert one(User, email="grace@example.org").name == "Grace Hopper"


def test_whoever_has_not_proved_the_address_is_sent_the_link_again(client: FlaskClient, app: Flask) -> None:
    client.post("/accounts", data=NEW)
    first = one(Mail, template="verify").context["url_path"]
    refused = client.post("/session", data=NEW)
    assert (refused.status_code, "Open the link in the mail" in refused.text) == (422, True)
    mails = db.session.scalars(sa.select(Mail).where(Mail.template == "verify").order_by(Mail.id)).all()
    assert len(mails) == 2
    assert client.get(first).status_code == 404
    assert client.get(mails[1].context["url_path"]).status_code == 200


def test_a_time_zone_that_only_a_browser_knows_keeps_nobody_out(client: FlaskClient, app: Flask) -> None:
    assert "js/zone.js" in client.get("/accounts/new").text
    client.post("/accounts", data={**NEW, "time_zone": "Etc/Unknown"})
    assert one(User, email="alan@example.org").time_zone == "UTC"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("email", "alan"),
        ("email", "x" * 250 + "@example.org"),
        ("password", "short"),
        ("password", "aaaaaaaaaaaa"),
        ("password", "alan@example.org"),
        ("password", "x" * 257),
    ],
)
def test_a_bad_account_is_refused_beside_the_field(client: FlaskClient, world: None, field: str, value: str) -> None:
    answer = client.post("/accounts", data={**NEW, field: value})
    assert answer.status_code == 422
    assert f'id="{field}_error"' in answer.text
    for name in ("name", "email"):
        assert f'value="{({**NEW, field: value})[name]}"' in answer.text
    assert db.session.scalar(sa.select(User.id).where(User.name == "Alan Turing")) is None


def test_registration_can_be_closed(client: FlaskClient, app: Flask) -> None:
    with transaction() as session:
        session.add(Setting(name="registration", value="closed"))
    assert client.get("/accounts/new").status_code == 404
    assert client.post("/accounts", data=NEW).status_code == 404
    door = client.get("/session/new").text
    assert "Make one" not in door
    assert "This place takes no new people." in door
    assert "Ask for an invitation" not in door, "it would let nobody in"
    assert db.session.scalar(sa.select(User.id)) is None


def test_the_link_of_the_first_start_makes_one_admin(client: FlaskClient, app: Flask) -> None:
    token = make_setup_token()
    assert "Nobody looks after this place yet" in client.get("/session/new").text
    assert "You are the first here" in client.get(f"/setup/{token}").text
    refused = client.post(f"/setup/{token}?_method=put", data={**NEW, "password": "short"})
    assert refused.status_code == 422
    assert 'value="Alan Turing"' in refused.text
    assert client.post(f"/setup/{token}?_method=put", data=NEW).location == "/"
    assert one(User, email="alan@example.org").is_admin
    other = app.test_client()
    used = other.get(f"/setup/{token}")
    assert used.status_code == 404
    assert "This link has been used" in used.text
    assert "Welcome back" in other.get("/session/new").text
    assert other.put(f"/setup/{token}", data={**NEW, "email": "eve@example.org"}).status_code == 404
    assert make_setup_token() is None


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "é" * 40])
def test_no_other_link_does(client: FlaskClient, app: Flask, token: str) -> None:
    make_setup_token()
    assert client.get(f"/setup/{token}").status_code == 404
    assert client.put(f"/setup/{token}", data=NEW).status_code == 404
    assert db.session.scalar(sa.select(User.id)) is None


def test_somebody_signed_in_is_not_asked_to(as_ada: Browser) -> None:
    assert as_ada.get("/session/new?next=/help").location == "/help"
