"""Who may do what: the whole table, role by verb by state, and where roles come from."""

import itertools

import pytest
import sqlalchemy as sa

from kanban.actions.accounts import create_account
from kanban.actions.boards import archive_board, create_board, delete_board, edit_board
from kanban.actions.comments import create_comment
from kanban.actions.members import add_board_member, add_workspace_member
from kanban.actions.transfers import upload_import
from kanban.models import Actor, Board, BoardMember, Card, Comment, User, Workspace, WorkspaceMember
from kanban.policies import (
    BOARD_VERBS,
    WORKSPACE_VERBS,
    allow,
    forget_roles,
    may,
    may_in,
    remember_role,
    role_column,
    role_from,
    role_in,
    role_on,
    verbs_on,
    visible_boards,
)
from kanban.support.db import db, memo
from kanban.support.errors import Forbidden, NotFound
from tests.world import PASSWORD, one

# Verbs by role and state: what the documentation promises. An admin may all that a member may, and so on.
OBSERVERS, MEMBERS, ADMINS = (
    {"live": {"see", "watch"}, "archived": {"see", "watch"}, "deleted": set()},
    {"live": {"see", "watch", "comment", "edit"}, "archived": {"see", "watch"}, "deleted": set()},
    {
        "live": set(BOARD_VERBS),
        "archived": {
            *("see", "watch", "archive_board", "delete_board", "restore_board"),
            *("remove_member", "unshare_board", "see_access", "view_as"),
        },
        "deleted": {"restore_board"},
    },
)
PROMISED: dict[str | None, dict[str, set[str]]] = {
    None: {"live": set(), "archived": set(), "deleted": set()},
    "observer": OBSERVERS,
    "member": MEMBERS,
    "admin": ADMINS,
}
PEOPLE = {"ada": "admin", "grace": "member", "edgar": "observer", "eve": None}


@pytest.mark.parametrize(("name", "state"), list(itertools.product(PEOPLE, ["live", "archived", "deleted"])))
def test_the_table(ada: Actor, launch: Board, report: Card, name: str, state: str) -> None:
    if state == "archived":
        archive_board(ada, launch)
    if state == "deleted":
        delete_board(ada, launch)
    actor, role = Actor(one(User, email=f"{name}@example.org")), PEOPLE[name]
    assert role_on(actor, launch) == role
    promised = PROMISED[role][state]
    assert {verb for verb, allowed in verbs_on(actor, launch).items() if allowed} == promised
    for verb in BOARD_VERBS:
        # What is on a board is as the board.
        assert may(actor, verb, launch) == may(actor, verb, report) == (verb in promised)
        if verb in promised:
            allow(actor, verb, report)
            continue
        with pytest.raises(Forbidden if role is not None and state != "deleted" else NotFound):
            allow(actor, verb, report)


@pytest.mark.parametrize(
    ("role", "promised"),
    [
        (None, set()),
        ("guest", {"see_workspace", "leave_workspace"}),
        ("member", {"see_workspace", "create_board", "see_people", "leave_workspace"}),
        ("admin", set(WORKSPACE_VERBS) - {"add_owner", "delete_workspace"}),
        ("owner", set(WORKSPACE_VERBS)),
    ],
)
def test_the_table_of_workspaces(
    ada: Actor, eve: Actor, workspace: Workspace, role: str | None, promised: set[str]
) -> None:
    if role is not None:
        add_workspace_member(ada, workspace, eve.user, role)
    assert role_in(eve, workspace) == role
    assert {verb for verb in WORKSPACE_VERBS if may(eve, verb, workspace)} == promised
    assert {verb for verb in WORKSPACE_VERBS if may_in(role, verb)} == promised
    for verb in WORKSPACE_VERBS.keys() - promised:
        with pytest.raises(NotFound if role is None else Forbidden):
            allow(eve, verb, workspace)


@pytest.mark.parametrize(
    ("in_workspace", "on_board", "open_to_all", "role"),
    [
        ("guest", None, True, None),
        ("guest", "member", True, "member"),
        ("member", None, True, "member"),
        ("member", None, False, None),
        ("member", "observer", True, "member"),
        ("member", "admin", True, "admin"),
        ("member", "observer", False, "observer"),
        ("admin", None, True, "admin"),
        ("admin", None, False, None),
        ("owner", "observer", True, "admin"),
        (None, "observer", True, "observer"),
        (None, None, True, None),
    ],
)
def test_the_better_of_two_roles_counts(
    ada: Actor,
    eve: Actor,
    workspace: Workspace,
    launch: Board,
    in_workspace: str | None,
    on_board: str | None,
    open_to_all: bool,
    role: str | None,
) -> None:
    if in_workspace:
        add_workspace_member(ada, workspace, eve.user, in_workspace)
    if on_board:
        add_board_member(ada, launch, eve.user, on_board)
    edit_board(ada, launch, visibility="workspace" if open_to_all else "private")
    assert role_on(eve, launch) == role
    column = db.session.scalar(sa.select(role_column(eve.id)).where(Board.id == launch.id))
    assert role_from(column, launch.visibility) == role
    assert (launch.id in set(db.session.scalars(visible_boards(eve.id)))) == (role is not None)


def test_visible_boards_are_those_one_has_a_role_on(
    ada: Actor, grace: Actor, workspace: Workspace, launch: Board
) -> None:
    for name, visibility in (("Open", "workspace"), ("Closed", "private"), ("Put away", "workspace")):
        create_board(ada, workspace, name, visibility=visibility)
    archive_board(ada, one(Board, name="Put away"))
    delete_board(ada, launch)
    assert _names(grace) == {"Open", "Put away"}
    assert _names(grace, include_deleted=True) == {"Open", "Put away", "Launch"}
    assert _names(ada) == {"Open", "Closed", "Put away"}


def test_a_board_that_is_being_imported_is_nobodys(ada: Actor, launch: Board) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE boards SET importing_at = created_at WHERE id = :id"), {"id": launch.id})
    db.session.rollback()
    db.session.expire_all()
    assert role_on(ada, launch) is None
    assert _names(ada) == _names(ada, include_deleted=True) == set()
    with pytest.raises(NotFound):
        allow(ada, "see", launch)


def test_somebody_disabled_has_no_role(ada: Actor, workspace: Workspace, launch: Board) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE users SET disabled_at = created_at WHERE id = :id"), {"id": ada.id})
    db.session.rollback()
    db.session.expire_all()
    assert role_on(ada, launch) is None
    assert role_in(ada, workspace) is None


def test_a_deleted_workspace_is_nobodys(ada: Actor, workspace: Workspace) -> None:
    with db.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE workspaces SET deleted_at = created_at WHERE id = :id"), {"id": workspace.id}
        )
    db.session.rollback()
    db.session.expire_all()
    assert role_in(ada, workspace) is None


def test_a_comment_is_changed_by_its_author_and_taken_away_by_an_admin_too(
    ada: Actor, grace: Actor, edgar: Actor, launch: Board, report: Card
) -> None:
    create_comment(grace, report, "Hello.")
    comment = one(Comment)
    allowed = {
        actor.user.name: [verb for verb in ("edit_comment", "delete_comment") if may(actor, verb, comment)]
        for actor in (ada, grace, edgar)
    }
    assert allowed == {
        "Ada Lovelace": ["delete_comment"],
        "Grace Hopper": ["edit_comment", "delete_comment"],
        "Edgar Codd": [],
    }
    _set_role(launch, grace, "observer")
    assert not may(grace, "edit_comment", comment)
    _set_role(launch, grace, "member")
    archive_board(ada, launch)
    assert not may(grace, "edit_comment", comment)
    assert not may(ada, "delete_comment", comment)


def test_an_import_is_its_owners_alone(ada: Actor, grace: Actor, workspace: Workspace) -> None:
    transfer = upload_import(ada, workspace, path="x", filename="x.json", size=1)
    allow(ada, "see", transfer)
    with pytest.raises(NotFound):
        allow(grace, "see", transfer)


def test_a_role_is_read_once_a_transaction_and_anew_in_the_next(grace: Actor, launch: Board) -> None:
    assert role_on(grace, launch) == "member"
    with db.engine.begin() as connection:
        connection.execute(sa.delete(BoardMember.__table__).where(BoardMember.__table__.c.user_id == grace.id))
    assert role_on(grace, launch) == "member"
    db.session.rollback()
    forget_roles()
    assert role_on(grace, launch) is None


def test_what_a_lookup_has_read_is_not_read_again(grace: Actor, launch: Board) -> None:
    remember_role(grace, launch, "observer")
    assert role_on(grace, launch) == "observer"
    memo(db.session()).clear()
    assert role_on(grace, launch) == "member"


def test_an_account_alone_gives_no_role_anywhere(ada: Actor, launch: Board, workspace: Workspace) -> None:
    newcomer = Actor(create_account("New Comer", "new@example.org", PASSWORD))
    assert (role_on(newcomer, launch), role_in(newcomer, workspace)) == (None, None)
    assert one(WorkspaceMember, user_id=newcomer.id).role == "owner"


def _names(actor: Actor, *, include_deleted: bool = False) -> set[str]:
    ids = visible_boards(actor.id, include_deleted=include_deleted)
    return set(db.session.scalars(sa.select(Board.name).where(Board.id.in_(ids))))


def _set_role(board: Board, actor: Actor, role: str) -> None:
    with db.engine.begin() as connection:
        table = BoardMember.__table__
        where = sa.and_(table.c.board_id == board.id, table.c.user_id == actor.id)
        connection.execute(sa.update(table).where(where).values(role=role))
    db.session.rollback()
    forget_roles()
