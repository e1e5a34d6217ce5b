"""What a directory says of somebody's groups: roles in workspaces, given and taken back."""

from collections.abc import Mapping

import sqlalchemy as sa

from kanban.actions.audit import note
from kanban.actions.identities import Outsider
from kanban.actions.members import withdraw_member
from kanban.actions.membership import end_watches, keep_an_owner, member_of, owners, put_in_workspace
from kanban.eventlog import recording
from kanban.models import Actor, Identity, User, Workspace, WorkspaceMember
from kanban.policies import forget_roles
from kanban.support.db import db, transaction


def follow_groups(person: User, outsider: Outsider, roles: Mapping[int, str]) -> None:
    """Give a person the roles that their groups stand for, by the id of a workspace, and take back those that ended.

    Only what a directory has given: whoever was added or promoted by somebody here keeps
    that. The last owner of a workspace stays its owner.
    """
    actor = Actor(person, "job")
    query = sa.select(Identity).where(Identity.issuer == outsider.issuer, Identity.subject == outsider.subject)
    known = db.session.scalars(query).one()
    for id_ in sorted({int(key) for key in known.given} | set(roles)):
        workspace = db.session.get(Workspace, id_)
        # One at a time: each locks boards before their workspace, as every action does.
        with transaction() as session:
            identity = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
            before = identity.given.get(str(id_))
            gone = workspace is None or workspace.deleted_at is not None
            after = None if gone else _follow(actor, workspace, before, roles.get(id_))  # type: ignore[arg-type]
            if after != before:
                others = {key: role for key, role in identity.given.items() if key != str(id_)}
                identity.given = {**others, str(id_): after} if after is not None else others


def _follow(actor: Actor, workspace: Workspace, before: str | None, role: str | None) -> str | None:
    """Bring one membership in line; what the directory has given from now on, or None."""
    member = db.session.get(WorkspaceMember, (workspace.id, actor.id), populate_existing=True)
    if member is None:
        return _add(actor, workspace, role) if role is not None else None
    if member.role != before:
        return None
    if role == before:
        return role
    if before == "owner" and not owners(workspace, but=actor.user):
        note(actor, "owner.kept", workspace, person=actor.user.name, by="directory")
        return before
    if role is not None:
        return _change(actor, workspace, role)
    withdraw_member(actor, workspace)
    return None


def _add(actor: Actor, workspace: Workspace, role: str) -> str:
    with recording(actor, "workspace.member_added", workspace, lock=[workspace]) as event:
        put_in_workspace(workspace, actor.user, role)
        event.detail = {"person": actor.user.name, "role": role}
        note(actor, "workspace.member_added", workspace, person=actor.user.name, role=role, by="directory")
    forget_roles()
    return role


def _change(actor: Actor, workspace: Workspace, role: str) -> str:
    with recording(actor, "workspace.role_changed", workspace, lock=[workspace]) as event:
        member = member_of(workspace, actor.user)
        event.detail = {"person": actor.user.name, "before": member.role, "role": role}
        if member.role == "owner":
            keep_an_owner(workspace, actor.user)
        note(
            actor,
            "workspace.role_changed",
            workspace,
            person=actor.user.name,
            before=member.role,
            role=role,
            by="directory",
        )
        member.role = role
        end_watches(actor.user, workspace=workspace)
    forget_roles()
    return role
