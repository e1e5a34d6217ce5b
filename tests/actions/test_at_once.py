"""Forms that somebody sends twice in one moment: the second finds what the first has done, and nothing fails."""

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import create_account
from kanban.actions.audit import broken_lines
from kanban.actions.recovery_codes import HOW_MANY, make_recovery_codes
from kanban.actions.site import set_site
from kanban.actions.totps import add_totp, new_key
from kanban.models import Actor, AuditEntry, RecoveryCode, Totp, User
from kanban.queries.site import site
from kanban.support.db import db
from tests.keys import code_now
from tests.security.test_second_factor import at_once
from tests.world import PASSWORD

pytestmark = pytest.mark.usefixtures("world")


def count(model: type, **values: object) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).filter_by(**values)) or 0


def again(id_: int) -> Actor:
    """A person, read by another thread: what this thread's session holds is not for others to ask."""
    return Actor(db.session.get_one(User, id_))


def test_one_authenticator(app: Flask, ada: Actor) -> None:
    key = new_key(ada, "Kanban")
    code = code_now(key.secret)
    id_ = ada.id
    at_once(app, lambda: add_totp(again(id_), key.sealed, code, session_id=None))
    assert count(Totp, user_id=ada.id) == 1


def test_ten_recovery_codes(app: Flask, ada: Actor) -> None:
    id_ = ada.id
    told = at_once(app, lambda: make_recovery_codes(again(id_)))
    assert {len(codes) for codes in told} == {HOW_MANY}
    assert count(RecoveryCode, user_id=ada.id) == HOW_MANY


def test_one_setting(app: Flask) -> None:
    root = Actor(create_account("Ida Root", "ida@example.org", PASSWORD, is_admin=True))
    id_ = root.id
    at_once(app, lambda: set_site(again(id_), registration="closed"))
    db.session.rollback()
    assert site().registration == "closed"
    assert count(AuditEntry, action="site.changed") >= 1
    assert broken_lines() == []
