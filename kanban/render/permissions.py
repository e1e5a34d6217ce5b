"""The table of policies.py in words: on pages, and as the page of the documentation that is made from it."""

from collections.abc import Iterable, Iterator

from flask_babel import lazy_gettext as _

from kanban.models.boards import BOARD_ROLES
from kanban.models.workspaces import WORKSPACE_ROLES
from kanban.policies import (
    ARCHIVED,
    BOARD_VERBS,
    DELETED,
    LINK_VERBS,
    LIVE,
    WORKSPACE_VERBS,
    may_in,
    role_holds,
    scope_of,
)

# Lazy, and so in the language of whoever reads them.
BOARD_WORDS: dict[str, str] = {
    "see": _("See the board, its cards and its history"),
    "watch": _("Watch cards, and star the board"),
    "comment": _("Write comments"),
    "edit": _("Make, change, move, archive and delete lists, cards and labels"),
    "edit_board": _("Rename the board, and say who sees it"),
    "archive_board": _("Archive and reopen the board"),
    "delete_board": _("Delete the board"),
    "restore_board": _("Bring back the deleted board"),
    "add_member": _("Add people and groups, and change their roles"),
    "remove_member": _("Take people and groups off the board"),
    "share_board": _("Make links under which anybody can read the board"),
    "unshare_board": _("See and end such links"),
    "see_access": _("See who can see the board, and why"),
    "view_as": _("See the board as somebody else does"),
}
WORKSPACE_WORDS: dict[str, str] = {
    "see_workspace": _("See the workspace, and the boards one is on"),
    "create_board": _("Make boards, and import them"),
    "edit_workspace": _("Rename the workspace, and ask for a second factor"),
    "add_workspace_member": _("Invite, add and remove people, and change their roles"),
    "add_owner": _("Make others owners"),
    "see_people": _("See who belongs to the workspace"),
    "edit_groups": _("Make, change and delete groups"),
    "leave_workspace": _("Leave the workspace"),
    "delete_workspace": _("Delete the workspace"),
}
_YES, _NO = "yes", "–"
_HEAD = """# Permissions

Who may do what. This page is made from the one table in `kanban/policies.py` by `flask permissions`; a test fails
where the two differ. A thing that somebody may not see answers 404, exactly as one that does not exist. An admin of
the site sees no board by being one.
"""
_BOARDS = """
## Boards

Somebody's role on a board is the highest of those given to them: by name, by a group of theirs, or through their role
in the workspace where the board is open to it (its owners and admins are then admins of the board, its members what
the board says, its guests nothing). *Link* is whoever holds the secret of a share link.
"""
_STATES = {
    LIVE: "### A board in use",
    ARCHIVED: "### An archived board",
    DELETED: "### A deleted board",
}
_COMMENTS = """
On boards that say so, observers write comments too. A comment is changed by whoever wrote it, and deleted by them or
an admin of the board. An import is its owner's alone.
"""
_WORKSPACES = """
## Workspaces
"""
_SCOPES = """
## Tokens

A token never adds to what its owner may do. It narrows it to its scopes, and to one board if it was made for one.
"""


def board_verbs(may: dict[str, bool]) -> Iterator[tuple[str, bool]]:
    """Each verb of a board in words, and whether it is among those that are allowed."""
    return ((words, may[verb]) for verb, words in BOARD_WORDS.items())


def permissions_page() -> str:
    """The page of the documentation."""
    parts = [_HEAD, _BOARDS]
    for state, title in _STATES.items():
        parts.append(f"\n{title}\n\n")
        parts += _table(("", "link", *BOARD_ROLES), (_of_board(verb, state) for verb in BOARD_VERBS))
    parts += [_COMMENTS, _WORKSPACES, "\n"]
    parts += _table(("", *WORKSPACE_ROLES), (_of_workspace(verb) for verb in WORKSPACE_VERBS))
    parts += [_SCOPES, "\n"]
    verbs = {**BOARD_WORDS, **WORKSPACE_WORDS}
    parts += _table(("", "asks for the scope"), ((str(words), scope_of(verb)) for verb, words in verbs.items()))
    return "".join(parts)


def _of_board(verb: str, state: str) -> tuple[str, ...]:
    by_link = state in LINK_VERBS.get(verb, ())
    return str(BOARD_WORDS[verb]), _sign(by_link), *(_sign(role_holds(role, verb, state)) for role in BOARD_ROLES)


def _of_workspace(verb: str) -> tuple[str, ...]:
    return str(WORKSPACE_WORDS[verb]), *(_sign(may_in(role, verb)) for role in WORKSPACE_ROLES)


def _sign(allowed: bool) -> str:
    return _YES if allowed else _NO


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    rule = ("---", *(":---:" for _column in head[1:]))
    return [f"| {' | '.join(row)} |\n" for row in (head, rule, *rows)]
