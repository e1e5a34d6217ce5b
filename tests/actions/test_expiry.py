"""What has run out is thrown away, and nothing else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions import expiry
from kanban.actions.accounts import make_link
from kanban.actions.expiry import purge_expired
from kanban.actions.grants import grant_by_password
from kanban.actions.keys import rotate_keys
from kanban.actions.pending_sign_ins import begin_pending
from kanban.actions.sessions import Place, begin_session
from kanban.actions.tokens import create_token
from kanban.jobs import housekeeping
from kanban.models import (
    Actor,
    Challenge,
    MailLink,
    PendingSignIn,
    PersonalToken,
    RefreshToken,
    Session,
    SigningKey,
    TokenFamily,
)
from kanban.support.clock import now, travel
from kanban.support.db import Model, db, transaction
from tests.world import PASSWORD

KINDS: tuple[type[Model], ...] = (
    Session,
    PendingSignIn,
    Challenge,
    MailLink,
    RefreshToken,
    TokenFamily,
    PersonalToken,
)


def left() -> dict[str, int]:
    db.session.rollback()
    return {kind.__name__: db.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0 for kind in KINDS}


@pytest.fixture
def full(ada: Actor) -> None:
    """One of each."""
    begin_session(ada.user, "password", Place(), is_remembered=True)
    begin_pending(ada.user, "password", is_remembered=False)
    grant_by_password(ada.user.email or "", PASSWORD, "", Place())
    create_token(ada, "Week", days=7)
    with transaction() as session:
        make_link(ada.user, "reset", ada.user.email or "", timedelta(hours=1))
        session.add(Challenge(secret_hash="x", purpose="oidc", value={}, expires_at=now() + timedelta(minutes=5)))


def test_what_is_good_stays(full: None) -> None:
    assert purge_expired() == 0
    assert set(left().values()) == {1}


@pytest.mark.parametrize(
    ("later", "gone"),
    [
        (timedelta(minutes=6), {"PendingSignIn", "Challenge"}),
        (timedelta(hours=2), {"PendingSignIn", "Challenge", "MailLink"}),
        (timedelta(days=8), {"PendingSignIn", "Challenge", "MailLink", "Session", "RefreshToken", "TokenFamily"}),
        (timedelta(days=38), {kind.__name__ for kind in KINDS}),
    ],
)
def test_each_goes_when_it_is_over(full: None, later: timedelta, gone: set[str]) -> None:
    with travel(later):
        assert purge_expired() == len(gone)
        assert {name for name, count in left().items() if not count} == gone
        assert purge_expired() == 0


def test_many_go_in_small_steps(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "_AT_ONCE", 2)
    for _each in range(5):
        begin_session(ada.user, "password", Place(), is_remembered=False)
    with travel(timedelta(days=400)):
        assert purge_expired() == 5


def test_the_job_does_it_and_looks_after_keys(app: Flask, full: None) -> None:
    rotate_keys()
    housekeeping.expire()
    assert len(db.session.scalars(sa.select(SigningKey)).all()) == 2
    with travel(timedelta(days=100)):
        housekeeping.expire()
    keys = db.session.scalars(sa.select(SigningKey).order_by(SigningKey.created_at)).all()
    assert [key.retired_at is None for key in keys] == [False, True]
    assert set(left().values()) == {0}


def test_keys_are_replaced_at_a_terminal(app: Flask, ada: Actor) -> None:
    run = app.test_cli_runner()
    first = run.invoke(args=["rotate-keys"]).output
    assert first.startswith("New signing key: ")
    assert run.invoke(args=["rotate-keys"]).output != first
    assert len(db.session.scalars(sa.select(SigningKey)).all()) == 2
    run.invoke(args=["rotate-keys", "--at-once"])
    db.session.rollback()
    assert len(db.session.scalars(sa.select(SigningKey)).all()) == 1
