"""Who can see a board, and why: read from the same rows, and judged by the same rules, as policies.py reads a role."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from kanban.models import Board, BoardGroup, BoardMember, Group, GroupMember, User, Workspace, WorkspaceMember
from kanban.policies import highest, role_through, verbs_of
from kanban.queries.board_page import BoardPage, columns
from kanban.queries.sessions import has_factor
from kanban.support.db import db

NAMED, GROUPED, THROUGH = "named", "group", "workspace"
DISABLED, WITHOUT_FACTOR, IMPORTING = "disabled", "factor", "importing"


class Reason(NamedTuple):
    """One thing that gives somebody a role on a board.

    `kind` is by name, by a group (`source` is its name), or through a role in the workspace
    (`source`) to which the board is open.
    """

    kind: str
    role: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """A person and a board: what was given to them, and what stands in its way."""

    person: User
    given: tuple[Reason, ...]
    hindrance: str | None
    # Their role in the workspace, which alone opens no private board.
    workspace_role: str | None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why they can see the board, what counts most first; nothing where they cannot."""
        return () if self.hindrance else self.given

    @property
    def role(self) -> str | None:
        return highest(reason.role for reason in self.reasons)


def reasons(board: Board) -> list[Access]:
    """Everybody to whom a role on a board was given, by name; those who cannot see it all the same come last."""
    found = _access(board, None)
    return sorted(
        (each for each in found if each.given),
        key=lambda each: (each.hindrance is not None, each.person.name.casefold(), each.person.id),
    )


def reasons_for(user: User, board: Board) -> Access:
    """Why one person can see a board, or cannot."""
    found = [each for each in _access(board, user.id) if each.person.id == user.id]
    return found[0] if found else Access(user, (), None, None)


def people_around(board: Board, words: str) -> list[Access]:
    """People of the workspace or the board by words of their name, or by their address; whether they see it or not."""
    wanted = words.casefold()
    found = [
        each
        for each in _access(board, None)
        if wanted in each.person.name.casefold() or wanted == (each.person.email or "").casefold()
    ]
    return sorted(found, key=lambda each: (each.person.name.casefold(), each.person.id))


def board_as(board: Board, access: Access) -> BoardPage:
    """A board's page with the role of somebody else, and with nothing that is theirs alone.

    No `Actor` of theirs is made for it: nothing that is drawn of it could act.
    """
    return BoardPage(
        board=board,
        workspace_name=board.workspace.name,
        workspace_id=None,
        role=access.role,
        may=verbs_of(access.role, board),
        starred=False,
        seen_at=None,
        columns=columns(board.id),
    )


def _access(board: Board, user_id: int | None) -> list[Access]:
    """Whoever belongs to the workspace or was given a role on the board; or one of them."""
    in_workspace = dict(_rows(_members_of_workspace(board), WorkspaceMember.user_id, user_id))
    given: dict[int, list[Reason]] = {id_: [] for id_ in in_workspace}
    for id_, role in _rows(_named(board), BoardMember.user_id, user_id):
        given.setdefault(id_, []).append(Reason(NAMED, role))
    for id_, role, name in _rows(_grouped(board), GroupMember.user_id, user_id):
        given.setdefault(id_, []).append(Reason(GROUPED, role, name))
    for id_, workspace_role in in_workspace.items():
        role = role_through(workspace_role, board.visibility, board.workspace_role)
        if role is not None:
            given[id_].append(Reason(THROUGH, role, workspace_role))
    asks_factor = db.session.scalar(sa.select(Workspace.requires_factor).where(Workspace.id == board.workspace_id))
    return [
        Access(
            person,
            _in_order(given[person.id]),
            _hindrance(board, person, bool(asks_factor), factor),
            in_workspace.get(person.id),
        )
        for person, factor in db.session.execute(_people(given))
    ]


def _in_order(found: list[Reason]) -> tuple[Reason, ...]:
    """The highest role first; of equal ones in the order in which they were found."""
    best = highest(reason.role for reason in found)
    return tuple(sorted(found, key=lambda reason: reason.role != best))


def _hindrance(board: Board, person: User, asks_factor: bool, factor: bool) -> str | None:
    if person.disabled_at is not None:
        return DISABLED
    if board.importing_at is not None:
        return IMPORTING
    return WITHOUT_FACTOR if asks_factor and not factor else None


def _rows(query: Any, column: Any, user_id: int | None) -> Any:
    return db.session.execute(query if user_id is None else query.where(column == user_id)).all()


def _members_of_workspace(board: Board) -> sa.Select[int, str]:
    return sa.select(WorkspaceMember.user_id, WorkspaceMember.role).where(
        WorkspaceMember.workspace_id == board.workspace_id
    )


def _named(board: Board) -> sa.Select[int, str]:
    return sa.select(BoardMember.user_id, BoardMember.role).where(BoardMember.board_id == board.id)


def _grouped(board: Board) -> sa.Select[int, str, str]:
    return (
        sa.select(GroupMember.user_id, BoardGroup.role, Group.name)
        .join(BoardGroup, BoardGroup.group_id == GroupMember.group_id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(BoardGroup.board_id == board.id, Group.deleted_at.is_(None))
        .order_by(Group.name, Group.id)
    )


def _people(ids: Iterable[int]) -> sa.Select[User, bool]:
    return sa.select(User, has_factor(User.id)).where(User.id.in_(list(ids)))
