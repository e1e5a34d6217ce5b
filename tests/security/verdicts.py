"""What the table of policies says to each row of the matrix: whose a thing is, what is done to it, and who may."""

import re

from kanban.policies import BOARD_VERBS, DELETED, LIVE, WORKSPACE_VERBS, may_in, role_holds
from tests.security.matrix import ADMIN, ANYBODY, LOOKS, RULES, SOMEBODY, WORKS, Row

PUBLIC, ACCOUNT, SITE, OWN, WORKSPACE, BOARD = "public", "account", "site", "own", "workspace", "board"
OUT, ALLOWED, REFUSED, HIDDEN, EITHER = "out", "allowed", "refused", "hidden", "refused or hidden"

# What is nobody's but one person's.
_OWN = {"session", "program", "token", "identity", "passkey", "transfer", "zip_transfer"}
_OF_WORKSPACE = {"workspace", "group", "invitation"}
# On which board of the scene a thing is; what is not named here is on "board".
_ELSEWHERE = {"away_board", "gone_board", "open_board"}
_ON_BOARD = re.compile(r"(?:\w+_)?(?:board|list|card|label|checklist|item|comment|attachment|event|share|request)")
_BOARD_VERBS = {LOOKS: "see", WORKS: "edit", RULES: "edit_board"}
_WORKSPACE_VERBS = {LOOKS: "see_workspace", WORKS: "create_board", RULES: "edit_workspace"}
_BLANK = re.compile(r"{\w+}")

# What a row does, where that is not plain from whom it asks for.
_VERBS = {
    "PUT /boards//archive": "archive_board",
    "DELETE /boards//archive": "archive_board",
    "DELETE /boards/": "delete_board",
    "PUT /boards//restoration": "restore_board",
    "GET /boards//access": "see_access",
    "GET /boards//access/": "see_access",
    "GET /boards//views/": "view_as",
    "GET /events//reversal": "read_event",
    "GET /boards//shares": "unshare_board",
    "POST /boards//shares": "share_board",
    "DELETE /shares/": "unshare_board",
    "PUT /cards//watch": "watch",
    "DELETE /cards//watch": "watch",
    "GET /cards//comments/new": "comment",
    "POST /cards//comments": "comment",
    "GET /comments//edit": "edit_comment",
    "PATCH /comments/": "edit_comment",
    "DELETE /comments/": "delete_comment",
    "POST /boards//members": "add_member",
    "PATCH /boards//members/": "add_member",
    "DELETE /boards//members/": "remove_member",
    "POST /boards//groups": "add_member",
    "PATCH /boards//groups/": "add_member",
    "DELETE /boards//groups/": "remove_member",
    "GET /boards//invitations/new": "add_member",
    "POST /boards//invitations": "add_member",
    "POST /boards//requests": "ask_to_join",
    "PUT /requests/": "add_member",
    "DELETE /requests/": "add_member",
    "GET /workspaces//members": "see_people",
    "PATCH /workspaces//members/": "add_workspace_member",
    "DELETE /workspaces//members/": "add_workspace_member",
    "GET /workspaces//groups": "see_people",
    "POST /workspaces//groups": "edit_groups",
    "GET /groups//edit": "edit_groups",
    "PATCH /groups/": "edit_groups",
    "PUT /groups//members": "edit_groups",
    "DELETE /groups/": "edit_groups",
    "GET /workspaces//invitations/new": "add_workspace_member",
    "POST /workspaces//invitations": "add_workspace_member",
    "PATCH /invitations/": "add_workspace_member",
    "DELETE /invitations/": "add_workspace_member",
}
# Verbs that ask for more than a role: of Ada's comment, of somebody to whom a board is open to read, and of an
# event, which whoever can bring a deleted board back may read still.
_OTHER_VERBS = {"edit_comment", "delete_comment", "ask_to_join", "read_event"}


class Person:
    """One of the ten: where they are in Ada's workspace, and on her boards."""

    def __init__(
        self, *, is_in: bool = True, workspace: str | None = None, board: str | None = None, away: str | None = None
    ) -> None:
        self.is_in = is_in
        self.workspace = workspace
        self.board = board
        self.away = away

    def role_on(self, row: Row) -> str | None:
        """Their role on the board that a row is about."""
        if "open_board" in row.named:
            return {"admin": "admin", "member": "observer"}.get(self.workspace or "")
        return self.away if _ELSEWHERE & set(row.named) else self.board


PEOPLE = {
    "stranger": Person(is_in=False),
    "link": Person(is_in=False),
    "gus": Person(workspace="guest"),
    "edgar": Person(workspace="guest", board="observer"),
    "grace": Person(workspace="member", board="member"),
    "bea": Person(workspace="member", board="admin", away="admin"),
    "wanda": Person(workspace="admin"),
    "eve": Person(),
    "dora": Person(is_in=False),
    "ida": Person(),
}


def about(row: Row) -> str:
    """Whose the things are that a row names. Raises LookupError where nothing says so: say it above."""
    if row.least in {ANYBODY, SOMEBODY, ADMIN}:
        return {ANYBODY: PUBLIC, SOMEBODY: ACCOUNT, ADMIN: SITE}[row.least]
    named = set(row.named)
    if row.path.startswith("/workspaces/"):
        return WORKSPACE
    if named & _OWN:
        return OWN
    if any(_ON_BOARD.fullmatch(name) for name in named):
        return BOARD
    if named & _OF_WORKSPACE:
        return WORKSPACE
    raise LookupError(f"{row}: whose is it?")


def verb_of(row: Row) -> str | None:
    """The verb of the table that a row asks for; None for what has none: what is for everybody, or one's own."""
    whose = about(row)
    if whose not in {WORKSPACE, BOARD}:
        return None
    path = _BLANK.sub("", row.path).partition("?")[0]
    usual = _BOARD_VERBS if whose == BOARD else _WORKSPACE_VERBS
    return _VERBS.get(f"{row.method} {path}", usual[row.least])


def has_policy(row: Row) -> bool:
    """Whether the table knows what a row does."""
    verb = verb_of(row)
    known = {WORKSPACE: set(WORKSPACE_VERBS), BOARD: {*BOARD_VERBS, *_OTHER_VERBS}}
    return verb is None or verb in known[about(row)]


def unused() -> set[str]:
    """What is said here of rows that are not there."""
    from tests.security.matrix import ROWS

    there = {f"{row.method} {_BLANK.sub('', row.path).partition('?')[0]}" for row in ROWS}
    return _VERBS.keys() - there


def verdict(row: Row, person: Person, name: str, state: str) -> str:
    """What becomes of a row that somebody asks for, in a state of the boards."""
    whose, verb = about(row), verb_of(row)
    if whose == PUBLIC:
        return ALLOWED
    if not person.is_in:
        return OUT
    if whose == ACCOUNT:
        return ALLOWED
    if whose == SITE:
        return ALLOWED if name == "ida" else HIDDEN
    if whose == OWN:
        # Ada's are hers; what says so of Grace is hers.
        return ALLOWED if row.least == WORKS and name == "grace" else HIDDEN
    if whose == WORKSPACE:
        if person.workspace is None:
            return HIDDEN
        return ALLOWED if may_in(person.workspace, verb or "") else REFUSED
    return _on_board(row, person, verb or "", state)


def _on_board(row: Row, person: Person, verb: str, state: str) -> str:
    role = person.role_on(row)
    if role is None:
        return HIDDEN
    if verb == "read_event":
        allowed = role_holds(role, "restore_board" if state == DELETED else "see", state)
    elif verb in _OTHER_VERBS:
        least = {"edit_comment": None, "delete_comment": "admin", "ask_to_join": "observer"}[verb]
        allowed = state == LIVE and role == least
    else:
        allowed = role_holds(role, verb, state)
    if allowed:
        return ALLOWED
    if state == DELETED:
        return HIDDEN
    # Whoever only looks has nothing of their own to take back.
    return EITHER if row.is_hidden else REFUSED
