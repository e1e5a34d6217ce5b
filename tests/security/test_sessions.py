"""Sessions: new at the door, kept on the server, ended by age, by a closed account, gone from the browser then.

CVE-2024-55603 (expired sessions are accepted), CVE-2026-33668, CVE-2026-33316 (a closed account is still in),
CVE-2026-28268, CVE-2026-27575 (sessions survive what should end them).
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from kanban.actions.sessions import end_sessions
from kanban.models import Actor, Board, Card, Mail, Session, User
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from tests.web.conftest import Browser
from tests.world import PASSWORD, one, session_of

ADA = {"email": "ada@example.org", "password": PASSWORD}


def cookies_of(client: FlaskClient) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in client._cookies.values()}  # type: ignore[union-attr]


def is_in(client: FlaskClient) -> bool:
    return client.get("/").status_code == 200


@pytest.fixture
def entered(client: FlaskClient, world: None) -> FlaskClient:
    """A browser in which Ada has signed in, and wants to stay."""
    assert client.post("/session", data={**ADA, "remember": "1"}).status_code == 303
    assert is_in(client)
    return client


def put(app: Flask, **cookies: str) -> FlaskClient:
    """Another browser with these cookies."""
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name, value)
    return client


def test_a_session_of_before_is_not_the_one_of_afterwards(app: Flask, client: FlaskClient, world: None) -> None:
    """Fixation: whoever planted the first cookie knows nothing of the second."""
    client.get("/session/new")
    planted = cookies_of(client)
    client.post("/session", data=ADA)
    assert cookies_of(client)[app.config["SESSION_COOKIE_NAME"]] != planted[app.config["SESSION_COOKIE_NAME"]]
    assert not is_in(put(app, **planted))
    with client.session_transaction() as session:
        assert {"csrf_token"} & set(session) == set(), "The token of before is gone as well."


def test_all_sessions_of_a_person_can_be_ended(app: Flask, entered: FlaskClient, ada: Actor) -> None:
    name = app.config["SESSION_COOKIE_NAME"]
    kept = put(app, **{name: cookies_of(entered)[name]})
    assert is_in(kept)
    end_sessions(ada.user)
    assert not is_in(entered)
    assert not is_in(kept)
    assert kept.get("/", headers={"HX-Request": "true"}).status_code == 401


def test_a_closed_account_is_out_at_the_next_request(app: Flask, entered: FlaskClient, ada: Actor) -> None:
    name = app.config["SESSION_COOKIE_NAME"]
    kept = put(app, **{name: cookies_of(entered)[name]})
    table = User.__table__
    with transaction() as session:
        session.execute(sa.update(table).where(table.c.id == ada.id).values(disabled_at=now()))
    for client in (entered, kept):
        assert not is_in(client)
    assert "do not belong together" in app.test_client().post("/session", data=ADA).text


def test_a_copy_of_a_cookie_ends_with_its_time(app: Flask, entered: FlaskClient) -> None:
    """Whatever the browser thinks of its age: a copy has been kept elsewhere."""
    name = app.config["SESSION_COOKIE_NAME"]
    kept = put(app, **{name: cookies_of(entered)[name]})
    for day in range(6, app.config["SESSION_DAYS"], 6):
        with travel(timedelta(days=day)):
            assert is_in(kept)
    with travel(timedelta(days=app.config["SESSION_DAYS"] + 1)):
        assert not is_in(kept)


def test_a_session_does_not_grow_older_by_being_used(app: Flask, entered: FlaskClient, report: Card) -> None:
    """Its end stays where it was: a flash, which writes the cookie anew, changes nothing about that."""
    for day in range(6, app.config["SESSION_DAYS"], 6):
        with travel(timedelta(days=day)):
            entered.put(f"/cards/{report.id}/completion")
            assert is_in(entered)
    with travel(timedelta(days=app.config["SESSION_DAYS"] + 1)):
        assert not is_in(entered)


@pytest.mark.parametrize(
    "forge",
    [
        lambda user: f"{user.id}",
        lambda _user: "",
        lambda user: str(one(Session, user_id=user.id).id),
        lambda user: one(Session, user_id=user.id).secret_hash,
        lambda _user: "1" * 400,
        lambda _user: "x" * 43,
    ],
)
def test_what_only_looks_like_an_identity_is_none(
    client: FlaskClient, ada: Actor, forge: Callable[[User], str]
) -> None:
    session_of(ada.user)
    with client.session_transaction() as session:
        session["_user_id"] = forge(ada.user)
    assert not is_in(client)


def test_a_cookie_of_another_key_is_nobodys(app: Flask, ada: Actor) -> None:
    salt = app.session_interface.salt  # type: ignore[attr-defined]
    for key in ("", "secret", "Wq3x7Zk9Lp2mNv5cBt8yHd1fGj4sRa6u0eTx"):
        forged = URLSafeTimedSerializer(key, salt=salt).dumps({"_user_id": session_of(ada.user)})
        assert not is_in(put(app, **{app.config["SESSION_COOKIE_NAME"]: str(forged)}))


def test_a_name_on_a_card_can_never_be_signed_in_as(app: Flask, client: FlaskClient, ada: Actor) -> None:
    """A placeholder of an import has neither an address nor a password, and no session."""
    with transaction() as session:
        session.execute(
            sa.insert(User.__table__).values(kind="placeholder", name="Ann (Trello)", seq=0, is_admin=False)
        )
        id_ = session.scalar(sa.select(sa.func.max(User.id)))
    with client.session_transaction() as session:
        session["_user_id"] = str(id_)
    assert not is_in(client)
    # Not even with a row that says so.
    with client.session_transaction() as session:
        session["_user_id"] = session_of(db.session.get_one(User, id_))
    assert not is_in(client)
    for email in ("", "None", "Ann (Trello)"):
        assert client.post("/session", data={"email": email, "password": ""}).status_code == 422


def test_whoever_signs_out_is_out_and_leaves_nothing_behind(app: Flask, entered: FlaskClient) -> None:
    out = entered.delete("/session")
    assert out.location == "/session/new"
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-cache" in out.headers["Cache-Control"]
    assert not is_in(entered)
    entered.delete("/session")
    assert not is_in(entered)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(app: Flask, client: FlaskClient, world: None) -> None:
    answer = client.post("/session", data={**ADA, "remember": "1"})
    set_ = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert len(set_) == 1
    for cookie in set_:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_nothing_of_a_session_stands_in_a_page(entered: FlaskClient, launch: Board, ada: Actor) -> None:
    page = entered.get(f"/boards/{launch.id}").text
    for value in (*cookies_of(entered).values(), one(Session, user_id=ada.id).secret_hash, ada.user.password_hash):
        assert value
        assert value not in page


def test_proving_an_address_on_top_of_a_session_begins_another(as_ada: Browser, ada: Actor) -> None:
    sent = {"name": "Alan Turing", "email": "alan@example.org", "password": "a long tape of paper"}
    assert as_ada.plain("POST", "/accounts", **sent).location == "/verifications/new"
    link = one(Mail, template="verify").context["url_path"]
    assert as_ada.plain("PUT", link).status_code == 303
    assert "Alan" in as_ada.get("/").text
    assert "Ada" not in as_ada.get("/preferences/edit").text.partition("<main")[0]
    assert not db.session.scalars(sa.select(Session).where(Session.user_id == ada.id)).all()


def test_a_session_ends_when_it_is_left_alone(app: Flask, client: FlaskClient, world: None) -> None:
    client.post("/session", data=ADA)
    with travel(timedelta(hours=11)):
        assert is_in(client)
    with travel(timedelta(hours=22)):
        assert is_in(client), "Using it has put its end off."
    with travel(timedelta(hours=35)):
        assert not is_in(client)
