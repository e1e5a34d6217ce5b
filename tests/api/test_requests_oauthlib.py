"""A client that others wrote, against a real server: requests-oauthlib, unchanged."""

import pytest
import sqlalchemy as sa
from oauthlib.oauth2 import InvalidGrantError, LegacyApplicationClient, TokenExpiredError
from requests_oauthlib import OAuth2Session

from kanban.models import TokenFamily
from kanban.support.db import db
from tests.world import PASSWORD

ADA = {"username": "ada@example.org", "password": PASSWORD}


@pytest.fixture
def there(world: None, live_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    # The library speaks to https alone, unless it is told that this is a test.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    return f"{live_server}/api/v1/auth"


def programs() -> list[str]:
    # The server has written since this test last read.
    db.session.rollback()
    return list(db.session.scalars(sa.select(TokenFamily.device)))


def test_it_signs_in_asks_refreshes_and_signs_out(there: str) -> None:
    kept: list[dict[str, object]] = []
    session = OAuth2Session(
        client=LegacyApplicationClient(client_id="time sheet", scope=["read", "write"]),
        auto_refresh_url=f"{there}/token",
        token_updater=kept.append,
    )
    token = session.fetch_token(f"{there}/token", **ADA)
    assert token["token_type"] == "Bearer"
    assert set(token.scope.split()) == {"read", "write"}
    assert programs() == ["time sheet"]
    assert session.get(f"{there}/me").json()["name"] == "Ada Lovelace"
    session.token = {**token, "expires_in": -1, "expires_at": 1}
    assert session.get(f"{there}/me").status_code == 200
    assert len(kept) == 1, "It has refreshed by itself."
    assert kept[0]["refresh_token"] != token["refresh_token"]
    assert session.post(f"{there}/logout").status_code == 204
    assert session.get(f"{there}/me").status_code == 401


def test_it_sends_its_name_and_secret_in_the_form_as_well(there: str) -> None:
    session = OAuth2Session(client=LegacyApplicationClient(client_id="time sheet"))
    session.fetch_token(f"{there}/token", **ADA, client_secret="x", include_client_id=True)
    assert session.get(f"{there}/me").status_code == 200
    session.refresh_token(f"{there}/token")
    assert session.get(f"{there}/me").status_code == 200
    assert programs() == ["time sheet"]


def test_it_understands_a_refusal(there: str) -> None:
    session = OAuth2Session(client=LegacyApplicationClient(client_id="time sheet"))
    with pytest.raises(InvalidGrantError, match="do not belong together"):
        session.fetch_token(f"{there}/token", username="ada@example.org", password="wrong")


def test_it_knows_when_its_token_has_ended(there: str) -> None:
    session = OAuth2Session(client=LegacyApplicationClient(client_id="time sheet"))
    session.fetch_token(f"{there}/token", **ADA)
    session.token = {**session.token, "expires_at": 1}
    with pytest.raises(TokenExpiredError):
        session.get(f"{there}/me")
