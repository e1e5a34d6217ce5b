"""Invitations: a role in a workspace or on a board for whoever has the secret, by mail or by link."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.accounts import address_of, create_account, register
from kanban.actions.audit import note
from kanban.actions.mails import write_mail
from kanban.actions.membership import owners_give_owners, put_in_workspace, put_on_board
from kanban.eventlog import recording
from kanban.models import Actor, Board, BoardMember, Event, Invitation, User, Workspace, WorkspaceMember, limits
from kanban.models.boards import BOARD_ROLES
from kanban.models.workspaces import WORKSPACE_ROLES
from kanban.policies import allow, forget_roles, may
from kanban.queries.site import site
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Forbidden, NotFound
from kanban.support.tokens import digest, new_secret

INVITATION_GONE = _(
    "This invitation is not good: it was used or withdrawn, is too old, or its address is not complete."
    " Ask whoever sent it for another."
)
NO_NEW_PEOPLE = _("This place takes no new people. Sign in with the account you have, or ask its admin.")
_OTHER_ADDRESS = _(
    "This invitation is for another address than that of the account you are signed in to."
    " Sign out, and come back with the account it was sent to."
)


def invite(
    actor: Actor, to: Workspace | Board, role: str, *, email: str | None = None, uses: int = 1
) -> tuple[Invitation, str]:
    """Invite one person by mail, or so many by a link; the secret is told once, and not kept.

    An invitation that was mailed to the same address for the same place before is good no more.
    """
    address = address_of(email) if email is not None else None
    board, workspace = (to, to.workspace) if isinstance(to, Board) else (None, to)
    with transaction() as session:
        # Two forms sent at once must not both find room.
        session.execute(sa.select(Workspace.id).where(Workspace.id == workspace.id).with_for_update())
        _allow(actor, to)
        _check_role(actor, to, role)
        if address is not None:
            _is_new_here(to, address)
            for earlier in session.scalars(_open().where(_place_is(to), Invitation.email == address)):
                earlier.revoked_at = now()
        else:
            values.one_of(uses, range(1, limits.INVITATION_USES + 1), "uses")
        count = session.scalar(
            sa.select(sa.func.count()).select_from(_open().where(Invitation.workspace_id == workspace.id).subquery())
        )
        values.few_enough(
            (count or 0) + 1,
            limits.INVITATIONS,
            _("%(most)d invitations are open, which is the limit. Withdraw some first.", most=limits.INVITATIONS),
        )
        secret = new_secret()
        invitation = Invitation(
            workspace_id=workspace.id,
            workspace=workspace,
            board_id=board.id if board is not None else None,
            board=board,
            role=role,
            email=address,
            secret_hash=digest(secret),
            uses_left=1 if address is not None else uses,
            invited_by_id=actor.id,
            invited_by=actor.user,
            expires_at=_end(),
        )
        session.add(invitation)
        session.flush()
        note(actor, "invitation.made", to, role=role, email=address or "", uses=invitation.uses_left)
        if address is not None:
            _mail(actor, invitation, secret)
    return invitation, secret


def renew_invitation(actor: Actor, invitation: Invitation) -> None:
    """Mail an invitation once more, with a new secret and as much time as a new one; the secret before ends."""
    secret = new_secret()
    with transaction():
        _read_again(invitation)
        _allow(actor, _place_of(invitation))
        _check_role(actor, _place_of(invitation), invitation.role)
        if invitation.email is None or invitation.revoked_at is not None or invitation.uses_left == 0:
            raise Conflict(_("This invitation has been used or withdrawn in the meantime."))
        invitation.secret_hash, invitation.expires_at = digest(secret), _end()
        # Whoever sends it now answers for it.
        invitation.invited_by_id, invitation.invited_by = actor.id, actor.user
        note(actor, "invitation.renewed", _place_of(invitation), role=invitation.role, email=invitation.email)
        _mail(actor, invitation, secret)


def revoke_invitation(actor: Actor, invitation: Invitation) -> None:
    """Withdraw an invitation; who has come by it stays."""
    with transaction():
        _read_again(invitation)
        place = _place_of(invitation)
        allow(actor, "remove_member" if isinstance(place, Board) else "add_workspace_member", place)
        if invitation.revoked_at is None and invitation.uses_left:
            invitation.revoked_at = now()
            note(actor, "invitation.revoked", place, role=invitation.role, email=invitation.email or "")


def find_invitation(secret: str) -> Invitation:
    """The invitation of a secret, if it is still good.

    Raises NotFound with one sentence, whatever is wrong with it. It is as good as the one who
    gave it: when they could not give that role any more, nobody gets it by them.
    """
    invitation = db.session.scalar(sa.select(Invitation).where(Invitation.secret_hash == digest(secret)))
    if invitation is None or not _is_good(invitation):
        raise NotFound(INVITATION_GONE)
    return invitation


def accept_invitation(actor: Actor, secret: str) -> Event:
    """Take the role that an invitation gives: the one that stands in it. Nobody has less for it than before.

    On a board it makes one a guest of its workspace too. Who has as much already changes
    nothing, and uses nothing up: the event's id is None. Raises NotFound, and Forbidden where
    it is for another address.
    """
    found = find_invitation(secret)
    place, workspace = _place_of(found), found.workspace
    action = "board.member_joined" if isinstance(place, Board) else "workspace.member_joined"
    with recording(actor, action, place, scope=place, lock=dict.fromkeys([place, workspace])) as event:
        _read_again(found)
        if not _is_good(found) or found.secret_hash != digest(secret):
            raise NotFound(INVITATION_GONE)
        if found.email is not None and found.email != actor.user.email:
            raise Forbidden(_OTHER_ADDRESS)
        event.detail = {"name": place.name, "person": actor.user.name, "role": found.role}
        if _gives(found, actor.user):
            found.uses_left -= 1
            found.accepted_at = now()
            note(actor, "invitation.accepted", place, role=found.role, by_id=found.invited_by_id)
    forget_roles()
    return event


def register_by_invitation(secret: str, name: str, email: str, password: str, *, time_zone: str = "UTC") -> User:
    """Make an account for somebody who was invited.

    An invitation by mail has proved the address: the account is good at once, and has its
    role. By a link it is registration as ever, whose account is still to be verified: the mail
    that proves the address leads back to the invitation.
    Raises Forbidden where the site takes no new people.
    """
    invitation = find_invitation(secret)
    if site().registration == "closed":
        raise Forbidden(NO_NEW_PEOPLE)
    if invitation.email is None:
        return register(name, email, password, time_zone=time_zone, then=f"/invitations/{secret}")
    return create_account(
        name,
        invitation.email,
        password,
        time_zone=time_zone,
        also=lambda person: accept_invitation(Actor(person), secret),
    )


def _allow(actor: Actor, to: Workspace | Board) -> None:
    allow(actor, "add_member" if isinstance(to, Board) else "add_workspace_member", to)


def _check_role(actor: Actor, to: Workspace | Board, role: str) -> None:
    if isinstance(to, Board):
        values.one_of(role, BOARD_ROLES, "role")
    else:
        owners_give_owners(actor, to, {values.one_of(role, WORKSPACE_ROLES, "role")})


def _is_new_here(to: Workspace | Board, address: str) -> None:
    members: Any = BoardMember.board_id == to.id if isinstance(to, Board) else WorkspaceMember.workspace_id == to.id
    model = BoardMember if isinstance(to, Board) else WorkspaceMember
    query = sa.select(User.name).join(model, model.user_id == User.id).where(members, User.email == address)
    there = db.session.scalar(query)
    if there is not None:
        raise Conflict(
            _("%(name)s is here already. Change their role in the list of people.", name=there), field="email"
        )


def _is_good(invitation: Invitation) -> bool:
    by, place = invitation.invited_by, _place_of(invitation)
    if invitation.revoked_at is not None or invitation.uses_left == 0 or invitation.expires_at <= now() or by is None:
        return False
    # As a job: whether they have a second factor is another matter.
    giver = Actor(by, "job")
    if isinstance(place, Board):
        return place.workspace.deleted_at is None and may(giver, "add_member", place)
    return may(giver, "add_workspace_member", place) and (invitation.role != "owner" or may(giver, "add_owner", place))


def _gives(invitation: Invitation, person: User) -> bool:
    """Give a person what an invitation promises; whether that was more than they had."""
    board, workspace = invitation.board, invitation.workspace
    if board is None:
        had = db.session.get(WorkspaceMember, (workspace.id, person.id), populate_existing=True)
        before = had.role if had is not None else None
        return put_in_workspace(workspace, person, invitation.role).role != before
    put_in_workspace(workspace, person, "guest")
    there = db.session.get(BoardMember, (board.id, person.id), populate_existing=True)
    before = there.role if there is not None else None
    return put_on_board(board, person, invitation.role).role != before


def _place_of(invitation: Invitation) -> Workspace | Board:
    return invitation.board if invitation.board is not None else invitation.workspace


def _place_is(to: Workspace | Board) -> sa.ColumnElement[bool]:
    if isinstance(to, Board):
        return Invitation.board_id == to.id
    return sa.and_(Invitation.workspace_id == to.id, Invitation.board_id.is_(None))


def _open() -> sa.Select[Any]:
    return sa.select(Invitation).where(
        Invitation.revoked_at.is_(None), Invitation.uses_left > 0, Invitation.expires_at > now()
    )


def _read_again(invitation: Invitation) -> None:
    """Lock the row: of two who come by the last use at once, one gets it."""
    db.session.get_one(Invitation, invitation.id, with_for_update=True, populate_existing=True)
    if invitation.invited_by is not None:
        db.session.refresh(invitation.invited_by)


def _end() -> Any:
    return now() + timedelta(days=site().invitation_days)


def _mail(actor: Actor, invitation: Invitation, secret: str) -> None:
    place = _place_of(invitation)
    account = db.session.scalar(
        sa.select(User).where(User.email == invitation.email, User.disabled_at.is_(None), User.verified_at.is_not(None))
    )
    write_mail(
        "invitation",
        account if account is not None else invitation.email or "",
        inviter=actor.user.name,
        place=place.name,
        is_board=isinstance(place, Board),
        role=invitation.role,
        url_path=f"/invitations/{secret}",
        until=invitation.expires_at.isoformat(),
    )
