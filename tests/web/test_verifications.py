"""The page behind the link that proves an address: one button, a password, or a new one."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.accounts import make_link
from kanban.models import Actor, Mail, Totp, User
from kanban.support import tokens
from kanban.support.db import transaction
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

EMAIL, CHOSEN, OTHER = "alan@example.org", "a long tape of paper", "another tape of paper"
NEXT = "/boards/1?card=2"


@pytest.fixture
def link(app: Flask) -> str:
    """The link of somebody who registered in another browser."""
    app.test_client().post("/accounts", data={"name": "Alan Turing", "email": EMAIL, "password": CHOSEN})
    return str(one(Mail, template="verify").context["url_path"])


def is_verified() -> bool:
    return one(User, email=EMAIL).verified_at is not None


def unverified(person: User, *, has_password: bool = True) -> str:
    """The link of an account made otherwise, whose address is still to be proved."""
    with transaction():
        person.verified_at = None
        if not has_password:
            person.password_hash = None
        return f"/verifications/{make_link(person, 'verify', person.email or '', timedelta(days=1))}"


def test_where_it_was_chosen_one_button_does(client: FlaskClient, app: Flask) -> None:
    client.post("/accounts", data={"name": "Alan Turing", "email": EMAIL, "password": CHOSEN})
    link = one(Mail, template="verify").context["url_path"]
    page = client.get(link).text
    assert "Confirm and sign in" in page
    assert 'type="password"' not in page
    assert client.put(link).location == "/"
    assert "Your address is confirmed." in client.get("/").text


def test_elsewhere_the_password_is_asked_for_and_opens(client: FlaskClient, link: str) -> None:
    page = client.get(f"{link}?next={NEXT}").text
    assert 'autocomplete="current-password"' in page
    assert f'name="next" value="{NEXT}"' in page
    assert not is_verified(), "Looking at it proves nothing: programs do that."
    answer = client.post(f"{link}?_method=put", data={"password": CHOSEN, "next": NEXT})
    assert (answer.status_code, answer.location) == (303, NEXT)
    assert is_verified()
    assert client.get("/").status_code == 200
    assert client.get(link).status_code == 404


def test_a_wrong_one_is_said_beside_the_field_and_the_link_stays_good(client: FlaskClient, link: str) -> None:
    answer = client.post(f"{link}?_method=put", data={"password": OTHER, "next": NEXT})
    assert (answer.status_code, 'id="password_error"' in answer.text) == (422, True)
    assert OTHER not in answer.text
    assert f'name="next" value="{NEXT}"' in answer.text
    assert not is_verified()
    assert client.get("/").location == "/session/new"
    assert client.put(link, data={"password": CHOSEN}).location == "/"


def test_whoever_does_not_know_it_chooses_another_on_the_same_link(client: FlaskClient, link: str) -> None:
    page = client.get(f"{link}?next=/boards/1").text
    assert "I did not choose one, or do not remember it" in page
    assert f'href="{link}?choose=1&amp;next=/boards/1"' in page
    page = client.get(f"{link}?choose=1&next=/boards/1").text
    assert 'autocomplete="new-password"' in page
    assert 'name="choose" value="1"' in page
    assert f'href="{link}?next=/boards/1"' in page, "There is a way back."
    answer = client.post(f"{link}?_method=put", data={"choose": "1", "password": OTHER, "next": "/boards/1"})
    assert (answer.status_code, answer.location) == (303, "/session/new?next=/boards/1")
    assert is_verified()
    assert "Sign in with the new one" in client.get(answer.location).text
    assert client.post("/session", data={"email": EMAIL, "password": CHOSEN}).status_code == 422
    assert client.post("/session", data={"email": EMAIL, "password": OTHER}).location == "/"
    assert one(Mail, template="password_changed").to == EMAIL


def test_a_bad_new_one_is_refused_on_its_own_page(client: FlaskClient, link: str) -> None:
    answer = client.put(link, data={"choose": "1", "password": "short", "next": "/boards/1"})
    assert (answer.status_code, 'id="password_error"' in answer.text) == (422, True)
    assert 'autocomplete="new-password"' in answer.text
    assert 'name="next" value="/boards/1"' in answer.text
    assert not is_verified()
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("sent", [{"password": CHOSEN}, {"choose": "1", "password": OTHER}])
def test_it_leads_nowhere_else(client: FlaskClient, link: str, sent: dict[str, str]) -> None:
    answer = client.put(link, data={**sent, "next": "//evil.example"})
    assert (answer.status_code, "evil" in answer.location) == (303, False)


def test_a_second_factor_is_asked_for_all_the_same(client: FlaskClient, ada: Actor) -> None:
    link = unverified(ada.user)
    with transaction() as session:
        session.add(Totp(user_id=ada.id, sealed="-"))
    answer = client.put(link, data={"password": PASSWORD, "next": "/boards/1"})
    assert (answer.status_code, answer.location) == (303, "/session/factor/new?next=/boards/1")
    assert client.get("/").status_code == 303


def test_an_account_without_a_password_has_none_to_ask_for(client: FlaskClient, ada: Actor) -> None:
    link = unverified(ada.user, has_password=False)
    for path in (link, f"{link}?choose=1"):
        page = client.get(path).text
        assert "Confirm the address" in page
        assert 'type="password"' not in page
    assert client.put(link, data={"choose": "1", "password": OTHER}).status_code == 404, "No way round its service."
    with client.session_transaction() as session:
        session["registered"] = tokens.digest("")
    assert client.put(link).location == "/session/new"
    assert one(User, email="ada@example.org").verified_at is not None
    assert client.get("/").location == "/session/new"


def test_somebody_signed_in_stays_so_until_the_password_is_shown(as_ada: Browser, link: str) -> None:
    assert as_ada.plain("PUT", link).status_code == 422
    assert "Ada" in as_ada.get("/").text
    assert as_ada.plain("PUT", link, password=CHOSEN).status_code == 303
    assert "Alan" in as_ada.get("/").text
