"""/account/tokens: personal tokens, made and taken back."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from kanban.actions.tokens import create_token
from kanban.models import Actor, Board, PersonalToken, Session
from kanban.support.clock import now
from kanban.support.db import db, transaction
from tests.web.conftest import Browser
from tests.world import one

MINE = {"name": "Backup at night", "level": "read", "days": "30"}


def rows() -> list[PersonalToken]:
    return list(db.session.scalars(sa.select(PersonalToken).order_by(PersonalToken.id)))


def test_it_is_shown_once_and_works(as_ada: Browser, client: FlaskClient, ada: Actor) -> None:
    assert as_ada.get("/account/tokens/new").status_code == 200
    answer = as_ada.plain("POST", "/account/tokens", **MINE)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    found = re.search(r'value="(kbn_[\w-]{43})"', answer.text)
    assert found is not None
    me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {found[1]}"})
    assert (me.status_code, me.json["name"], me.json["scope"]) == (200, "Ada Lovelace", "read")
    page = as_ada.get("/account/tokens").text
    assert "Backup at night" in page
    assert f"kbn_…{found[1][-4:]}" in page
    assert found[1] not in page
    assert "only reads" in page
    assert "just now" in page
    assert found[1] not in str(as_ada.client._cookies)


def test_it_is_narrowed_to_a_board(as_ada: Browser, launch: Board) -> None:
    page = as_ada.get("/account/tokens/new").text
    assert f'<option value="{launch.id}">Launch' in page
    answer = as_ada.plain("POST", "/account/tokens", **{**MINE, "level": "write", "days": "0", "board_id": launch.id})
    assert answer.status_code == 200
    token = rows()[0]
    assert (token.scope, token.board_id, token.expires_at) == ("read write", launch.id, None)
    page = as_ada.get("/account/tokens").text
    assert "reads and changes" in page
    assert "no end" in page
    assert "<bdi>Launch</bdi>" in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": ""}, "Write something here first"),
        ({"name": "x" * 121}, "120"),
        ({"level": "root"}, "Choose one of the values on offer"),
        ({"level": ""}, "Choose one of the values on offer"),
        ({"days": "31"}, "Choose one of the values on offer"),
        ({"days": "soon"}, "Type a whole number"),
        ({"days": ""}, "Choose one of the values on offer"),
        ({"board_id": "0"}, "Choose one of the values on offer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_kept(as_ada: Browser, sent: dict[str, str], words: str) -> None:
    answer = as_ada.plain("POST", "/account/tokens", **{**MINE, **sent})
    assert answer.status_code == 422
    assert words in answer.text
    assert "name" in sent or "Backup at night" in answer.text
    assert rows() == []


def test_a_board_of_others_is_not_there(as_eve: Browser, launch: Board) -> None:
    for id_ in (launch.id, 999_999):
        assert as_eve.plain("POST", "/account/tokens", **{**MINE, "board_id": id_}).status_code == 404
    assert rows() == []


def test_it_is_taken_back(as_ada: Browser, client: FlaskClient, ada: Actor) -> None:
    token, secret = create_token(ada, "Mine")
    answer = as_ada.plain("DELETE", f"/account/tokens/{token.id}")
    assert (answer.status_code, answer.location) == (303, "/account/tokens")
    assert client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert "is revoked" in as_ada.get("/account/tokens").text
    assert rows() == []


def test_one_of_somebody_else_is_not_there(as_eve: Browser, ada: Actor) -> None:
    token, _secret = create_token(ada, "Mine")
    for id_ in (token.id, 999_999):
        assert as_eve.plain("DELETE", f"/account/tokens/{id_}").status_code == 404
    assert "Mine" not in as_eve.get("/account/tokens").text
    assert len(rows()) == 1


def test_v7_5_1_making_one_asks_for_a_fresh_sign_in(as_ada: Browser, ada: Actor) -> None:
    with transaction() as session:
        session.execute(sa.update(Session).values(fresh_at=now() - timedelta(hours=1)))
    for answer in (as_ada.get("/account/tokens/new"), as_ada.plain("POST", "/account/tokens", **MINE)):
        assert answer.status_code == 303
        assert answer.location.startswith("/session/confirmation/new")
    assert rows() == []
    assert as_ada.get("/account/tokens").status_code == 200


def test_one_that_has_ended_says_so(as_ada: Browser, ada: Actor) -> None:
    create_token(ada, "Week", days=7)
    assert "ends " in as_ada.get("/account/tokens").text
    with transaction() as session:
        session.execute(sa.update(PersonalToken).values(expires_at=now() - timedelta(days=1)))
    assert "ended Yesterday" in as_ada.get("/account/tokens").text


def test_a_name_is_only_text(as_ada: Browser, ada: Actor) -> None:
    as_ada.plain("POST", "/account/tokens", **{**MINE, "name": "<script>alert(1)</script>"})
    page = as_ada.get("/account/tokens").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert one(PersonalToken).name == "<script>alert(1)</script>"
