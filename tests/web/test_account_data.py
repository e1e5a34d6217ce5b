"""The page of one's own data: taking it along, and deleting the account."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kanban.actions.accounts import make_link
from kanban.actions.audit import note
from kanban.actions.boards import create_board
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.comments import create_comment
from kanban.actions.members import remove_workspace_member
from kanban.actions.profiles import put_picture
from kanban.actions.tokens import create_token
from kanban.models import Actor, AuditEntry, Card, List, Totp, User, Workspace, WorkspaceMember
from kanban.support.clock import travel
from kanban.support.db import db, transaction
from tests.support.test_pictures import a_picture
from tests.web.conftest import Browser
from tests.world import PASSWORD, one


def unpacked(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {
            name.removesuffix(".json"): json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name)
            for name in archive.namelist()
        }


def test_all_that_is_kept_comes_along(as_grace: Browser, grace: Actor, report: Card, todo: List) -> None:
    create_comment(grace, report, "Said by Grace, für alle")
    create_cards(grace, todo, [NewCard("Made by Grace")])
    put_picture(grace, a_picture())
    answer = as_grace.plain("POST", "/account/data")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=kanban-")
    assert answer.headers["Cache-Control"] == "no-store"
    data = unpacked(answer)
    assert data["account"]["email"] == "grace@example.org"
    assert [each["body"] for each in data["comments"]] == ["Said by Grace, für alle"]
    assert [each["title"] for each in data["cards_created"]] == ["Made by Grace"]
    assert {each["name"]: each["role"] for each in data["workspaces"]} == {"Personal": "owner", "Engines": "member"}
    assert [each["name"] for each in data["boards"]] == ["Launch"]
    assert data["sessions"][0]["method"] == "password"
    assert data["picture.webp"][:4] == b"RIFF"
    assert any(each["action"] == "session.begun" for each in data["audit_log"])


def test_hashbleed_no_secret_and_no_stranger_is_in_it(
    as_grace: Browser, grace: Actor, ada: Actor, report: Card
) -> None:
    create_comment(ada, report, "Said by Ada")
    _token, secret = create_token(grace, "script")
    with transaction() as session:
        session.add(Totp(user_id=grace.id, sealed="sealed-secret"))
        link = make_link(grace.user, "reset", "grace@example.org", timedelta(hours=1))
    text = json.dumps({name: str(part) for name, part in unpacked(as_grace.plain("POST", "/account/data")).items()})
    for word in (str(grace.user.password_hash), "argon2", secret, link, "sealed-secret", "_hash", "Said by Ada"):
        assert word not in text, word
    assert "ada@example.org" not in text


def test_revokebleed_what_one_may_see_no_more_does_not_come_along(
    as_grace: Browser, grace: Actor, ada: Actor, report: Card, todo: List, workspace: Workspace
) -> None:
    create_comment(grace, report, "Said by Grace")
    create_cards(grace, todo, [NewCard("Made by Grace")])
    remove_workspace_member(ada, workspace, grace.user)
    data = unpacked(as_grace.plain("POST", "/account/data"))
    assert [each["body"] for each in data["comments"]] == ["Said by Grace"], "Her own words are hers."
    assert data["cards_created"] == data["boards"] == []
    assert "Launch" not in str({**data, "audit_log": ""})


def test_where_others_were_when_they_did_something_is_theirs(as_grace: Browser, grace: Actor, ada: Actor) -> None:
    with transaction():
        note(Actor(ada.user, address="203.0.113.99"), "user.promoted", grace.user)
    data = unpacked(as_grace.plain("POST", "/account/data"))
    assert "user.promoted" in {each["action"] for each in data["audit_log"]}
    assert "203.0.113.99" not in str(data)


def test_that_it_was_taken_stands_in_the_audit_log(as_grace: Browser, grace: Actor) -> None:
    as_grace.plain("POST", "/account/data")
    assert one(AuditEntry, action="account.exported").actor_id == grace.id


def test_taking_it_is_limited(as_grace: Browser) -> None:
    statuses = [as_grace.plain("POST", "/account/data").status_code for _time in range(7)]
    assert statuses == [200] * 5 + [429] * 2


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_asvs_7_5_2_a_proof_of_an_hour_ago_is_not_enough(as_grace: Browser, grace: Actor, method: str) -> None:
    with travel(timedelta(hours=1)):
        if method == "GET":
            answer = as_grace.get("/account/data")
        else:
            answer = as_grace.plain(method, "/account/data", email="grace@example.org")
        assert (answer.location or "").startswith("/session/confirmation/new")
    assert one(User, id=grace.id).erased_at is None


def test_the_account_is_deleted(as_grace: Browser, grace: Actor, client: FlaskClient) -> None:
    page = as_grace.get("/account/data").text
    assert "“Personal” has nobody else in it and no boards: it is deleted." in page
    answer = as_grace.plain("DELETE", "/account/data", email="grace@example.org")
    assert (answer.status_code, answer.location) == (303, "/session/new")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Your account is deleted." in as_grace.get("/session/new").text
    assert as_grace.get("/").location == "/session/new"
    assert client.post("/session", data={"email": "grace@example.org", "password": PASSWORD}).status_code == 422


def test_what_only_they_own_is_handed_over(
    as_ada: Browser, ada: Actor, grace: Actor, workspace: Workspace, as_grace: Browser
) -> None:
    page = as_ada.get("/account/data").text
    assert "Who is to own “Engines”?" in page
    refused = as_ada.plain("DELETE", "/account/data", email="ada@example.org")
    assert refused.status_code == 422
    assert f'id="heir_{workspace.id}_error"' in refused.text
    chosen = {f"heir_{workspace.id}": str(grace.id)}
    again = as_ada.plain("DELETE", "/account/data", email="typo@example.org", **chosen)
    assert again.status_code == 422
    assert f'value="{grace.id}" required checked' in again.text, "What was chosen is kept."
    assert as_ada.plain("DELETE", "/account/data", email="ada@example.org", **chosen).status_code == 303
    assert one(WorkspaceMember, workspace_id=workspace.id, user_id=grace.id).role == "owner"
    assert as_grace.get(f"/workspaces/{workspace.id}/edit").status_code == 200
    assert one(User, id=ada.id).name == "Deleted person"


@pytest.mark.parametrize("field", ["heir_", "heir_x", "heir_-1", "heir_²", "heir_" + "9" * 30])
@pytest.mark.parametrize("value", ["", "x", "²", "9" * 400])
def test_odd_heirs_name_nobody(as_ada: Browser, ada: Actor, field: str, value: str) -> None:
    answer = as_ada.plain("DELETE", "/account/data", **{"email": "ada@example.org", field: value})
    assert answer.status_code == 422
    assert one(User, id=ada.id).erased_at is None


def test_the_cards_of_a_deleted_person_are_shown_as_before(
    as_grace: Browser, as_ada: Browser, grace: Actor, report: Card
) -> None:
    create_comment(grace, report, "Said by Grace")
    as_grace.plain("DELETE", "/account/data", email="grace@example.org")
    page = as_ada.get(f"/cards/{report.id}")
    assert page.status_code == 200
    assert "Said by Grace" in page.text
    assert "Deleted person" in page.text
    assert "Grace Hopper" not in page.text


def test_boards_of_a_workspace_of_their_own_go_along(
    as_eve: Browser, eve: Actor, browse: Callable[[Actor], Browser]
) -> None:
    home = db.session.scalars(sa.select(Workspace).join(WorkspaceMember).where(WorkspaceMember.user_id == eve.id)).one()
    create_board(eve, home, "Mine")
    assert "it is deleted, with 1 board." in as_eve.get("/account/data").text
    as_eve.plain("DELETE", "/account/data", email="eve@example.org")
    assert one(Workspace, id=home.id).deleted_at is not None
