"""Who a token of a program belongs to, and what a person has given out."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from kanban.models import Actor, Board, PersonalToken, Session, Setting, TokenFamily, User
from kanban.models.settings import REQUIRE_FACTOR
from kanban.policies import visible_to
from kanban.queries.sessions import has_factor
from kanban.queries.site import default_of
from kanban.support.db import db
from kanban.support.tokens import digest


class Bearer(NamedTuple):
    """What a program was given, whose it is, and whether they have a second factor."""

    given: TokenFamily | PersonalToken
    user: User
    has_factor: bool
    # Who must have a second factor: nobody, admins or everybody.
    factor_rule: str

    @property
    def lacks_factor(self) -> bool:
        """Whether this person must set up a second factor before anything is shown to their programs."""
        return self.factor_rule == "everybody" and not self.has_factor


class TokenLine(NamedTuple):
    """A personal token as its owner sees it, with the name of the only board it opens, if it is one."""

    token: PersonalToken
    board_name: str | None


def bearer_of_family(family_id: int, user_id: int, at: datetime) -> Bearer | None:
    """Who a family of tokens belongs to, unless it has ended, or its person is out."""
    return _bearer(_family(), {"family": family_id, "user": user_id, "at": at})


def bearer_of_token(secret: str, at: datetime) -> Bearer | None:
    """Who a personal token belongs to, unless it has ended, or its person is out."""
    return _bearer(_token(), {"hash": digest(secret), "at": at})


def tokens_of(user: User) -> list[TokenLine]:
    """A person's personal tokens, the newest first."""
    query = (
        sa.select(PersonalToken, Board.name)
        .outerjoin(Board, Board.id == PersonalToken.board_id)
        .where(PersonalToken.user_id == user.id)
        .order_by(PersonalToken.id.desc())
    )
    return [TokenLine(*row) for row in db.session.execute(query)]


def sessions_of(user: User, at: datetime) -> Sequence[Session]:
    """The browsers in which a person is signed in, the one used last first."""
    query = sa.select(Session).where(Session.user_id == user.id, Session.expires_at > at, Session.idle_until > at)
    return db.session.scalars(query.order_by(Session.seen_at.desc(), Session.id.desc())).all()


def programs_of(user: User, at: datetime) -> Sequence[TokenFamily]:
    """The programs that are signed in by a person's password, the one used last first."""
    query = sa.select(TokenFamily).where(TokenFamily.user_id == user.id, TokenFamily.expires_at > at)
    return db.session.scalars(query.order_by(TokenFamily.seen_at.desc(), TokenFamily.id.desc())).all()


def boards_to_open(actor: Actor) -> Sequence[Any]:
    """Ids and names of the boards that a token can be narrowed to."""
    query = sa.select(Board.id, Board.name).where(Board.id.in_(visible_to(actor)), Board.archived_at.is_(None))
    return db.session.execute(query.order_by(Board.name, Board.id)).all()


def _bearer(query: sa.Select[Any], values: dict[str, Any]) -> Bearer | None:
    row = db.session.execute(query, values, execution_options={"populate_existing": True}).one_or_none()
    return None if row is None else Bearer(row[0], row[1], bool(row[2]), row[3] or default_of(REQUIRE_FACTOR))


@cache
def _family() -> sa.Select[Any]:
    """Built once: each request asks it."""
    return _of(TokenFamily).where(
        TokenFamily.id == sa.bindparam("family"),
        TokenFamily.user_id == sa.bindparam("user"),
        TokenFamily.expires_at > _at(),
    )


@cache
def _token() -> sa.Select[Any]:
    return _of(PersonalToken).where(
        PersonalToken.secret_hash == sa.bindparam("hash"),
        sa.or_(PersonalToken.expires_at.is_(None), PersonalToken.expires_at > _at()),
    )


def _of(model: Any) -> sa.Select[Any]:
    rule = sa.select(Setting.value).where(Setting.name == REQUIRE_FACTOR).scalar_subquery()
    return (
        sa.select(model, User, has_factor(User.id), rule)
        .join(User, User.id == model.user_id)
        .where(User.disabled_at.is_(None), User.verified_at.is_not(None))
    )


def _at() -> sa.BindParameter[Any]:
    return sa.bindparam("at", type_=Session.expires_at.type)
