"""All that is kept about one person, for that person: never a secret, and nothing of what others wrote."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kanban.models import (
    Attachment,
    AuditEntry,
    Board,
    BoardMember,
    Card,
    Comment,
    Group,
    GroupMember,
    Identity,
    Passkey,
    PersonalToken,
    Session,
    TokenFamily,
    User,
    Workspace,
    WorkspaceMember,
)
from kanban.policies import visible_boards
from kanban.support.db import db

_ACCOUNT = (
    *("id", "name", "email", "created_at", "verified_at", "is_admin", "theme", "label_style"),
    *("label_patterns", "single_keys", "locale", "time_zone", "first_weekday"),
)


def own_data(person: User) -> Iterator[tuple[str, Any]]:
    """Sections by name, each ready to be written as JSON.

    What somebody wrote stays theirs to read when they may no longer see where it stands; how
    others have named that place does not.
    """
    me = person.id
    yield "account", {name: _plain(getattr(person, name)) for name in _ACCOUNT}
    yield (
        "workspaces",
        _rows(
            sa.select(Workspace.id, Workspace.name, WorkspaceMember.role, WorkspaceMember.created_at)
            .join(WorkspaceMember, WorkspaceMember.workspace_id == Workspace.id)
            .where(WorkspaceMember.user_id == me, Workspace.deleted_at.is_(None))
            .order_by(Workspace.id)
        ),
    )
    yield (
        "boards",
        _rows(
            sa.select(Board.id, Board.name, BoardMember.role)
            .join(BoardMember, BoardMember.board_id == Board.id)
            .where(BoardMember.user_id == me, Board.deleted_at.is_(None))
            .order_by(Board.id)
        ),
    )
    yield (
        "groups",
        _rows(
            sa.select(Group.id, Group.name, Group.workspace_id)
            .join(GroupMember, GroupMember.group_id == Group.id)
            .where(GroupMember.user_id == me, Group.deleted_at.is_(None))
            .order_by(Group.id)
        ),
    )
    yield (
        "comments",
        _rows(
            sa.select(
                Comment.id, Comment.board_id, Comment.card_id, Comment.created_at, Comment.edited_at, Comment.body
            )
            .where(Comment.author_id == me, Comment.deleted_at.is_(None))
            .order_by(Comment.id)
        ),
    )
    yield (
        "cards_created",
        _rows(
            sa.select(Card.id, Card.board_id, Card.number, Card.title, Card.description, Card.created_at)
            .where(Card.created_by_id == me, Card.deleted_at.is_(None), Card.board_id.in_(visible_boards(me)))
            .order_by(Card.id)
        ),
    )
    yield (
        "links_attached",
        _rows(
            sa.select(Attachment.id, Attachment.card_id, Attachment.url, Attachment.title)
            .where(Attachment.added_by_id == me, Attachment.deleted_at.is_(None))
            .where(Attachment.board_id.in_(visible_boards(me)))
            .order_by(Attachment.id)
        ),
    )
    yield from _ways_in(me)
    yield (
        "audit_log",
        [
            # Whoever else did something to the account is named; from where they did it is their own.
            row | ({} if row["actor_id"] == me else {"address": ""})
            for row in _rows(
                sa.select(
                    AuditEntry.at,
                    AuditEntry.action,
                    AuditEntry.actor_id,
                    AuditEntry.actor_name,
                    AuditEntry.subject_kind,
                    AuditEntry.subject_name,
                    AuditEntry.address,
                )
                .where(
                    sa.or_(
                        AuditEntry.actor_id == me,
                        sa.and_(AuditEntry.subject_kind == User.kind, AuditEntry.subject_id == me),
                    )
                )
                .order_by(AuditEntry.id)
            )
        ],
    )


def _ways_in(me: int) -> Iterator[tuple[str, Any]]:
    yield (
        "sessions",
        _rows(
            sa.select(Session.method, Session.device, Session.address, Session.created_at, Session.seen_at)
            .where(Session.user_id == me)
            .order_by(Session.id)
        ),
    )
    yield (
        "programs",
        _rows(
            sa.select(TokenFamily.device, TokenFamily.address, TokenFamily.scope, TokenFamily.created_at)
            .where(TokenFamily.user_id == me)
            .order_by(TokenFamily.id)
        ),
    )
    yield (
        "tokens",
        _rows(
            sa.select(PersonalToken.name, PersonalToken.scope, PersonalToken.created_at, PersonalToken.used_at)
            .where(PersonalToken.user_id == me)
            .order_by(PersonalToken.id)
        ),
    )
    yield (
        "passkeys",
        _rows(sa.select(Passkey.name, Passkey.created_at).where(Passkey.user_id == me).order_by(Passkey.id)),
    )
    yield (
        "identities",
        _rows(sa.select(Identity.provider, Identity.issuer, Identity.subject).where(Identity.user_id == me)),
    )


def _rows(query: sa.Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in db.session.execute(query).mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
