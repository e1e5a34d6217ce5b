"""The pages of one's own password and address."""

from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex

import pytest
from flask.testing import FlaskClient

from kanban.models import Actor, Mail, User
from kanban.support.clock import travel
from kanban.support.db import db
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

NEW = "another engine of brass"


def test_the_password_is_changed_and_one_stays_signed_in(
    as_grace: Browser, grace: Actor, browse: Callable[[Actor], Browser]
) -> None:
    other = browse(grace)
    assert 'action="/account/password?_method=put"' in as_grace.get("/account/password/edit").text
    done = as_grace.plain("PUT", "/account/password", old_password=PASSWORD, password=NEW)
    assert (done.status_code, done.location) == (303, "/account/password/edit")
    assert "Your password is changed" in as_grace.get(done.location).text
    assert other.get("/").location == "/session/new"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"old_password": "wrong", "password": NEW}, "old_password"),
        ({"password": NEW}, "old_password"),
        ({"old_password": PASSWORD, "password": "short"}, "password"),
        ({"old_password": PASSWORD}, "password"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(as_grace: Browser, fields: dict[str, str], field: str) -> None:
    answer = as_grace.plain("PUT", "/account/password", **fields)
    assert answer.status_code == 422
    assert f'id="{field}_error"' in answer.text
    assert PASSWORD not in answer.text
    assert NEW not in answer.text


def test_guessing_the_old_one_is_slowed(as_grace: Browser) -> None:
    sent = {"old_password": "guess", "password": NEW}
    statuses = [as_grace.plain("PUT", "/account/password", **sent).status_code for _time in range(8)]
    assert statuses[:5] == [422] * 5
    assert 429 in statuses


@pytest.mark.parametrize("path", ["/account/password", "/account/address"])
def test_asvs_7_5_1_a_proof_of_an_hour_ago_is_not_enough(as_grace: Browser, path: str) -> None:
    with travel(timedelta(hours=1)):
        assert (as_grace.get(f"{path}/edit").location or "").startswith("/session/confirmation/new")
        sent = {"old_password": PASSWORD, "password": NEW, "email": "moved@example.org"}
        assert (as_grace.plain("PUT", path, **sent).location or "").startswith("/session/confirmation/new")
    assert db.session.query(Mail).count() == 0


@pytest.mark.parametrize(
    ("method", "path", "form", "fields", "shown"),
    [
        ("PUT", "/account/address", "/account/address/edit", {"email": "moved@example.org"}, "moved@example.org"),
        ("POST", "/account/tokens", "/account/tokens/new", {"name": "Nightly", "days": "7"}, "Nightly"),
    ],
    ids=["address", "token"],
)
def test_what_was_typed_outlives_the_question_who_one_is(
    as_grace: Browser, method: str, path: str, form: str, fields: dict[str, str], shown: str
) -> None:
    with travel(timedelta(hours=1)):
        asked = as_grace.plain(method, path, code="123456", **fields)
        assert (asked.status_code, asked.location) == (303, f"/session/confirmation/new?next={form}")
        assert "What you typed is kept" in as_grace.get(asked.location).text
        led = as_grace.plain("POST", "/session/confirmation", password=PASSWORD, next=form)
        assert led.location == form
        assert f'value="{shown}"' in as_grace.get(form).text
        assert shown not in as_grace.get(form).text, "Once is enough: it is not found there another day."


def test_no_secret_and_nothing_too_large_is_kept_in_the_cookie(as_grace: Browser) -> None:
    with travel(timedelta(hours=1)):
        as_grace.plain("PUT", "/account/password", old_password=PASSWORD, password=NEW)
        as_grace.plain("POST", "/account/tokens", name=token_hex(4000))
    with as_grace.client.session_transaction() as session:
        assert "typed" not in session


def test_an_account_without_a_password_is_told_so(as_grace: Browser, grace: Actor) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE users SET password_hash = NULL WHERE id = {grace.id}")
    page = as_grace.get("/account/password/edit").text
    assert "has no password" in page
    assert "old_password" not in page


def test_the_address_is_changed_from_both_mailboxes(as_grace: Browser, client: FlaskClient, grace: Actor) -> None:
    asked = as_grace.plain("PUT", "/account/address", email="moved@example.org")
    assert (asked.status_code, asked.location) == (303, "/account/address/edit")
    assert "Two mails are on their way" in as_grace.get(asked.location).text
    old, new = (str(one(Mail, template=template).context["url_path"]) for template in ("address_leave", "address_take"))
    assert "move from this address" in client.get(old).text
    assert "to become the address" in client.get(new).text
    assert one(User, id=grace.id).email == "grace@example.org", "Looking at it says no yes."
    client.put(old)
    assert "Now open the link in the other mail" in client.get("/session/new").text
    client.put(new)
    assert "Your account has moved" in client.get("/session/new").text
    assert client.get(old).status_code == client.put(new).status_code == 404
    assert as_grace.get("/").location == "/session/new"
    assert client.post("/session", data={"email": "moved@example.org", "password": PASSWORD}).location == "/"


def test_a_taken_address_answers_as_any_other(as_grace: Browser) -> None:
    answers = []
    for email in ("eve@example.org", "nobody@example.org"):
        answer = as_grace.plain("PUT", "/account/address", email=email)
        answers.append((answer.status_code, answer.location, answer.text))
    assert answers[0] == answers[1]


def test_a_bad_address_is_said_beside_the_field(as_grace: Browser) -> None:
    answer = as_grace.plain("PUT", "/account/address", email="nowhere")
    assert answer.status_code == 422
    assert 'value="nowhere"' in answer.text
    assert 'id="email_error"' in answer.text
