"""The end of an account: what only its person owned goes to others, and the person to a name."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions.audit import note
from kanban.actions.boards import delete_board
from kanban.actions.housekeeping import forget_person
from kanban.actions.mails import write_mail
from kanban.actions.members import set_workspace_role, withdraw_member
from kanban.actions.membership import boards_of, member_of, member_on
from kanban.actions.people import end_all, keep_a_site_admin, other_admins
from kanban.eventlog import recording
from kanban.models import (
    Actor,
    Board,
    Identity,
    JoinRequest,
    Mail,
    Passkey,
    RecoveryCode,
    Star,
    Totp,
    Transfer,
    User,
    Visit,
    Watch,
    Workspace,
    WorkspaceMember,
)
from kanban.policies import forget_roles
from kanban.queries.leaving import Legacy, legacy_of
from kanban.support import storage
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid


def erase_account(actor: Actor, email: str, heirs: Mapping[int, int]) -> None:
    """Delete one's own account, confirmed by typing its address.

    `heirs` names, by the id of each workspace with no other owner, the member who is to own
    it; one without other people is deleted with its boards. What the person did stays, under
    a name that tells nobody who it was. Raises Invalid, and Conflict for the only site admin.
    """
    person, picture, address = actor.user, actor.user.avatar, actor.user.email or ""
    if email.strip().lower() != address or not address:
        raise Invalid(_("This is not the address of your account. Type it to confirm."), field="email")
    # Whoever goes need not set up first what a workspace asks of those who stay.
    leaving = replace(actor, has_factor=True)
    with transaction():
        for legacy in legacy_of(person):
            _hand_over(leaving, legacy, heirs.get(legacy.workspace.id))
        for workspace in _workspaces_of(person):
            withdraw_member(leaving, workspace)
        _erase(actor, address)
        uploads = _drop_imports(person)
        forget_person(person.id)
    forget_roles()
    storage.discard(picture)
    for path in uploads:
        storage.discard_path(path)


def _hand_over(actor: Actor, legacy: Legacy, heir_id: int | None) -> None:
    if not legacy.heirs:
        _close(actor, legacy.workspace)
        return
    heir = next((user for user in legacy.heirs if user.id == heir_id), None)
    if heir is None:
        name = legacy.workspace.name
        raise Invalid(_("Choose who is to own “%(name)s” after you.", name=name), field=f"heir_{legacy.workspace.id}")
    set_workspace_role(actor, legacy.workspace, heir, "owner")


def _close(actor: Actor, workspace: Workspace) -> None:
    """Delete a workspace in which nobody else is, with its boards: both go for good when they are purged."""
    live = sa.select(Board).where(Board.workspace_id == workspace.id, Board.deleted_at.is_(None)).order_by(Board.id)
    for board in db.session.scalars(live).all():
        delete_board(actor, board)
    boards = boards_of(workspace, actor.user)
    with recording(actor, "workspace.deleted", workspace, scope=workspace, lock=[workspace, *boards]) as event:
        if any(user.id != actor.id for user in _people_of(workspace)):
            raise Conflict(_("Somebody has come into “%(name)s” in this moment. Look again.", name=workspace.name))
        for board in boards:
            db.session.delete(member_on(board, actor.user))
        db.session.delete(member_of(workspace, actor.user))
        workspace.deleted_at, workspace.deleted_by_id = now(), actor.id
        event.detail = {"name": workspace.name}
        note(actor, "workspace.deleted", workspace)


def _erase(actor: Actor, address: str) -> None:
    person, session = actor.user, db.session()
    with recording(actor, "user.erased", person, scope=person, beside=other_admins(but=person)):
        keep_a_site_admin(person)
        for watch in session.scalars(sa.select(Watch).where(Watch.user_id == person.id)).all():
            session.delete(watch)
        end_all(person)
        session.execute(sa.delete(Totp).where(Totp.user_id == person.id))
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == person.id))
        session.execute(sa.delete(Passkey).where(Passkey.user_id == person.id))
        session.execute(sa.delete(Identity).where(Identity.user_id == person.id))
        session.execute(sa.delete(JoinRequest).where(JoinRequest.user_id == person.id))
        session.execute(sa.delete(Star).where(Star.user_id == person.id))
        session.execute(sa.delete(Visit).where(Visit.user_id == person.id))
        session.execute(sa.delete(Mail).where(Mail.user_id == person.id))
        # The last that is heard of it, and bound to nobody.
        write_mail("account_erased", address, at=now().isoformat())
        note(actor, "account.erased", person)
        person.name, person.email, person.person_kind = str(_("Deleted person")), None, "placeholder"
        person.is_admin, person.avatar = False, None
        person.password_hash = person.passkey_handle = person.verified_at = None
        person.time_zone, person.locale = "UTC", "en"
        person.erased_at = now()


def _drop_imports(person: User) -> list[Path]:
    """Take away the imports that no board came of, and stop those under way; the uploaded files that go with them.

    One that was done stays without the name of its file: by it the next import into that board
    knows who is who.
    """
    session, own = db.session(), Transfer.user_id == person.id
    goes = sa.and_(own, Transfer.state.not_in(("running", "done")))
    rows = session.execute(sa.delete(Transfer).where(goes).returning(Transfer.path, Transfer.options)).all()
    stays = sa.update(Transfer).where(own).values(filename="", cancel_asked_at=now())
    session.execute(stays.execution_options(synchronize_session=False))
    # What came by a command is a file of whoever gave it.
    return [Path(row.path) for row in rows if not (row.options or {}).get("keep_file")]


def _workspaces_of(person: User) -> list[Workspace]:
    query = (
        sa.select(Workspace)
        .join(WorkspaceMember, WorkspaceMember.workspace_id == Workspace.id)
        .where(WorkspaceMember.user_id == person.id, Workspace.deleted_at.is_(None))
        .order_by(Workspace.id)
    )
    return list(db.session.scalars(query))


def _people_of(workspace: Workspace) -> list[User]:
    """Those in a workspace who can sign in."""
    query = (
        sa.select(User)
        .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
        .where(WorkspaceMember.workspace_id == workspace.id, User.disabled_at.is_(None))
    )
    return list(db.session.scalars(query))
