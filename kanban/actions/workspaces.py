"""Workspaces: making and naming them."""

import sqlalchemy as sa

from kanban.actions import values
from kanban.actions.repeats import earlier_event
from kanban.eventlog import recording
from kanban.models import Actor, Event, User, Workspace, WorkspaceMember, limits
from kanban.policies import allow, forget_roles
from kanban.support.db import db


def create_workspace(actor: Actor, name: str, *, once: str | None = None) -> Event:
    """Make a workspace whose owner is the actor."""
    workspace = Workspace(name=values.line(name, limits.NAME, "name"))
    with recording(actor, "workspace.created", workspace, scope=workspace) as event:
        # There is no workspace yet whose lock could keep two sendings of one form apart.
        db.session.execute(sa.select(User.id).where(User.id == actor.id).with_for_update(key_share=True))
        if earlier := earlier_event(actor, once):
            return earlier
        event.once = once
        db.session.add(workspace)
        db.session.flush()
        db.session.add(WorkspaceMember(workspace_id=workspace.id, user_id=actor.id, role="owner"))
        event.detail = {"name": workspace.name}
    forget_roles()
    return event


def rename_workspace(actor: Actor, workspace: Workspace, name: str) -> Event:
    """Give a workspace another name."""
    with recording(actor, "workspace.renamed", workspace, lock=[workspace]) as event:
        allow(actor, "edit_workspace", workspace)
        event.detail = {"before": workspace.name}
        workspace.name = values.line(name, limits.NAME, "name")
        event.detail = {**event.detail, "name": workspace.name}
    return event
