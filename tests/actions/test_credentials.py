"""One's own password and address: changing them, and what ends (ASVS 6.2.2, 6.2.3, 7.4.3, 7.5.1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm.attributes import set_committed_value

from kanban.actions.accounts import make_link
from kanban.actions.addresses import ask_address, confirm_change, find_change
from kanban.actions.credentials import change_password
from kanban.actions.events import undo
from kanban.actions.pending_sign_ins import begin_pending
from kanban.actions.recovery import ask_reset, reset_password
from kanban.actions.sessions import begin_session, check_credentials
from kanban.models import Actor, AuditEntry, Event, Mail, MailLink, PersonalToken, Session, User
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Forbidden, Invalid, NotFound
from kanban.support.passwords import hash_password
from tests.actions.test_recovery import HERE, NEW, change, mails, secret_of
from tests.world import PASSWORD, one

THERE = "grace@elsewhere.example"
# Weaker than those of today: it is renewed when its password is used.
OLD_HASH = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)


@pytest.fixture
def links(grace: Actor) -> tuple[str, str]:
    """The secrets that went to Grace's old mailbox and to her new one."""
    ask_address(grace, f" {THERE.upper()} ")
    return secret_of(one(Mail, template="address_leave")), secret_of(one(Mail, template="address_take"))


def address_of(actor: Actor) -> str | None:
    return db.session.scalar(sa.select(User.email).where(User.id == actor.id))


def changed_elsewhere(actor: Actor) -> User:
    """A person whose password another request has changed since this one has read them."""
    change(actor.user, password_hash=hash_password(NEW))
    return db.session.scalars(sa.select(User).where(User.id == actor.id)).one()


def token_of(actor: Actor) -> None:
    with transaction() as session:
        session.add(PersonalToken(user_id=actor.id, name="script", secret_hash="p", hint="abcd", scope="read"))


class TestPassword:
    """Changing it, knowing the old one."""

    def test_all_else_ends(self, grace: Actor) -> None:
        here, _secret = begin_session(grace.user, "password", HERE, is_remembered=True)
        begin_session(grace.user, "password", HERE, is_remembered=True)
        token_of(grace)
        change_password(grace, PASSWORD, NEW, but=here.id)
        assert [each.id for each in db.session.scalars(sa.select(Session))] == [here.id]
        assert db.session.scalar(sa.select(PersonalToken.id)) is None
        assert check_credentials("grace@example.org", NEW, HERE).id == grace.id
        assert [mail.template for mail in mails(to="grace@example.org")] == ["password_changed"]

    def test_an_old_one_opens_nothing_once_it_is_changed(self, grace: Actor) -> None:
        """Between the look at the password and the session a tenth of a second passes, or a page."""
        elsewhere = changed_elsewhere(grace)
        for opens in (
            lambda: begin_session(elsewhere, "password", HERE, is_remembered=True),
            lambda: begin_pending(elsewhere, "password", is_remembered=True),
            lambda: change_password(Actor(elsewhere), PASSWORD, "a third engine of brass"),
        ):
            set_committed_value(elsewhere, "password_hash", OLD_HASH)
            with pytest.raises(Invalid):
                opens()
        assert check_credentials("grace@example.org", NEW, HERE).id == grace.id
        assert db.session.scalar(sa.select(Session.id)) is None

    def test_nor_does_it_once_the_account_is_disabled(self, grace: Actor) -> None:
        person = check_credentials("grace@example.org", PASSWORD, HERE)
        change(person, disabled_at=now())
        elsewhere = db.session.scalars(sa.select(User).where(User.id == grace.id)).one()
        set_committed_value(elsewhere, "disabled_at", None)
        with pytest.raises(Invalid):
            begin_session(elsewhere, "password", HERE, is_remembered=True)

    def test_a_better_hash_of_an_old_one_never_comes_over_a_new_one(self, grace: Actor) -> None:
        elsewhere = changed_elsewhere(grace)
        set_committed_value(elsewhere, "password_hash", OLD_HASH)
        with pytest.raises(Invalid):
            check_credentials("grace@example.org", PASSWORD, HERE)
        assert check_credentials("grace@example.org", NEW, HERE).id == grace.id

    @pytest.mark.parametrize("old", ["", "wrong", PASSWORD + "x", PASSWORD.upper(), "x" * 100_000])
    def test_it_asks_for_the_old_one(self, grace: Actor, old: str) -> None:
        with pytest.raises(Invalid) as refused:
            change_password(grace, old, NEW)
        assert refused.value.field == "old_password"
        assert mails() == []

    def test_the_new_one_must_be_good(self, grace: Actor) -> None:
        with pytest.raises(Invalid) as refused:
            change_password(grace, PASSWORD, "short")
        assert refused.value.field == "password"

    def test_an_account_without_a_password_gets_none_this_way(self, grace: Actor) -> None:
        change(grace.user, password_hash=None)
        db.session.refresh(grace.user)
        with pytest.raises(Invalid):
            change_password(grace, "", NEW)


class TestAddress:
    """Both ends say yes."""

    @pytest.mark.parametrize("old_first", [True, False])
    def test_two_yeses_move_the_account(self, grace: Actor, links: tuple[str, str], old_first: bool) -> None:
        first, second = links if old_first else reversed(links)
        begin_session(grace.user, "password", HERE, is_remembered=True)
        token_of(grace)
        assert not confirm_change(first, HERE)
        assert address_of(grace) == "grace@example.org"
        assert confirm_change(second, HERE)
        assert address_of(grace) == THERE
        assert check_credentials(THERE, PASSWORD, HERE).id == grace.id
        assert db.session.scalar(sa.select(Session.id)) is None
        assert db.session.scalar(sa.select(PersonalToken.id)) is not None, "Programs of theirs go on."
        assert {mail.to for mail in mails(template="address_changed")} == {"grace@example.org", THERE}

    def test_one_end_says_yes_once(self, grace: Actor, links: tuple[str, str]) -> None:
        assert not confirm_change(links[0], HERE)
        with pytest.raises(NotFound):
            confirm_change(links[0], HERE)
        assert address_of(grace) == "grace@example.org"

    def test_of_two_yeses_at_once_one_moves_it(self, app: Flask, grace: Actor, links: tuple[str, str]) -> None:
        def say_yes(secret: str) -> bool:
            with app.app_context():
                return confirm_change(secret, HERE)

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(say_yes, links)) == [False, True]
        db.session.rollback()
        assert address_of(grace) == THERE

    def test_links_work_for_a_day(self, grace: Actor, links: tuple[str, str]) -> None:
        confirm_change(links[1], HERE)
        with travel(timedelta(days=1, seconds=1)), pytest.raises(NotFound):
            confirm_change(links[0], HERE)

    def test_asking_again_takes_earlier_links_away(self, grace: Actor, links: tuple[str, str]) -> None:
        confirm_change(links[1], HERE)
        ask_address(grace, "third@example.org")
        for secret in links:
            with pytest.raises(NotFound):
                find_change(secret)

    def test_links_of_the_old_mailbox_open_nothing_afterwards(self, grace: Actor, links: tuple[str, str]) -> None:
        ask_reset("grace@example.org", HERE)
        reset = secret_of(one(Mail, template="reset"))
        for secret in links:
            confirm_change(secret, HERE)
        with pytest.raises(NotFound):
            reset_password(reset, NEW, HERE)
        assert db.session.scalar(sa.select(MailLink.id)) is None

    def test_a_new_password_ends_what_was_begun(self, grace: Actor, links: tuple[str, str]) -> None:
        change_password(grace, PASSWORD, NEW)
        for secret in links:
            with pytest.raises(NotFound):
                confirm_change(secret, HERE)

    def test_an_address_that_is_taken_answers_alike(self, grace: Actor) -> None:
        ask_address(grace, "edgar@example.org")
        assert [(mail.to, mail.template) for mail in mails()] == [
            ("grace@example.org", "address_leave"),
            ("edgar@example.org", "account_exists"),
        ]
        assert not confirm_change(secret_of(mails()[0]), HERE)
        assert address_of(grace) == "grace@example.org"

    def test_the_disabled_are_not_written_to(self, grace: Actor, edgar: Actor) -> None:
        change(edgar.user, disabled_at=now())
        ask_address(grace, "edgar@example.org")
        assert mails(to="edgar@example.org") == []

    def test_an_address_that_was_taken_meanwhile_is_refused(
        self, grace: Actor, edgar: Actor, links: tuple[str, str]
    ) -> None:
        confirm_change(links[0], HERE)
        change(edgar.user, email=THERE)
        with pytest.raises(Conflict, match="by now"):
            confirm_change(links[1], HERE)
        assert address_of(grace) == "grace@example.org"

    @pytest.mark.parametrize(
        "email", ["", "grace", "grace@example.org", "GRACE@example.org", "a@b\r\nBcc: c@example.org"]
    )
    def test_a_bad_address_is_refused(self, grace: Actor, email: str) -> None:
        with pytest.raises(Invalid) as refused:
            ask_address(grace, email)
        assert refused.value.field == "email"
        assert mails() == []

    def test_it_cannot_be_used_to_fill_mailboxes(self, grace: Actor) -> None:
        for number in range(5):
            ask_address(grace, f"someone{number}@example.org")
        with pytest.raises(Invalid, match="several times"):
            ask_address(grace, "another@example.org")

    def test_a_link_of_another_purpose_says_no_yes(self, grace: Actor) -> None:
        with transaction():
            secret = make_link(grace.user, "verify", THERE, timedelta(days=1))
        with pytest.raises(NotFound):
            confirm_change(secret, HERE)

    def test_the_disabled_move_nowhere(self, grace: Actor, links: tuple[str, str]) -> None:
        change(grace.user, disabled_at=now())
        with pytest.raises(NotFound):
            confirm_change(links[0], HERE)

    def test_no_undo_moves_it_back(self, grace: Actor, links: tuple[str, str]) -> None:
        """It would be a way round both mailboxes."""
        for secret in links:
            confirm_change(secret, HERE)
        with pytest.raises(Forbidden):
            undo(grace, one(Event, action="user.address_changed"))

    def test_the_audit_log_tells_of_it(self, grace: Actor, links: tuple[str, str]) -> None:
        for secret in links:
            confirm_change(secret, HERE)
        query = sa.select(AuditEntry.action).where(AuditEntry.action.like("address%")).order_by(AuditEntry.id)
        assert list(db.session.scalars(query)) == ["address.change_asked", "address.changed"]
