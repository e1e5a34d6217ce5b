"""Groups of people in a workspace, and the roles they have on boards."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.audit import note
from kanban.actions.membership import end_watches
from kanban.actions.repeats import earlier_event
from kanban.eventlog import recording
from kanban.models import Actor, Board, BoardGroup, Event, Group, GroupMember, User, Workspace, WorkspaceMember, limits
from kanban.models.boards import BOARD_ROLES
from kanban.policies import allow, forget_roles
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Conflict, Invalid, NotFound


def create_group(actor: Actor, workspace: Workspace, name: str, *, once: str | None = None) -> Event:
    """Make a group, with nobody in it yet."""
    with recording(actor, "group.created", lock=[workspace]) as event:
        allow(actor, "edit_groups", workspace)
        if earlier := earlier_event(actor, once):
            return earlier
        group = Group(workspace_id=workspace.id, workspace=workspace, name=_free_name(workspace, name))
        db.session.add(group)
        db.session.flush()
        event.subject = group
        event.once = once
        event.detail = {"name": group.name}
        note(actor, "group.created", group)
    return event


def rename_group(actor: Actor, group: Group, name: str) -> Event:
    """Give a group another name."""
    with recording(actor, "group.renamed", group, lock=[group.workspace]) as event:
        _allow(actor, group)
        before = group.name
        group.name = _free_name(group.workspace, name, but=group)
        event.detail = {"before": before, "name": group.name}
    return event


def delete_group(actor: Actor, group: Group) -> Event:
    """Take a group away, and off every board it was on; an undo brings back the group alone."""
    boards = _boards_of(group)
    with recording(actor, "group.deleted", group, scope=group.workspace, lock=[group.workspace, *boards]) as event:
        allow(actor, "edit_groups", group.workspace)
        event.detail = {"name": group.name}
        if group.is_deleted:
            return event
        group.deleted_at, group.deleted_by_id = now(), actor.id
        withdraw(group)
        for person in _people_of(group):
            end_watches(person, workspace=group.workspace)
        note(actor, "group.deleted", group)
    forget_roles()
    return event


def set_group_members(actor: Actor, group: Group, people: Collection[User]) -> Event:
    """Make these the people of a group, and no others. Only who belongs to the workspace can be in it."""
    with recording(actor, "group.filled", group, lock=[group.workspace]) as event:
        _allow(actor, group)
        inside = set(
            db.session.scalars(
                sa.select(WorkspaceMember.user_id).where(WorkspaceMember.workspace_id == group.workspace_id)
            )
        )
        if any(person.id not in inside for person in people):
            raise Invalid(_("Choose from the people of the workspace."), field="user_ids")
        present = {person.id: person for person in _people_of(group)}
        wanted = {person.id: person for person in people}
        added = [person for id_, person in wanted.items() if id_ not in present]
        removed = [person for id_, person in present.items() if id_ not in wanted]
        for person in added:
            db.session.add(GroupMember(group_id=group.id, user_id=person.id))
        for person in removed:
            db.session.delete(db.session.get_one(GroupMember, (group.id, person.id)))
            end_watches(person, workspace=group.workspace)
        event.detail = {
            "name": group.name,
            "added": [person.name for person in added],
            "removed": [person.name for person in removed],
        }
        if added or removed:
            note(actor, "group.filled", group, added=event.detail["added"], removed=event.detail["removed"])
    forget_roles()
    return event


def add_board_group(actor: Actor, board: Board, group: Group, role: str) -> Event:
    """Give everybody of a group a role on a board of its workspace, or another one than they had."""
    with recording(actor, "board.group_added", board, lock=[board], beside=[board.workspace], fresh=[group]) as event:
        allow(actor, "add_member", board)
        values.one_of(role, BOARD_ROLES, "role")
        if group.workspace_id != board.workspace_id or group.is_deleted:
            raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
        link = db.session.get(BoardGroup, (board.id, group.id), populate_existing=True)
        if link is None:
            db.session.add(BoardGroup(board_id=board.id, group_id=group.id, role=role))
            note(actor, "board.group_added", board, group=group.name, role=role)
        elif link.role != role:
            note(actor, "board.group_changed", board, group=group.name, before=link.role, role=role)
            event.action, link.role = "board.group_changed", role
        event.detail = {"name": group.name, "role": role}
    forget_roles()
    return event


def remove_board_group(actor: Actor, board: Board, group: Group) -> Event:
    """Take a group off a board."""
    with recording(actor, "board.group_removed", board, lock=[board]) as event:
        allow(actor, "remove_member", board)
        event.detail = {"name": group.name}
        link = db.session.get(BoardGroup, (board.id, group.id), populate_existing=True)
        if link is None:
            return event
        db.session.delete(link)
        for person in _people_of(group):
            end_watches(person, board=board)
        note(actor, "board.group_removed", board, group=group.name)
    forget_roles()
    return event


def withdraw(group: Group) -> None:
    """Take a group off every board."""
    for link in db.session.scalars(sa.select(BoardGroup).where(BoardGroup.group_id == group.id)).all():
        db.session.delete(link)


def _allow(actor: Actor, group: Group) -> None:
    allow(actor, "edit_groups", group.workspace)
    if group.is_deleted:
        raise Conflict(_("This group has been deleted in the meantime."))


def _free_name(workspace: Workspace, name: str, *, but: Group | None = None) -> str:
    value = values.line(name, limits.NAME, "name")
    query = sa.select(Group).where(Group.workspace_id == workspace.id, Group.deleted_at.is_(None))
    there = [group for group in db.session.scalars(query) if group is not but]
    if any(group.name.casefold() == value.casefold() for group in there):
        raise Conflict(_("There is a group of this name. Choose another one."), field="name")
    values.few_enough(
        len(there) + 1, limits.GROUPS, _("This workspace has %(most)d groups, the limit.", most=limits.GROUPS), "name"
    )
    return value


def _people_of(group: Group) -> list[User]:
    query = sa.select(User).join(GroupMember, GroupMember.user_id == User.id).where(GroupMember.group_id == group.id)
    return list(db.session.scalars(query.order_by(User.id)))


def _boards_of(group: Group) -> list[Board]:
    query = sa.select(Board).join(BoardGroup, BoardGroup.board_id == Board.id).where(BoardGroup.group_id == group.id)
    return list(db.session.scalars(query.order_by(Board.id)))
