"""Self-contained tokens, end to end (ASVS 5.0: V9): what is forged, over, or meant for something else opens nothing.

What can be wrong with a JWT itself is tested where it is read: tests/support/test_jwt.py.
"""

from collections.abc import Callable
from datetime import timedelta

import jwt as pyjwt
import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.keys import ACCESS_FOR, rotate_keys, rotate_old_key, signing_key
from kanban.actions.sessions import end_sessions
from kanban.actions.tokens import create_token
from kanban.models import Actor, SigningKey, TokenFamily, User
from kanban.support import tokens as support_tokens
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from kanban.support.jwt import new_key, sign
from tests.api.conftest import Program, adas, program, run
from tests.world import one, session_of

__all__ = ["adas", "program", "run"]


def resigned(token: str, key: str | None = None, **claims: object) -> str:
    """A token of ours with other claims, signed with our own key: what the guard does where the seal is right."""
    key_id, ours = signing_key()
    said = {**pyjwt.decode(token, options={"verify_signature": False}), **claims}
    return pyjwt.encode(said, key or ours, algorithm="EdDSA", headers={"kid": key_id, "typ": "at+jwt"})


def test_v9_1_1_signed_by_somebody_else_it_opens_nothing(adas: Program) -> None:
    assert adas.is_in(resigned(adas.access))
    assert not adas.is_in(resigned(adas.access, new_key()))


def test_v9_1_3_a_key_of_no_name_of_ours_is_not_looked_for(adas: Program) -> None:
    key = new_key()
    for key_id in ("unknown", "../../etc/passwd", "x" * 40, "é"):
        said = pyjwt.decode(adas.access, options={"verify_signature": False})
        forged = pyjwt.encode(said, key, algorithm="EdDSA", headers={"kid": key_id, "typ": "at+jwt"})
        assert not adas.is_in(forged)


def test_v9_2_1_it_lasts_fifteen_minutes(adas: Program) -> None:
    with travel(timedelta(minutes=14, seconds=50)):
        assert adas.is_in()
    with travel(timedelta(minutes=15, seconds=1)):
        answer = adas.send("GET", "/auth/me")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Kanban", error="invalid_token"'


def test_v9_2_2_no_token_does_what_another_is_for(adas: Program, ada: Actor) -> None:
    """Refresh for access and the other way, a personal token as either, a session as any."""
    personal = create_token(ada, "Mine")[1]
    for token in (adas.refresh_token, session_of(ada.user)):
        assert not adas.is_in(token)
    assert adas.is_in(adas.access)
    for token in (adas.access, personal, session_of(ada.user)):
        assert adas.refresh(token).json["error"] == "invalid_grant"
    for token in (adas.access, adas.refresh_token, personal):
        with adas.client.session_transaction() as session:
            session["_user_id"] = token
        assert adas.client.get("/").status_code == 303
    assert adas.is_in(), "Trying has ended nothing."


def test_v9_2_3_whose_and_of_what_it_is_must_agree(adas: Program, run: Callable[[], Program]) -> None:
    """GHSA-vvcv-vpph-h844: a number of one kind taken for one of another."""
    eves = run()
    eves.sign_in("eve@example.org")
    eve = one(User, email="eve@example.org")
    hers = pyjwt.decode(eves.access, options={"verify_signature": False})["sid"]
    assert not adas.is_in(resigned(adas.access, sub=f"user:{eve.id}"))
    assert not adas.is_in(resigned(adas.access, sid=hers))
    assert adas.is_in(resigned(adas.access, sub=f"user:{eve.id}", sid=hers)), "Signed by us, both her own."


def test_v9_2_3_the_id_of_a_family_is_never_given_again(adas: Program, ada: Actor) -> None:
    old = adas.access
    first = one(TokenFamily).id
    end_sessions(ada.user)
    adas.sign_in()
    assert one(TokenFamily).id != first
    assert not adas.is_in(old)


def test_v9_2_4_a_token_of_another_site_is_none_of_ours(adas: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for claims in (
        {"iss": "https://other.example"},
        {"aud": "https://other.example/api/v1"},
        {"aud": ["http://localhost/api/v1"]},
    ):
        assert not adas.is_in(resigned(adas.access, **claims))


def test_v11_1_2_keys_are_replaced_and_what_they_signed_stays_good(adas: Program) -> None:
    old = adas.access
    rotate_keys()
    assert adas.is_in(old)
    adas.refresh()
    kid = [pyjwt.get_unverified_header(token)["kid"] for token in (old, adas.access)]
    assert kid[0] != kid[1]
    assert adas.is_in()
    with travel(ACCESS_FOR + timedelta(seconds=1)):
        # Even one that says it is good for longer.
        key_id, _key = signing_key()
        assert key_id == kid[1]
        assert not adas.is_in(old)
        assert db.session.get(SigningKey, kid[0]) is not None
        assert rotate_old_key() is False
        db.session.expire_all()
        assert db.session.get(SigningKey, kid[0]) is None, "Checks nothing any more."


def test_v11_1_2_a_retired_key_checks_nothing_after_its_time(adas: Program, ada: Actor) -> None:
    key_id, key = signing_key()
    long = sign(
        key,
        key_id,
        subject=f"user:{ada.id}",
        family=str(one(TokenFamily).id),
        scope="read",
        expires_at=now() + timedelta(days=2),
    )
    assert adas.is_in(long)
    rotate_keys()
    assert adas.is_in(long)
    with travel(timedelta(minutes=16)):
        assert not adas.is_in(long)


def test_v11_1_2_a_key_that_got_out_takes_all_its_tokens_with_it(adas: Program) -> None:
    rotate_keys(at_once=True)
    assert not adas.is_in()
    assert adas.refresh().status_code == 200, "Refresh tokens are signed by nobody."
    assert adas.is_in()


def test_v11_1_2_a_key_is_replaced_by_age(adas: Program) -> None:
    with travel(timedelta(days=89)):
        assert not rotate_old_key()
    with travel(timedelta(days=91)):
        assert rotate_old_key()
        assert not rotate_old_key()
    assert len(db.session.scalars(sa.select(SigningKey).where(SigningKey.retired_at.is_(None))).all()) == 1


def test_v11_1_2_without_a_key_there_is_none_to_replace(app: Flask, ada: Actor) -> None:
    assert not rotate_old_key()


def test_v13_3_1_keys_are_sealed_and_those_of_another_secret_are_none(
    adas: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.fernet import Fernet

    assert "PRIVATE KEY" not in one(SigningKey).sealed
    monkeypatch.setattr(support_tokens, "_key", Fernet(Fernet.generate_key()))
    assert not adas.is_in()
    assert adas.refresh().status_code == 200
    assert adas.is_in()
    assert one(SigningKey, retired_at=None)


# Personal tokens.


def test_v7_4_2_a_personal_token_ends_with_its_account(program: Program, ada: Actor) -> None:
    """CVE-2026-33668, CVE-2026-33316."""
    secret = create_token(ada, "Mine")[1]
    assert program.is_in(secret)
    table = User.__table__
    with transaction() as session:
        session.execute(sa.update(table).where(table.c.id == ada.id).values(disabled_at=now()))
    assert not program.is_in(secret)
    with transaction() as session:
        session.execute(sa.update(table).where(table.c.id == ada.id).values(disabled_at=None))
    end_sessions(ada.user)
    assert not program.is_in(secret)


def test_v9_2_1_a_personal_token_ends_at_its_end(program: Program, ada: Actor) -> None:
    secret, forever = create_token(ada, "Week", days=7)[1], create_token(ada, "Ever", days=0)[1]
    with travel(timedelta(days=6, hours=23)):
        assert program.is_in(secret)
    with travel(timedelta(days=7, seconds=1)):
        assert not program.is_in(secret)
    with travel(timedelta(days=4_000)):
        assert program.is_in(forever)


def test_v10_4_9_a_personal_token_can_be_given_back_by_whoever_has_it(program: Program, ada: Actor) -> None:
    secret = create_token(ada, "Leaked")[1]
    assert program.client.post("/api/v1/auth/revoke", data={"token": secret}).status_code == 200
    assert not program.is_in(secret)
    again = create_token(ada, "Another")[1]
    assert program.send("POST", "/auth/logout", again).status_code == 204
    assert not program.is_in(again)
