"""An account is deleted: what others still need stays, whatever told who it was is gone."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kanban.actions.assignments import assign_card
from kanban.actions.boards import create_board
from kanban.actions.cards import NewCard, create_cards
from kanban.actions.comments import create_comment
from kanban.actions.erasure import erase_account
from kanban.actions.housekeeping import forget_mails, purge_deleted
from kanban.actions.members import add_workspace_member
from kanban.actions.profiles import put_picture, rename_oneself
from kanban.actions.recovery import ask_reset
from kanban.actions.sessions import begin_session, check_credentials
from kanban.actions.transfers import upload_import
from kanban.models import (
    Actor,
    AuditEntry,
    Board,
    BoardMember,
    Card,
    Comment,
    Event,
    Identity,
    List,
    Mail,
    PersonalToken,
    RecoveryCode,
    Session,
    Totp,
    Transfer,
    User,
    Workspace,
    WorkspaceMember,
)
from kanban.policies import visible_boards
from kanban.queries.integrity import problems
from kanban.queries.leaving import legacy_of
from kanban.support import storage
from kanban.support.clock import travel
from kanban.support.db import Model, db, transaction
from kanban.support.errors import Conflict, Invalid
from tests.actions.test_recovery import HERE, change, mails
from tests.support.test_pictures import a_picture
from tests.world import PASSWORD, one

ADA, GRACE = "ada@example.org", "grace@example.org"


def count(model: Any, **values: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).filter_by(**values)) or 0


def told_by_the_database(word: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """The tables in which a word stands."""
    with db.engine.connect() as connection:
        return [
            table.name
            for table in Model.metadata.sorted_tables
            if table.name not in but and any(word in repr(tuple(row)) for row in connection.execute(sa.select(table)))
        ]


@pytest.fixture
def furnished(grace: Actor, ada: Actor, report: Card) -> None:
    """Grace with something of everything that an account has."""
    put_picture(grace, a_picture())
    create_comment(grace, report, "Said by Grace")
    begin_session(grace.user, "password", HERE, is_remembered=True)
    ask_reset(GRACE, HERE)
    with transaction() as session:
        session.add(Totp(user_id=grace.id, sealed="-"))
        session.add(RecoveryCode(user_id=grace.id, code_hash="-"))
        session.add(Identity(user_id=grace.id, provider="oidc", issuer="https://id.example", subject="grace-at-id"))
        session.add(PersonalToken(user_id=grace.id, name="script", secret_hash="p", hint="abcd", scope="read"))


class TestPerson:
    """What goes, and what stays."""

    def test_the_account_becomes_a_name_for_what_it_did(self, grace: Actor, furnished: None, report: Card) -> None:
        picture = grace.user.avatar
        erase_account(grace, GRACE, {})
        kept = db.session.get_one(User, grace.id, populate_existing=True)
        assert (kept.name, kept.person_kind, kept.email, kept.password_hash) == (
            "Deleted person",
            "placeholder",
            None,
            None,
        )
        assert (kept.avatar, kept.verified_at, kept.passkey_handle, kept.is_admin) == (None, None, None, False)
        assert kept.erased_at is not None
        assert storage.find(str(picture)) is None
        for model in (Session, Totp, RecoveryCode, Identity, PersonalToken, WorkspaceMember, BoardMember):
            assert count(model, user_id=grace.id) == 0, model
        comment = one(Comment, body="Said by Grace")
        assert (comment.author_id, comment.card_id) == (grace.id, report.id), "What she said stays."
        assert one(Event, action="comment.created").actor_id == grace.id
        assert problems() == []

    def test_nothing_tells_the_address_any_more(self, grace: Actor, furnished: None) -> None:
        erase_account(grace, f" {GRACE.upper()} ", {})
        # One last mail says so, and the audit log of the site keeps what was done.
        assert told_by_the_database(GRACE, but=("mails", "audit_entries")) == []
        assert [(mail.template, mail.user_id) for mail in mails(to=GRACE)] == [("account_erased", None)]
        assert forget_mails(0) >= 0

    def test_the_log_of_the_account_itself_is_emptied(self, grace: Actor) -> None:
        rename_oneself(grace, "Amazing Grace")
        erase_account(grace, GRACE, {})
        own = db.session.scalars(sa.select(Event).where(Event.user_id == grace.id)).all()
        assert [(event.action, event.changes, event.detail) for event in own] == [("user.erased", [], {})]
        assert "Amazing" not in json.dumps([told_by_the_database("Amazing Grace", but=("audit_entries", "events"))])

    def test_nobody_comes_in_by_it_again(self, grace: Actor) -> None:
        erase_account(grace, GRACE, {})
        with pytest.raises(Invalid):
            check_credentials(GRACE, PASSWORD, HERE)
        ask_reset(GRACE, HERE)
        assert [mail.template for mail in mails(to=GRACE)] == ["account_erased"]

    @pytest.mark.parametrize("typed", ["", "grace", "ada@example.org", "GRACE"])
    def test_typing_the_address_confirms(self, grace: Actor, typed: str) -> None:
        with pytest.raises(Invalid) as refused:
            erase_account(grace, typed, {})
        assert refused.value.field == "email"
        assert count(User, email=GRACE) == 1

    def test_the_only_admin_of_the_site_stays(self, grace: Actor, ada: Actor) -> None:
        change(grace.user, is_admin=True)
        db.session.refresh(grace.user)
        with pytest.raises(Conflict, match="only admin"):
            erase_account(grace, GRACE, {})
        assert count(WorkspaceMember, user_id=grace.id) > 0, "All of it, or nothing."
        change(ada.user, is_admin=True)
        erase_account(grace, GRACE, {})
        assert one(User, id=grace.id).is_admin is False

    def test_it_stands_in_the_audit_log(self, grace: Actor) -> None:
        erase_account(grace, GRACE, {})
        assert one(AuditEntry, action="account.erased").subject_id == grace.id


class TestWorkspaces:
    """What only they owned."""

    def test_one_with_other_people_goes_to_whom_they_choose(
        self, ada: Actor, grace: Actor, workspace: Workspace
    ) -> None:
        (engines,) = [each for each in legacy_of(ada.user) if each.workspace.id == workspace.id]
        assert [heir.name for heir in engines.heirs] == ["Edgar Codd", "Grace Hopper"]
        erase_account(ada, ADA, {workspace.id: grace.id})
        assert one(WorkspaceMember, workspace_id=workspace.id, user_id=grace.id).role == "owner"
        assert count(WorkspaceMember, user_id=ada.id) == 0
        assert one(Workspace, id=workspace.id).deleted_at is None

    @pytest.mark.parametrize("heir", [None, 999_999, "eve", "ada"])
    def test_nobody_else_can_be_chosen(self, ada: Actor, eve: Actor, workspace: Workspace, heir: Any) -> None:
        chosen = {"eve": eve.id, "ada": ada.id}.get(heir, heir)
        with pytest.raises(Invalid) as refused:
            erase_account(ada, ADA, {} if chosen is None else {workspace.id: chosen})
        assert refused.value.field == f"heir_{workspace.id}"
        assert one(User, id=ada.id).erased_at is None
        assert count(Workspace, deleted_at=None) == 5, "Nothing was closed on the way."

    def test_whoever_is_disabled_cannot_be_chosen(self, ada: Actor, grace: Actor, workspace: Workspace) -> None:
        change(grace.user, disabled_at=sa.func.now())
        (engines,) = [each for each in legacy_of(ada.user) if each.workspace.id == workspace.id]
        assert grace.user not in engines.heirs

    def test_one_that_others_own_too_asks_nothing(self, ada: Actor, grace: Actor, workspace: Workspace) -> None:
        with transaction() as session:
            table = WorkspaceMember.__table__
            mine = sa.and_(table.c.workspace_id == workspace.id, table.c.user_id == grace.id)
            session.execute(sa.update(table).where(mine).values(role="owner"))
        assert workspace.id not in {each.workspace.id for each in legacy_of(ada.user)}
        erase_account(ada, ADA, {})
        assert one(WorkspaceMember, workspace_id=workspace.id, user_id=grace.id).role == "owner"

    def test_a_private_board_that_they_alone_ruled_goes_along(
        self, ada: Actor, grace: Actor, workspace: Workspace, garden: Board
    ) -> None:
        erase_account(ada, ADA, {workspace.id: grace.id})
        assert garden.id in db.session.scalars(visible_boards(grace.id)).all()

    def test_one_without_other_people_is_deleted_and_purged(self, eve: Actor, ada: Actor) -> None:
        mine = legacy_of(eve.user)[0].workspace
        create_board(eve, mine, "Mine", lists=["To do"])
        board = one(Board, name="Mine")
        create_cards(eve, one(List, board_id=board.id), [NewCard("Of mine")])
        assert [(each.heirs, each.boards) for each in legacy_of(eve.user)] == [([], 1)]
        erase_account(eve, "eve@example.org", {})
        db.session.expire_all()
        assert board.deleted_at is not None
        assert mine.deleted_at is not None
        with travel(timedelta(days=31)):
            purge_deleted(30)
        assert count(Workspace, id=mine.id) == count(Board, name="Mine") == count(Card, title="Of mine") == 0
        assert told_by_the_database("Of mine") == []
        assert problems() == []

    def test_cards_of_others_keep_who_was_on_them(self, ada: Actor, grace: Actor, report: Card) -> None:
        assign_card(ada, report, grace.user)
        erase_account(grace, GRACE, {})
        add_workspace_member(ada, one(Workspace, name="Engines"), one(User, email="eve@example.org"))
        assert problems() == []


def test_mails_are_forgotten_with_time(grace: Actor) -> None:
    ask_reset(GRACE, HERE)
    with travel(timedelta(days=29)):
        assert forget_mails(30) == 0
    with travel(timedelta(days=31)):
        assert forget_mails(30) == 1
    assert count(Mail) == 0


def test_uploads_that_no_board_came_of_go_along(grace: Actor, workspace: Workspace, tmp_path: Path) -> None:
    files = [tmp_path / state for state in ("uploaded", "queued", "failed", "running", "done")]
    for file in files:
        file.write_text("{}")
        transfer = upload_import(grace, workspace, path=str(file), filename="grace-at-home.json", size=2)
        with transaction():
            transfer.state = file.name
    erase_account(grace, GRACE, {})
    assert [file.name for file in files if file.exists()] == ["running", "done"]
    assert [each.state for each in db.session.scalars(sa.select(Transfer).order_by(Transfer.id))] == ["running", "done"]
    assert db.session.scalar(sa.select(Transfer.cancel_asked_at).where(Transfer.state == "running")) is not None
    assert told_by_the_database("grace-at-home") == []
