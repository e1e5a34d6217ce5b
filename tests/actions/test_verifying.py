"""Proving an address by a mailed link: whoever has the mailbox shows the password too, or chooses another.

Registering with the address of somebody else must come to nothing (pre-hijacked accounts, ASVS 6.3.4).
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import make_link
from kanban.actions.audit import broken_lines
from kanban.actions.recovery import find_verification, reset_password, verify
from kanban.actions.sessions import Place, check_credentials
from kanban.models import Actor, AuditEntry, MailLink, PersonalToken, TokenFamily, User
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from kanban.support.errors import Invalid, NotFound
from tests.world import PASSWORD, one

NEW = "another engine of brass"
GRACE = "grace@example.org"
HERE = Place("A browser", "198.51.100.7")


def change(person: User, **values: object) -> None:
    """Give an account other values, as others have given them meanwhile."""
    with transaction() as session:
        table = User.__table__
        session.execute(sa.update(table).where(table.c.id == person.id).values(**values))
    db.session.expire_all()


def link(person: User, purpose: str = "verify") -> str:
    with transaction():
        return make_link(person, purpose, person.email or "", timedelta(days=1))


@pytest.fixture
def mailed(grace: Actor) -> str:
    """The secret of the link that Grace was mailed, whose address is still to be proved."""
    change(grace.user, verified_at=None)
    return link(grace.user)


def lines() -> list[tuple[str, int | None, int | None, str]]:
    of_it = AuditEntry.action.like("verification.%") | AuditEntry.action.in_(["account.verified", "password.reset"])
    found = db.session.scalars(sa.select(AuditEntry).where(of_it).order_by(AuditEntry.id))
    return [(line.action, line.actor_id, line.subject_id, line.address) for line in found]


def test_the_password_proves_it_once(grace: Actor, mailed: str) -> None:
    assert verify(mailed, PASSWORD, HERE).verified_at is not None
    assert lines() == [("account.verified", grace.id, grace.id, HERE.address)]
    for again in (PASSWORD, NEW):
        with pytest.raises(NotFound):
            verify(mailed, again, HERE)


@pytest.mark.parametrize("password", ["", NEW, PASSWORD + "x", "x" * 100_000])
def test_another_password_proves_nothing_and_uses_nothing_up(grace: Actor, mailed: str, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        verify(mailed, password, HERE)
    assert refused.value.field == "password"
    assert one(User, email=GRACE).verified_at is None
    assert lines() == [("verification.refused", None, grace.id, HERE.address)]
    assert verify(mailed, PASSWORD, HERE).verified_at is not None
    assert broken_lines() == []


def test_where_it_was_chosen_it_is_not_typed_again(grace: Actor, mailed: str) -> None:
    assert verify(mailed, "", HERE, has_chosen=True).verified_at is not None


def test_an_account_without_a_password_has_none_to_show(grace: Actor, mailed: str) -> None:
    change(grace.user, password_hash=None)
    with pytest.raises(NotFound):
        reset_password(mailed, NEW, HERE, purpose="verify")
    assert verify(mailed, "", HERE).password_hash is None


def test_who_has_proved_it_already_is_noted_once(grace: Actor) -> None:
    before = grace.user.verified_at
    assert verify(link(grace.user), PASSWORD, HERE).verified_at == before
    assert lines() == []


def test_a_new_password_proves_it_and_ends_all_that_the_one_before_opened(grace: Actor, mailed: str) -> None:
    with transaction() as session:
        session.add(TokenFamily(user_id=grace.id, scope="read", expires_at=now() + timedelta(days=1)))
        session.add(PersonalToken(user_id=grace.id, name="script", secret_hash="p", hint="abcd", scope="read"))
        make_link(grace.user, "reset", GRACE, timedelta(hours=1))
    reset_password(mailed, NEW, HERE, purpose="verify")
    assert check_credentials(GRACE, NEW, HERE).verified_at is not None
    with pytest.raises(Invalid):
        check_credentials(GRACE, PASSWORD, HERE)
    for model in (TokenFamily, PersonalToken):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0, model
    assert [each.purpose for each in db.session.scalars(sa.select(MailLink))] == ["verify"], "the one that is used up"
    assert [line[:3] for line in lines()] == [
        ("account.verified", grace.id, grace.id),
        ("password.reset", grace.id, grace.id),
    ]


@pytest.mark.parametrize("password", ["short", "grace hopper", "x" * 257])
def test_a_bad_new_password_uses_nothing_up(grace: Actor, mailed: str, password: str) -> None:
    with pytest.raises(Invalid):
        reset_password(mailed, password, HERE, purpose="verify")
    assert one(User, email=GRACE).verified_at is None
    reset_password(mailed, NEW, HERE, purpose="verify")


def test_a_link_goes_with_its_address_its_day_and_its_purpose(grace: Actor, mailed: str) -> None:
    other = link(grace.user, "reset")
    with pytest.raises(NotFound):
        verify(other, PASSWORD, HERE)
    with travel(timedelta(days=1, seconds=1)), pytest.raises(NotFound):
        verify(mailed, PASSWORD, HERE)
    change(grace.user, email="elsewhere@example.org")
    for attempt in (find_verification, lambda secret: reset_password(secret, NEW, HERE, purpose="verify")):
        with pytest.raises(NotFound):
            attempt(mailed)


def test_of_several_at_once_by_either_link_none_waits_for_ever(app: Flask, grace: Actor, mailed: str) -> None:
    """A new password by one link ends the other: whoever comes second finds its link gone."""
    reset = link(grace.user, "reset")

    def attempt(number: int) -> bool:
        with app.app_context():
            try:
                if number % 2:
                    reset_password(reset, f"engine number {number} of brass", HERE)
                else:
                    reset_password(mailed, f"engine number {number} of brass", HERE, purpose="verify")
            except NotFound:
                return False
            return True

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(attempt, range(6))).count(True) == 1
