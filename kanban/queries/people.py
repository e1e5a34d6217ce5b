"""People as admins of the site see them: who has an account, and what belongs to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kanban.models import (
    Identity,
    Passkey,
    PersonalToken,
    RecoveryCode,
    Session,
    TokenFamily,
    Totp,
    User,
    Workspace,
    WorkspaceMember,
)
from kanban.queries.pages import Page, containing, page_of
from kanban.support.db import db

STATES = ("all", "admins", "disabled", "unverified")


@dataclass(frozen=True, slots=True)
class Belongings:
    """What an account has; never what any of it is."""

    workspaces: list[Any]  # (id, name, role)
    sessions: list[Session]
    has_totp: bool
    passkeys: int
    recovery_codes: int
    personal_tokens: int
    programs: int
    providers: list[str]

    @property
    def has_factor(self) -> bool:
        return self.has_totp or self.passkeys > 0


def people(find: str = "", state: str = "all", before: int | None = None) -> Page[User]:
    """Accounts whose name or address holds the text, the newest first."""
    query = sa.select(User).where(User.person_kind == "person", User.erased_at.is_(None))
    if find:
        query = query.where(sa.or_(containing(User.name, find), containing(User.email, find)))
    if state == "admins":
        query = query.where(User.is_admin)
    elif state == "disabled":
        query = query.where(User.disabled_at.is_not(None))
    elif state == "unverified":
        query = query.where(User.verified_at.is_(None))
    return page_of(query, User.id, before)


def belongings_of(user: User, at: datetime) -> Belongings:
    """All that an admin may know of an account."""
    workspaces = (
        sa.select(Workspace.id, Workspace.name, WorkspaceMember.role)
        .join(WorkspaceMember, WorkspaceMember.workspace_id == Workspace.id)
        .where(WorkspaceMember.user_id == user.id, Workspace.deleted_at.is_(None))
        .order_by(Workspace.id)
    )
    sessions = (
        sa.select(Session)
        .where(Session.user_id == user.id, Session.expires_at > at, Session.idle_until > at)
        .order_by(Session.seen_at.desc())
    )
    return Belongings(
        workspaces=list(db.session.execute(workspaces)),
        sessions=list(db.session.scalars(sessions)),
        has_totp=_count(Totp, user) > 0,
        passkeys=_count(Passkey, user),
        recovery_codes=_count(RecoveryCode, user),
        personal_tokens=_count(PersonalToken, user),
        programs=_count(TokenFamily, user, TokenFamily.expires_at > at),
        providers=list(db.session.scalars(sa.select(Identity.provider).where(Identity.user_id == user.id))),
    )


def _count(model: Any, user: User, *which: Any) -> int:
    query = sa.select(sa.func.count()).select_from(model).where(model.user_id == user.id, *which)
    return db.session.scalar(query) or 0
