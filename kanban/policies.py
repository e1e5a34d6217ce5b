"""Who may do what to what: one table, asked by everything.

A role comes from what a person was given: on a board by name, by a group of theirs, or
through the workspace where the board is open to it; the highest counts. A token narrows
it. A thing one may not see is not there.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session, object_session

from kanban.models import (
    Actor,
    Board,
    BoardGroup,
    BoardMember,
    Comment,
    Group,
    GroupMember,
    LinkReader,
    Transfer,
    Workspace,
    WorkspaceMember,
)
from kanban.support.db import db, memo
from kanban.support.errors import Forbidden, NotFound

OBSERVER, MEMBER, ADMIN = "observer", "member", "admin"
_RANKS = {None: None, "1": OBSERVER, "2": MEMBER, "3": ADMIN}
_ORDER = {None: 0, OBSERVER: 1, MEMBER: 2, ADMIN: 3}

# verb: (least role on the board, states of the board in which it holds)
LIVE, ARCHIVED, DELETED = "live", "archived", "deleted"
BOARD_VERBS: dict[str, tuple[str, frozenset[str]]] = {
    "see": (OBSERVER, frozenset({LIVE, ARCHIVED})),
    "watch": (OBSERVER, frozenset({LIVE, ARCHIVED})),
    "comment": (MEMBER, frozenset({LIVE})),
    "edit": (MEMBER, frozenset({LIVE})),
    "edit_board": (ADMIN, frozenset({LIVE})),
    "archive_board": (ADMIN, frozenset({LIVE, ARCHIVED})),
    "delete_board": (ADMIN, frozenset({LIVE, ARCHIVED})),
    "restore_board": (ADMIN, frozenset({LIVE, ARCHIVED, DELETED})),
    "add_member": (ADMIN, frozenset({LIVE})),
    "remove_member": (ADMIN, frozenset({LIVE, ARCHIVED})),
    "share_board": (ADMIN, frozenset({LIVE})),
    "unshare_board": (ADMIN, frozenset({LIVE, ARCHIVED})),
    "see_access": (ADMIN, frozenset({LIVE, ARCHIVED})),
    "view_as": (ADMIN, frozenset({LIVE, ARCHIVED})),
}
# What the holder of a share link may do: on the one board it is of.
LINK_VERBS: dict[str, frozenset[str]] = {"see": frozenset({LIVE})}
WORKSPACE_VERBS: dict[str, str] = {
    "see_workspace": "guest",
    "create_board": "member",
    "edit_workspace": "admin",
    "add_workspace_member": "admin",
    "add_owner": "owner",
    "see_people": "member",
    "edit_groups": "admin",
    "leave_workspace": "guest",
    "delete_workspace": "owner",
}
# Of a board, that its workspace asks nobody for a second factor. Asked of each board one has, not of all workspaces.
_ASKS_FACTOR = sa.select(Workspace.requires_factor).where(Workspace.id == Board.workspace_id).correlate(Board)
IS_OPEN = _ASKS_FACTOR.scalar_subquery().is_(sa.false())
# What a token must be allowed: by the least role that a verb asks for, but what it does comes first.
_SCOPE_OF = {OBSERVER: "read", MEMBER: "write", ADMIN: "admin", "guest": "read", "owner": "admin"}
_OTHER_SCOPE = {"watch": "write", "leave_workspace": "write", "see_people": "read"}
_WORKSPACE_ORDER = {None: 0, "guest": 1, "member": 2, "admin": 3, "owner": 4}


def role_on(actor: Actor, board: Board) -> str | None:
    """The actor's role on a board, or None; read once a transaction."""
    if actor.user.disabled_at is not None or board.importing_at is not None:
        return None
    if actor.only_board_id not in {None, board.id}:
        return None
    cache = _cache(object_session(board))
    key = ("board", actor.id, board.id)
    if key not in cache:
        cache[key] = _role_on(actor, board)
    found: str | None = cache[key]
    return found


def role_in(actor: Actor, workspace: Workspace) -> str | None:
    """The actor's role in a workspace, or None; read once a transaction."""
    if actor.user.disabled_at is not None or workspace.deleted_at is not None:
        return None
    if actor.only_board_id is not None:
        return None
    cache = _cache(object_session(workspace))
    key = ("workspace", actor.id, workspace.id)
    if key not in cache:
        cache[key] = db.session.scalar(
            sa.select(WorkspaceMember.role).where(
                WorkspaceMember.workspace_id == workspace.id, WorkspaceMember.user_id == actor.id
            )
        )
    found: str | None = cache[key]
    return found


def may(actor: Actor, verb: str, thing: Any) -> bool:
    """Whether the actor may do this to a board or anything on it, or to a workspace."""
    if isinstance(thing, Workspace):
        return _in_scope(actor, scope_of(verb)) and may_in(role_in(actor, thing), verb)
    if isinstance(thing, Transfer):
        return thing.user_id == actor.id and actor.only_board_id is None and _in_scope(actor, "write")
    board = thing if isinstance(thing, Board) else thing.board
    role = role_on(actor, board)
    if isinstance(thing, Comment) and verb in {"edit_comment", "delete_comment"}:
        writes = OBSERVER if board.observers_comment else MEMBER
        own = thing.author_id == actor.id and _ORDER[role] >= _ORDER[writes]
        allowed = own or (verb == "delete_comment" and role == ADMIN)
        return state_of(board) == LIVE and allowed and _in_scope(actor, "write" if own else "admin")
    return _in_scope(actor, scope_of(verb)) and _holds(verb, role, board)


def link_may(reader: LinkReader, verb: str, thing: Any) -> bool:
    """Whether the holder of a share link may do this to a board or anything on it; the link itself is good."""
    board = thing if isinstance(thing, Board) else thing.board
    of_this_board = reader.link.board_id == board.id and board.importing_at is None
    return of_this_board and state_of(board) in LINK_VERBS.get(verb, frozenset())


def may_in(role: str | None, verb: str) -> bool:
    """Whether a role in a workspace is enough for this."""
    return _WORKSPACE_ORDER[role] >= _WORKSPACE_ORDER[WORKSPACE_VERBS[verb]]


def allow(actor: Actor, verb: str, thing: Any) -> None:
    """Return where the actor may; raise NotFound where they may not even see the thing, else Forbidden."""
    if may(actor, verb, thing):
        return
    if isinstance(thing, Workspace):
        seen = role_in(actor, thing) is not None
    elif isinstance(thing, Transfer):
        seen = False
    else:
        board = thing if isinstance(thing, Board) else thing.board
        seen = role_on(actor, board) is not None
        if seen and board.is_deleted:
            raise NotFound(_("This board was deleted. An admin of the board can restore it."))
        if seen and board.is_archived:
            raise Forbidden(_("“%(name)s” is archived. Reopen the board to change it.", name=board.name))
    if not seen:
        raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
    raise Forbidden(_("You can look at this, and not change it. Ask an admin of the board for a role that may."))


def allow_site(actor: Actor) -> None:
    """Return for an admin of the site; for anybody else raise NotFound: there is no console for them."""
    user = actor.user
    if user.is_admin and user.disabled_at is None and actor.only_board_id is None and _in_scope(actor, ADMIN):
        return
    raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))


def verbs_on(actor: Actor, board: Board) -> dict[str, bool]:
    """Every verb of a board, and whether the actor may: what a page shows controls by."""
    verbs = verbs_of(role_on(actor, board), board)
    return {verb: allowed and _in_scope(actor, scope_of(verb)) for verb, allowed in verbs.items()}


def verbs_of(role: str | None, board: Board) -> dict[str, bool]:
    """Every verb of a board, and whether it goes with a role there, whoever has it."""
    return {verb: _holds(verb, role, board) for verb in BOARD_VERBS}


def role_holds(role: str | None, verb: str, state: str, *, observers_comment: bool = False) -> bool:
    """Whether a role is enough for this on a board in this state."""
    least, states = BOARD_VERBS[verb]
    if verb == "comment" and observers_comment:
        least = OBSERVER
    return _ORDER[role] >= _ORDER[least] and state in states


def state_of(board: Board) -> str:
    """In which state a board is, as the table above names them."""
    if board.deleted_at is not None:
        return DELETED
    return ARCHIVED if board.archived_at is not None else LIVE


def highest(roles: Iterable[str | None]) -> str | None:
    """The role on a board that counts where somebody has several."""
    return max(roles, key=lambda role: _ORDER[role], default=None)


def scope_of(verb: str) -> str:
    """What a token must have been given for a verb of a board or a workspace."""
    least = BOARD_VERBS[verb][0] if verb in BOARD_VERBS else WORKSPACE_VERBS[verb]
    return _OTHER_SCOPE.get(verb, _SCOPE_OF[least])


def visible_boards(user_id: int | sa.BindParameter[Any], *, include_deleted: bool = False) -> sa.Select[int]:
    """Ids of the boards a person may see, as a subquery for every lookup.

    It begins with what the person is a member of, not with all boards of the site.
    """
    named = sa.select(BoardMember.board_id).where(BoardMember.user_id == user_id)
    through = (
        sa.select(Board.id)
        .join(WorkspaceMember, WorkspaceMember.workspace_id == Board.workspace_id)
        .where(WorkspaceMember.user_id == user_id, WorkspaceMember.role != "guest", Board.visibility == "workspace")
    )
    grouped = (
        sa.select(BoardGroup.board_id)
        .join(GroupMember, GroupMember.group_id == BoardGroup.group_id)
        .join(Group, Group.id == BoardGroup.group_id)
        .where(GroupMember.user_id == user_id, Group.deleted_at.is_(None))
    )
    query = sa.select(Board.id).where(Board.id.in_(sa.union(named, through, grouped)), Board.importing_at.is_(None))
    return query if include_deleted else query.where(Board.deleted_at.is_(None))


def visible_to(actor: Actor, *, include_deleted: bool = False) -> sa.Select[int]:
    """As visible_boards, less the boards of workspaces that ask for a second factor which this actor has not."""
    boards = visible_boards(actor.id, include_deleted=include_deleted)
    return boards.where(IS_OPEN) if is_without_factor(actor) else boards


def role_column(user_id: int | sa.BindParameter[Any]) -> sa.ColumnElement[Any]:
    """What makes a person's role on `Board`, as one text column: by name/in the workspace/by groups/factor.

    The third is a number, the highest of all groups; the fourth says whether the workspace
    asks for a second factor.
    """
    named = (
        sa.select(BoardMember.role)
        .where(BoardMember.board_id == Board.id, BoardMember.user_id == user_id)
        .correlate(Board)
        .scalar_subquery()
    )
    through = (
        sa.select(WorkspaceMember.role)
        .where(WorkspaceMember.workspace_id == Board.workspace_id, WorkspaceMember.user_id == user_id)
        .correlate(Board)
        .scalar_subquery()
    )
    rank = sa.case((BoardGroup.role == ADMIN, "3"), (BoardGroup.role == MEMBER, "2"), else_="1")
    grouped = (
        sa.select(sa.func.max(rank))
        .join(GroupMember, GroupMember.group_id == BoardGroup.group_id)
        .join(Group, Group.id == BoardGroup.group_id)
        .where(BoardGroup.board_id == Board.id, GroupMember.user_id == user_id, Group.deleted_at.is_(None))
        .correlate(Board)
        .scalar_subquery()
    )
    guarded = (
        sa.select(sa.case((Workspace.requires_factor, "factor"), else_=""))
        .where(Workspace.id == Board.workspace_id)
        .correlate(Board)
        .scalar_subquery()
    )
    given = (sa.func.coalesce(part, "") + "/" for part in (named, through, grouped))
    return (next(given) + next(given) + next(given) + sa.func.coalesce(guarded, "")).label("role")


# Built once: building it takes longer than asking it.
_ROLE_ON = sa.select(role_column(sa.bindparam("viewer"))).where(Board.id == sa.bindparam("board"))


def role_from(column: str | None, visibility: str, workspace_role: str = MEMBER) -> str | None:
    """What `role_column` says, as a role."""
    named, through, grouped, _factor = (part or None for part in (column or "///").split("/"))
    return highest((named, role_through(through, visibility, workspace_role), _RANKS[grouped]))


def lacks_factor(actor: Actor, column: str | None) -> bool:
    """Whether the workspace asks for a second factor that this person has not."""
    return (column or "").endswith("/factor") and is_without_factor(actor)


def is_without_factor(actor: Actor) -> bool:
    """Whether this actor is shut out where a second factor is asked for; jobs and commands act without one."""
    return not actor.has_factor and actor.via in {"web", "api"}


def role_through(workspace_role: str | None, visibility: str, given: str) -> str | None:
    """What a role in the workspace is worth on a board: nothing, unless the board is open to it."""
    if visibility != "workspace" or workspace_role in {None, "guest"}:
        return None
    return ADMIN if workspace_role in {"owner", "admin"} else given


def remember_role(actor: Actor, board: Board, role: str | None) -> None:
    """Keep a role that a lookup has read in this transaction anyway."""
    _cache(object_session(board))[("board", actor.id, board.id)] = role


def forget_roles() -> None:
    """Drop what was read of roles: somebody's role changes in this very transaction."""
    memo(db.session()).clear()


def _in_scope(actor: Actor, scope: str) -> bool:
    """Whether a token, if it is one that acts, was given this scope."""
    return actor.scopes is None or scope in actor.scopes


def _holds(verb: str, role: str | None, board: Board) -> bool:
    return role_holds(role, verb, state_of(board), observers_comment=board.observers_comment)


def _role_on(actor: Actor, board: Board) -> str | None:
    column = db.session.scalar(_ROLE_ON, {"viewer": actor.id, "board": board.id})
    if lacks_factor(actor, column):
        return None
    return role_from(column, board.visibility, board.workspace_role)


def _cache(session: Session | None) -> dict[Any, Any]:
    return memo(session or db.session())
