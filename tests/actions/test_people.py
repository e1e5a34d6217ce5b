"""What admins of the site do to accounts, and what they cannot do.

CVE-2026-33668, CVE-2026-33316: whoever is disabled still comes in by another way, or back by a reset.
"""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import create_account, find_link, make_link
from kanban.actions.people import disable_person, enable_person, make_admin, sign_out_person, unmake_admin
from kanban.actions.sessions import Place, check_credentials
from kanban.models import (
    Actor,
    AuditEntry,
    Board,
    Invitation,
    MailLink,
    PendingSignIn,
    PersonalToken,
    RefreshToken,
    Session,
    ShareLink,
    TokenFamily,
    User,
    Workspace,
)
from kanban.queries.sessions import entrance
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid, NotFound
from kanban.support.tokens import digest
from tests.world import PASSWORD, Events, session_of


@pytest.fixture
def root(world: None) -> Actor:
    """An admin of the site; the only one."""
    return Actor(create_account("Root", "root@example.org", PASSWORD, is_admin=True))


@pytest.fixture
def equipped(grace: Actor, launch: Board, workspace: Workspace) -> str:
    """Grace with all by which one comes in; the secret of her session."""
    at = now()
    later = at + timedelta(hours=1)
    secret = session_of(grace.user)
    with transaction() as session:
        family = TokenFamily(user_id=grace.id, scope="read", expires_at=later)
        session.add(family)
        session.flush()
        session.add_all(
            [
                RefreshToken(family_id=family.id, secret_hash=digest("refresh"), expires_at=later),
                PersonalToken(user_id=grace.id, name="script", secret_hash=digest("pat"), hint="pat", scope="read"),
                PendingSignIn(user_id=grace.id, secret_hash=digest("half"), method="password", expires_at=later),
                ShareLink(board_id=launch.id, secret_hash=digest("share"), hint="hare", created_by_id=grace.id),
                Invitation(
                    workspace_id=workspace.id,
                    role="member",
                    secret_hash=digest("invitation"),
                    invited_by_id=grace.id,
                    expires_at=later,
                ),
            ]
        )
        make_link(grace.user, "reset", "grace@example.org", timedelta(hours=1))
    return secret


def test_disabling_ends_every_way_in_at_once(root: Actor, grace: Actor, equipped: str, events: Events) -> None:
    assert entrance(equipped, now()) is not None
    event = disable_person(root, grace.user)
    assert (event.action, event.actor_id, event.subject_id) == ("user.disabled", root.id, grace.id)
    assert entrance(equipped, now()) is None
    for model in (Session, TokenFamily, RefreshToken, PersonalToken, PendingSignIn, MailLink):
        mine = sa.select(sa.func.count()).select_from(model)
        if hasattr(model, "user_id"):
            mine = mine.where(model.user_id == grace.id)
        assert db.session.scalar(mine) == 0, model
    assert all(link.revoked_at for link in db.session.scalars(sa.select(ShareLink)))
    assert all(invitation.revoked_at for invitation in db.session.scalars(sa.select(Invitation)))
    line = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert line is not None
    assert (line.action, line.subject_id, line.detail) == ("user.disabled", grace.id, {"links": 1, "invitations": 1})
    with pytest.raises(Invalid):
        check_credentials("grace@example.org", PASSWORD, Place())


def test_no_link_of_before_undoes_the_disabling(root: Actor, grace: Actor) -> None:
    disable_person(root, grace.user)
    with transaction():
        secret = make_link(grace.user, "reset", "grace@example.org", timedelta(hours=1))
    with pytest.raises(NotFound):
        find_link(secret, "reset")


def test_enabling_brings_back_the_account_and_nothing_it_held(root: Actor, grace: Actor, equipped: str) -> None:
    disable_person(root, grace.user)
    enable_person(root, grace.user)
    assert check_credentials("grace@example.org", PASSWORD, Place()) is not None
    assert entrance(equipped, now()) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PersonalToken)) == 0


def test_twice_is_as_once(root: Actor, grace: Actor, events: Events) -> None:
    for act in (disable_person, enable_person, make_admin, unmake_admin):
        assert act(root, grace.user).id is not None
        assert act(root, grace.user).id is None


def test_none_of_it_can_be_undone(root: Actor, grace: Actor) -> None:
    for act in (disable_person, enable_person, make_admin, unmake_admin):
        assert not act(root, grace.user).may_be_undone


def test_only_admins_of_the_site_do_so(ada: Actor, grace: Actor, root: Actor, events: Events) -> None:
    for act in (disable_person, enable_person, make_admin, unmake_admin, sign_out_person):
        for actor in (ada, grace):
            with pytest.raises(NotFound):
                act(actor, grace.user)
    narrowed = (Actor(root.user, scopes=frozenset({"read", "write"})), Actor(root.user, only_board_id=1))
    for actor in narrowed:
        with pytest.raises(NotFound):
            disable_person(actor, grace.user)
    assert len(events) == 0


def test_the_last_admin_stays(root: Actor, grace: Actor) -> None:
    with pytest.raises(Conflict, match="only admin"):
        unmake_admin(root, root.user)
    with pytest.raises(Conflict, match="own account"):
        disable_person(root, root.user)
    make_admin(root, grace.user)
    disable_person(root, grace.user)
    with pytest.raises(Conflict, match="only admin"):
        unmake_admin(root, root.user)
    assert root.user.is_admin
    assert root.user.disabled_at is None


def test_who_cannot_sign_in_is_made_no_admin(root: Actor, grace: Actor) -> None:
    disable_person(root, grace.user)
    with pytest.raises(Conflict, match="can sign in"):
        make_admin(root, grace.user)


def test_v7_2_4_a_session_of_before_is_not_one_of_an_admin(root: Actor, grace: Actor) -> None:
    secret = session_of(grace.user)
    make_admin(root, grace.user)
    assert entrance(secret, now()) is None
    anew = session_of(grace.user)
    make_admin(root, grace.user)
    assert entrance(anew, now()) is not None, "Once more changes nothing."


def test_of_admins_who_unmake_each_other_at_once_one_stays(root: Actor, app: Flask, ada: Actor, grace: Actor) -> None:
    for each in (ada, grace):
        make_admin(root, each.user)
    ids = [root.id, ada.id, grace.id]
    pairs = [(one, other, act) for one in ids for other in ids for act in (unmake_admin, disable_person)]
    together = threading.Barrier(len(pairs))
    faults = []

    def take(one: int, other: int, act: object) -> None:
        with app.app_context():
            actor, user = (Actor(db.session.get_one(User, id_)) for id_ in (one, other))
            # So many connections at once there are not.
            db.session.rollback()
            together.wait()
            try:
                act(actor, user.user)  # type: ignore[operator]
            except (Conflict, NotFound):
                pass
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=take, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    db.session.rollback()
    left = db.session.scalars(sa.select(User.id).where(User.is_admin, User.disabled_at.is_(None))).all()
    assert len(left) == 1


def test_signing_somebody_out_ends_sessions_and_tokens(root: Actor, grace: Actor, equipped: str) -> None:
    sign_out_person(root, grace.user)
    assert entrance(equipped, now()) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PersonalToken)) == 0
    assert check_credentials("grace@example.org", PASSWORD, Place()) is not None
