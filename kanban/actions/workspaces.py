"""Workspaces: making and naming them, and what they ask of their people."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.audit import note
from kanban.actions.repeats import earlier_event
from kanban.actions.shares import end_links
from kanban.eventlog import recording
from kanban.models import Actor, Event, User, Workspace, WorkspaceMember, limits
from kanban.policies import allow, forget_roles
from kanban.support.db import db, transaction
from kanban.support.errors import Forbidden


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


def require_factor(actor: Actor, workspace: Workspace, *, wanted: bool) -> None:
    """Have a workspace open only for those with a second factor, or for all its people again.

    Only somebody who has one can ask for it, since everything closes for whoever has none.
    The links by which strangers read its boards end, for good.
    """
    with transaction() as session:
        session.refresh(workspace, with_for_update=True)
        allow(actor, "edit_workspace", workspace)
        if wanted and not actor.has_factor:
            raise Forbidden(_("Set up a second factor of your own first: without one you would be the first shut out."))
        if workspace.requires_factor != wanted:
            workspace.requires_factor = wanted
            if wanted:
                end_links(workspace)
            note(actor, "factor.required" if wanted else "factor.waived", workspace)
    forget_roles()
