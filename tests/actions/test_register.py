"""People come in, the first of them as an admin; and how each wants to see things."""

from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from kanban.actions.accounts import create_account, home_of, is_setup_token, make_setup_token, prefer, set_up
from kanban.actions.seeds import want_example
from kanban.actions.sessions import Place, check_credentials, end_sessions
from kanban.actions.workspaces import create_workspace
from kanban.models import Actor, Board, Event, Setting, User, Workspace, WorkspaceMember, limits
from kanban.policies import role_in
from kanban.queries.sessions import entrance
from kanban.support import passwords
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Conflict, Invalid, NotFound
from tests.world import PASSWORD, Events, one, session_of


class TestRegistering:
    def test_one_gets_a_workspace_of_ones_own(self, app: Flask) -> None:
        person = create_account("  Ada \t Lovelace ", "Ada@Example.ORG", PASSWORD, time_zone="Europe/London")
        assert (person.name, person.email, person.is_admin) == ("Ada Lovelace", "ada@example.org", False)
        assert person.time_zone == "Europe/London"
        workspace = home_of(Actor(person))
        assert (workspace.name, role_in(Actor(person), workspace)) == ("Personal", "owner")
        event = one(Event)
        assert (event.action, event.user_id, event.actor_id) == ("user.registered", person.id, person.id)

    def test_no_secret_is_written_down(self, app: Flask) -> None:
        person = create_account("Ada", "ada@example.org", PASSWORD)
        assert person.password_hash != PASSWORD
        told = str(one(Event).changes)
        for secret in (PASSWORD, person.password_hash):
            assert secret not in told

    def test_an_address_is_taken_once_however_it_is_written(self, world: None, events: Events) -> None:
        with pytest.raises(Conflict) as refused:
            create_account("Another", " ADA@example.org ", PASSWORD)
        assert refused.value.field == "email"
        assert not events

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("name", {"name": " "}),
            ("name", {"name": "x" * (limits.NAME + 1)}),
            ("email", {"email": "ada"}),
            ("email", {"email": "ada@"}),
            ("email", {"email": "x" * 300 + "@example.org"}),
            ("password", {"password": "x1y2z3"}),
            ("password", {"password": "xyz" * limits.PASSWORD_MAX}),
            ("password", {"password": "ABABABABABAB"}),
            ("password", {"password": "KanbanKanban"}),
            ("password", {"name": "Adélaïde", "password": "adelaide"}),
            ("password", {"email": "ada.byron@example.org", "password": "Ada.Byron"}),
            ("time_zone", {"time_zone": "Mars/Olympus"}),
        ],
    )
    def test_what_is_refused(self, app: Flask, field: str, values: dict[str, str]) -> None:
        good = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}
        with pytest.raises(Invalid) as refused:
            create_account(**{**good, **values})
        assert refused.value.field == field
        assert not db.session.scalars(sa.select(User)).all()


class TestFirstAdmin:
    def test_only_the_newest_link_is_good_and_once(self, app: Flask) -> None:
        old, new = make_setup_token(), make_setup_token()
        assert old is not None
        assert new is not None
        assert not is_setup_token(old)
        assert is_setup_token(new)
        assert new not in str([setting.value for setting in db.session.scalars(sa.select(Setting))])
        with pytest.raises(NotFound):
            set_up(old, "Ada", "ada@example.org", PASSWORD)
        assert set_up(new, "Ada", "ada@example.org", PASSWORD).is_admin
        with pytest.raises(NotFound):
            set_up(new, "Eve", "eve@example.org", PASSWORD)
        assert make_setup_token() is None
        assert not is_setup_token(new)

    def test_a_mistake_leaves_the_link_good(self, app: Flask) -> None:
        token = make_setup_token()
        assert token is not None
        with pytest.raises(Invalid):
            set_up(token, "Ada", "ada@example.org", "short")
        assert is_setup_token(token)

    def test_an_example_that_was_wished_for_is_there(self, app: Flask) -> None:
        want_example()
        token = make_setup_token()
        assert token is not None
        assert not db.session.scalars(sa.select(Board)).all()
        admin = set_up(token, "Ada", "ada@example.org", PASSWORD)
        assert one(Board).workspace_id == home_of(Actor(admin)).id
        assert not db.session.scalars(sa.select(Setting)).all()
        assert "board" in want_example()

    def test_where_the_only_admin_is_disabled_there_is_a_link_again(self, app: Flask) -> None:
        create_account("Ada", "ada@example.org", PASSWORD, is_admin=True)
        assert make_setup_token() is None
        with db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE users SET disabled_at = created_at"))
        db.session.remove()
        assert make_setup_token() is not None


class TestSessions:
    @pytest.mark.parametrize("email", ["ada@example.org", " ADA@Example.org "])
    def test_one_signs_in(self, ada: Actor, email: str) -> None:
        assert check_credentials(email, PASSWORD, Place()) is ada.user

    def test_what_is_wrong_is_not_told_apart(self, ada: Actor, eve: Actor) -> None:
        with db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE users SET disabled_at = created_at WHERE id = :id"), {"id": eve.id})
        db.session.remove()
        said = set()
        for email, password in (
            ("ada@example.org", "wrong"),
            ("nobody@example.org", PASSWORD),
            ("eve@example.org", PASSWORD),
            ("", ""),
        ):
            with pytest.raises(Invalid) as refused:
                check_credentials(email, password, Place())
            said.add((str(refused.value), refused.value.field))
        assert len(said) == 1

    def test_a_weaker_hash_is_renewed(self, ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        weak = ada.user.password_hash
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
        check_credentials("ada@example.org", PASSWORD, Place())
        assert ada.user.password_hash != weak
        renewed = ada.user.password_hash
        check_credentials("ada@example.org", PASSWORD, Place())
        assert ada.user.password_hash == renewed

    def test_all_sessions_end_together(self, ada: Actor, grace: Actor, events: Events) -> None:
        secrets = [session_of(person.user) for person in (ada, ada, grace)]
        end_sessions(ada.user)
        assert [entrance(secret, now()) is not None for secret in secrets] == [False, False, True]
        assert not events


class TestPreferences:
    def test_they_are_ones_own_and_make_no_event(self, ada: Actor, events: Events) -> None:
        wishes: dict[str, Any] = {
            "theme": "dark",
            "label_style": "bars",
            "label_patterns": True,
            "single_keys": False,
            "time_zone": "Asia/Tokyo",
        }
        prefer(ada.user, **wishes)
        db.session.expire_all()
        assert {name: getattr(ada.user, name) for name in wishes} == wishes
        assert not events

    @pytest.mark.parametrize(("name", "value"), [("theme", "neon"), ("label_style", ""), ("time_zone", "Mars/Olympus")])
    def test_one_of_what_is_offered(self, ada: Actor, name: str, value: str) -> None:
        with pytest.raises(Invalid) as refused:
            prefer(ada.user, **{"theme": "dark", name: value})
        assert refused.value.field == name
        db.session.expire_all()
        assert ada.user.theme == "auto"


class TestWorkspaces:
    def test_whoever_makes_one_owns_it(self, eve: Actor) -> None:
        event = create_workspace(eve, "Eve's")
        workspace = one(Workspace, name="Eve's")
        assert (event.action, event.workspace_id, event.seq) == ("workspace.created", workspace.id, 1)
        assert one(WorkspaceMember, workspace_id=workspace.id).role == "owner"

    def test_a_form_sent_twice_makes_one(self, eve: Actor, ada: Actor, events: Events) -> None:
        first = create_workspace(eve, "Eve's", once="mark")
        assert create_workspace(eve, "Eve's", once="mark").id == first.id
        assert len(events) == 1
        assert create_workspace(ada, "Ada's", once="mark").id != first.id

    def test_without_one_of_ones_own_there_is_no_home(self, eve: Actor) -> None:
        with db.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM workspace_members WHERE user_id = :id"), {"id": eve.id})
        db.session.rollback()
        with pytest.raises(NotFound):
            home_of(eve)
