"""Invitations: what they give to whom, and all by which they are good no more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import create_account
from kanban.actions.boards import archive_board, delete_board
from kanban.actions.invitations import (
    accept_invitation,
    find_invitation,
    invite,
    register_by_invitation,
    renew_invitation,
    revoke_invitation,
)
from kanban.actions.members import (
    add_board_member,
    add_workspace_member,
    leave_workspace,
    remove_workspace_member,
    set_board_role,
    set_workspace_role,
)
from kanban.models import Actor, AuditEntry, Board, Invitation, Mail, Setting, User, Workspace, limits
from kanban.policies import role_in, role_on
from kanban.support.clock import travel
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Forbidden, Invalid, NotFound
from kanban.support.tokens import digest
from tests.world import PASSWORD, Events, one

GONE = "This invitation is not good"


def registration(word: str) -> None:
    with transaction() as session:
        session.merge(Setting(name="registration", value=word))


def secret_in_mail(to: str) -> str:
    """What stands in the newest mail to an address."""
    query = sa.select(Mail).where(Mail.to == to, Mail.template == "invitation").order_by(Mail.id.desc())
    mail = db.session.scalars(query).first()
    assert mail is not None
    return str(mail.context["url_path"]).removeprefix("/invitations/")


def counted(invitation: Invitation) -> int:
    return db.session.get_one(Invitation, invitation.id, populate_existing=True).uses_left


def test_by_mail_it_gives_its_role_in_the_workspace(ada: Actor, eve: Actor, workspace: Workspace) -> None:
    invitation, secret = invite(ada, workspace, "member", email=" Eve@Example.org ")
    assert invitation.email == "eve@example.org"
    assert secret_in_mail("eve@example.org") == secret
    event = accept_invitation(eve, secret)
    assert (event.action, event.actor_id, event.workspace_id) == ("workspace.member_joined", eve.id, workspace.id)
    assert role_in(eve, workspace) == "member"
    assert counted(invitation) == 0
    lines = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert lines[-2:] == ["invitation.made", "invitation.accepted"]


def test_to_a_board_it_makes_one_a_guest_of_the_workspace_too(
    ada: Actor, eve: Actor, workspace: Workspace, launch: Board, garden: Board
) -> None:
    _invitation, secret = invite(ada, launch, "admin", email="eve@example.org")
    event = accept_invitation(eve, secret)
    assert (event.action, event.board_id) == ("board.member_joined", launch.id)
    assert {change["kind"] for change in event.changes} == {"board_member", "workspace_member"}
    assert (role_on(eve, launch), role_in(eve, workspace), role_on(eve, garden)) == ("admin", "guest", None)


def test_by_a_link_so_many_come(app: Flask, ada: Actor, workspace: Workspace) -> None:
    invitation, secret = invite(ada, workspace, "guest", uses=2)
    people = [Actor(create_account(f"Person {n}", f"p{n}@example.org", PASSWORD)) for n in range(3)]
    for actor in people[:2]:
        accept_invitation(actor, secret)
    with pytest.raises(NotFound, match=GONE):
        accept_invitation(people[2], secret)
    assert [role_in(actor, workspace) for actor in people] == ["guest", "guest", None]
    assert counted(invitation) == 0


def test_of_twenty_who_come_by_the_last_use_at_once_one_does(app: Flask, ada: Actor, workspace: Workspace) -> None:
    invitation, secret = invite(ada, workspace, "member")
    ids = [create_account(f"Person {n}", f"p{n}@example.org", PASSWORD).id for n in range(20)]

    def come(user_id: int) -> bool:
        with app.app_context():
            try:
                accept_invitation(Actor(db.session.get_one(User, user_id)), secret)
            except NotFound:
                return False
            return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(come, ids)) == 1
    db.session.rollback()
    assert counted(invitation) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda secret: secret[:-1],
        lambda secret: secret + "A",
        lambda secret: ("B" if secret[0] == "A" else "A") + secret[1:],
        lambda secret: secret.swapcase(),
        lambda secret: digest(secret),
        lambda _secret: "",
        lambda _secret: "x" * 5_000,
    ],
)
def test_invite_bleed_a_secret_is_long_and_every_letter_of_it_counts(
    ada: Actor, eve: Actor, workspace: Workspace, events: Events, spoil: Any
) -> None:
    """InviteBleed: codes of six digits, guessed in an afternoon."""
    invitation, secret = invite(ada, workspace, "member", email="eve@example.org")
    assert len(secret) >= 43  # 256 bits
    assert invitation.secret_hash == digest(secret)
    with pytest.raises(NotFound, match=GONE):
        accept_invitation(eve, spoil(secret))
    assert not events
    assert counted(invitation) == 1


def test_it_is_good_once(ada: Actor, eve: Actor, workspace: Workspace) -> None:
    _invitation, secret = invite(ada, workspace, "member", email="eve@example.org")
    accept_invitation(eve, secret)
    leave_workspace(eve, workspace)
    with pytest.raises(NotFound, match=GONE):
        accept_invitation(eve, secret)
    assert role_in(eve, workspace) is None


def test_it_is_bound_to_its_address(ada: Actor, grace: Actor, eve: Actor, workspace: Workspace) -> None:
    invitation, secret = invite(ada, workspace, "admin", email="new@example.org")
    for other in (grace, eve):
        with pytest.raises(Forbidden, match="another address"):
            accept_invitation(other, secret)
    assert counted(invitation) == 1
    assert (role_in(grace, workspace), role_in(eve, workspace)) == ("member", None)


def test_it_ends_with_its_days(ada: Actor, eve: Actor, workspace: Workspace) -> None:
    with transaction() as session:
        session.merge(Setting(name="invitation_days", value="2"))
    _invitation, secret = invite(ada, workspace, "member", email="eve@example.org")
    with travel(timedelta(days=1, hours=23)):
        assert find_invitation(secret).role == "member"
    with travel(timedelta(days=2, seconds=1)), pytest.raises(NotFound, match=GONE):
        accept_invitation(eve, secret)


def _withdrawn(ada: Actor, grace: Actor, invitation: Invitation, board: Board) -> None:
    revoke_invitation(ada, invitation)


def _inviter_is_less(ada: Actor, grace: Actor, invitation: Invitation, board: Board) -> None:
    set_board_role(ada, board, grace.user, "member")


def _inviter_is_gone(ada: Actor, grace: Actor, invitation: Invitation, board: Board) -> None:
    remove_workspace_member(ada, board.workspace, grace.user)


def _inviter_is_disabled(ada: Actor, grace: Actor, invitation: Invitation, board: Board) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE users SET disabled_at = created_at WHERE name = 'Grace Hopper'"))


def _board_is_archived(ada: Actor, grace: Actor, invitation: Invitation, board: Board) -> None:
    archive_board(ada, board)


def _board_is_deleted(ada: Actor, grace: Actor, invitation: Invitation, board: Board) -> None:
    delete_board(ada, board)


@pytest.mark.parametrize(
    "end",
    [_withdrawn, _inviter_is_less, _inviter_is_gone, _inviter_is_disabled, _board_is_archived, _board_is_deleted],
)
def test_it_is_as_good_as_the_one_who_gave_it_and_what_it_leads_to(
    ada: Actor, grace: Actor, eve: Actor, launch: Board, end: Any
) -> None:
    set_board_role(ada, launch, grace.user, "admin")
    invitation, secret = invite(grace, launch, "member", uses=5)
    assert find_invitation(secret).id == invitation.id
    end(ada, grace, invitation, launch)
    db.session.rollback()
    db.session.expire_all()
    with pytest.raises(NotFound, match=GONE):
        accept_invitation(eve, secret)
    assert role_on(eve, launch) is None


def test_a_second_one_to_the_same_address_ends_the_first(ada: Actor, eve: Actor, workspace: Workspace) -> None:
    _first, old = invite(ada, workspace, "admin", email="eve@example.org")
    _second, new = invite(ada, workspace, "guest", email="eve@example.org")
    with pytest.raises(NotFound, match=GONE):
        accept_invitation(eve, old)
    accept_invitation(eve, new)
    assert role_in(eve, workspace) == "guest"


def test_sent_again_it_has_a_new_secret_and_new_days(ada: Actor, eve: Actor, workspace: Workspace) -> None:
    invitation, old = invite(ada, workspace, "member", email="eve@example.org")
    with travel(timedelta(days=6)):
        renew_invitation(ada, invitation)
    new = secret_in_mail("eve@example.org")
    assert new != old
    with pytest.raises(NotFound, match=GONE):
        accept_invitation(eve, old)
    with travel(timedelta(days=10)):
        assert accept_invitation(eve, new).id is not None
    with pytest.raises(Conflict, match="used or withdrawn"):
        renew_invitation(ada, invitation)


def test_a_link_is_not_sent_again(ada: Actor, workspace: Workspace) -> None:
    invitation, _secret = invite(ada, workspace, "member", uses=2)
    with pytest.raises(Conflict):
        renew_invitation(ada, invitation)


def test_nobody_has_less_by_accepting_and_nothing_is_used_up(
    ada: Actor, grace: Actor, workspace: Workspace, launch: Board, events: Events
) -> None:
    for place, role in ((workspace, "guest"), (launch, "observer")):
        invitation, secret = invite(ada, place, role, uses=1)
        assert accept_invitation(grace, secret).id is None
        assert counted(invitation) == 1
    assert (role_in(grace, workspace), role_on(grace, launch)) == ("member", "member")
    assert not events


def test_one_who_is_less_becomes_more(ada: Actor, edgar: Actor, workspace: Workspace, launch: Board) -> None:
    for place, role in ((workspace, "admin"), (launch, "member")):
        accept_invitation(edgar, invite(ada, place, role)[1])
    assert (role_in(edgar, workspace), role_on(edgar, launch)) == ("admin", "member")


def test_nobody_invites_above_their_own_role(ada: Actor, grace: Actor, edgar: Actor, workspace: Workspace) -> None:
    with pytest.raises(Forbidden):
        invite(grace, workspace, "guest", uses=1)
    set_workspace_role(ada, workspace, grace.user, "admin")
    with pytest.raises(Forbidden, match="Only an owner"):
        invite(grace, workspace, "owner", uses=1)
    _invitation, secret = invite(ada, workspace, "owner", uses=1)
    set_workspace_role(ada, workspace, grace.user, "owner")
    set_workspace_role(grace, workspace, ada.user, "admin")
    # She could still invite admins, and no owner any more.
    with pytest.raises(NotFound, match=GONE):
        accept_invitation(edgar, secret)


def test_an_outsider_invites_nobody(eve: Actor, workspace: Workspace, launch: Board) -> None:
    for place in (workspace, launch):
        with pytest.raises(NotFound):
            invite(eve, place, "member", uses=1)


@pytest.mark.parametrize("role", ["owner", "guest", "king", ""])
def test_only_roles_of_a_board_are_given_on_one(ada: Actor, launch: Board, role: str) -> None:
    with pytest.raises(Invalid):
        invite(ada, launch, role, uses=1)


@pytest.mark.parametrize("uses", [0, -1, limits.INVITATION_USES + 1])
def test_a_link_is_for_some_people(ada: Actor, launch: Board, uses: int) -> None:
    with pytest.raises(Invalid):
        invite(ada, launch, "member", uses=uses)


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "x@example.org\nBcc: y@example.org"])
def test_an_address_that_is_none_is_refused(ada: Actor, launch: Board, email: str) -> None:
    with pytest.raises(Invalid, match="no complete e-mail"):
        invite(ada, launch, "member", email=email)
    assert db.session.query(Mail).filter_by(template="invitation").count() == 0


def test_who_is_here_is_not_invited(ada: Actor, workspace: Workspace, launch: Board) -> None:
    with pytest.raises(Conflict, match="Grace Hopper is here already"):
        invite(ada, workspace, "admin", email="grace@example.org")
    with pytest.raises(Conflict, match="Edgar Codd is here already"):
        invite(ada, launch, "admin", email="edgar@example.org")


def test_an_address_without_an_account_is_invited_as_one_with(ada: Actor, workspace: Workspace) -> None:
    """The inviter does not learn who has an account elsewhere on the site."""
    known, _secret = invite(ada, workspace, "member", email="eve@example.org")
    unknown, _secret = invite(ada, workspace, "member", email="nobody@example.org")
    assert known.uses_left == unknown.uses_left
    assert db.session.query(Mail).filter_by(template="invitation").count() == 2


def test_there_is_a_most(ada: Actor, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INVITATIONS", 1)
    first, _secret = invite(ada, workspace, "member")
    with pytest.raises(Invalid, match="which is the limit"):
        invite(ada, workspace, "member")
    revoke_invitation(ada, first)
    assert invite(ada, workspace, "member")[0].id is not None


@pytest.mark.parametrize("rule", ["open", "invited"])
def test_a_new_person_comes_by_mail_with_their_address_proved(ada: Actor, launch: Board, rule: str) -> None:
    registration(rule)
    _invitation, secret = invite(ada, launch, "member", email="new@example.org")
    person = register_by_invitation(secret, "New Comer", "other@example.org", "a long tape of paper")
    # The address is the invitation's, whatever a form says.
    assert (person.email, person.verified_at is not None) == ("new@example.org", True)
    assert role_on(Actor(person), launch) == "member"
    assert db.session.query(Mail).filter_by(template="verify").count() == 0


def test_by_a_link_the_address_is_still_to_be_proved_and_the_mail_leads_back(ada: Actor, launch: Board) -> None:
    registration("invited")
    invitation, secret = invite(ada, launch, "member", uses=2)
    register_by_invitation(secret, "New Comer", "new@example.org", "a long tape of paper")
    person = one(User, email="new@example.org")
    assert person.verified_at is None
    assert one(Mail, template="verify").context["url_path"].endswith(f"?next=/invitations/{secret}")
    assert counted(invitation) == 2
    # An address that has an account gets the same answer.
    taken = register_by_invitation(secret, "New Comer", "ada@example.org", "a long tape of paper")
    assert (taken.id, taken.verified_at) == (None, None)


def test_signup_bleed_closed_is_closed_for_the_invited_too(ada: Actor, launch: Board) -> None:
    """SignupBleed: registration off in the form, on by another way."""
    _invitation, by_mail = invite(ada, launch, "member", email="new@example.org")
    _invitation, by_link = invite(ada, launch, "member", uses=2)
    registration("closed")
    for secret in (by_mail, by_link):
        with pytest.raises(Forbidden, match="takes no new people"):
            register_by_invitation(secret, "New Comer", "new@example.org", "a long tape of paper")
    assert db.session.query(User).filter_by(email="new@example.org").count() == 0


def test_a_bad_password_uses_nothing_up(ada: Actor, launch: Board) -> None:
    invitation, secret = invite(ada, launch, "member", email="new@example.org")
    with pytest.raises(Invalid):
        register_by_invitation(secret, "New Comer", "", "short")
    assert counted(invitation) == 1
    assert db.session.query(User).filter_by(email="new@example.org").count() == 0


def test_who_has_an_account_is_told_to_sign_in(ada: Actor, eve: Actor, launch: Board) -> None:
    """Whoever holds the mail has the mailbox: it tells nobody else."""
    invitation, secret = invite(ada, launch, "member", email="eve@example.org")
    with pytest.raises(Conflict, match="Sign in instead"):
        register_by_invitation(secret, "Eve", "", "a long tape of paper")
    assert counted(invitation) == 1
    add_workspace_member(ada, launch.workspace, eve.user)
    add_board_member(ada, launch, eve.user)
    assert accept_invitation(eve, secret).id is None
