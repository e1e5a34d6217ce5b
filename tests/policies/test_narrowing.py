"""What else gives a role, and what narrows it: groups, tokens, a second factor, links, the site."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from kanban.actions.accounts import create_account
from kanban.actions.boards import archive_board
from kanban.actions.comments import create_comment
from kanban.actions.shares import share_board
from kanban.actions.transfers import upload_import
from kanban.models import (
    Actor,
    Board,
    BoardGroup,
    Card,
    Comment,
    Group,
    GroupMember,
    LinkReader,
    User,
    Workspace,
)
from kanban.policies import (
    BOARD_VERBS,
    LINK_VERBS,
    WORKSPACE_VERBS,
    allow,
    allow_site,
    forget_roles,
    highest,
    lacks_factor,
    link_may,
    may,
    role_column,
    role_in,
    role_on,
    scope_of,
    verbs_of,
    verbs_on,
    visible_boards,
)
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Forbidden, NotFound
from tests.world import PASSWORD, one

READ, WRITE, ALL = (frozenset(scopes) for scopes in (["read"], ["read", "write"], ["read", "write", "admin"]))


def _put(model: type, **values: object) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.insert(model.__table__).values(**values))
    _anew()


def _set(model: type, id_: int, **values: object) -> None:
    table = model.__table__
    with db.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == id_).values(**values))
    _anew()


def _anew() -> None:
    db.session.rollback()
    db.session.expire_all()
    forget_roles()


def _in_group(actor: Actor, board: Board, id_: int, role: str) -> None:
    _put(Group, id=id_, workspace_id=board.workspace_id, name=f"Group {id_}")
    _put(GroupMember, group_id=id_, user_id=actor.id)
    _put(BoardGroup, board_id=board.id, group_id=id_, role=role)


def test_the_highest_of_all_groups_counts(edgar: Actor, eve: Actor, launch: Board) -> None:
    _in_group(eve, launch, 1, "observer")
    assert role_on(eve, launch) == "observer"
    _in_group(eve, launch, 2, "admin")
    _in_group(edgar, launch, 3, "member")
    assert (role_on(eve, launch), role_on(edgar, launch)) == ("admin", "member")
    assert launch.id in set(db.session.scalars(visible_boards(eve.id)))
    _set(Group, 2, deleted_at=now())
    assert role_on(eve, launch) == "observer"
    _set(Group, 1, deleted_at=now())
    assert role_on(eve, launch) is None
    assert launch.id not in set(db.session.scalars(visible_boards(eve.id)))


def test_an_open_board_gives_its_workspace_what_it_says(grace: Actor, launch: Board) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM board_members"))
    _set(Board, launch.id, visibility="workspace", workspace_role="observer")
    assert role_on(grace, launch) == "observer"
    _set(Board, launch.id, workspace_role="member")
    assert role_on(grace, launch) == "member"


@pytest.mark.parametrize(("scopes", "has"), [(READ, "read"), (WRITE, "write"), (ALL, "admin"), (frozenset(), "none")])
def test_a_token_narrows_to_its_scopes(
    ada: Actor, launch: Board, workspace: Workspace, report: Card, scopes: frozenset[str], has: str
) -> None:
    create_comment(ada, report, "Hello.")
    comment = one(Comment)
    transfer = upload_import(ada, workspace, path="x", filename="x.json", size=1)
    token = replace(ada, via="api", scopes=scopes)
    assert role_on(token, launch) == "admin"
    for verb in BOARD_VERBS:
        assert may(token, verb, launch) == verbs_on(token, launch)[verb] == (scope_of(verb) in scopes), verb
    for verb in WORKSPACE_VERBS:
        assert may(token, verb, workspace) == (scope_of(verb) in scopes), verb
    assert may(token, "edit_comment", comment) == may(token, "see", transfer) == ("write" in scopes)
    if has == "read":
        with pytest.raises(Forbidden):
            allow(token, "edit", launch)


def test_a_scope_that_reads_changes_nothing() -> None:
    """CVE-2026-33312, CVE-2026-40103: what a verb does counts, not who may do it."""
    verbs = [*BOARD_VERBS, *WORKSPACE_VERBS]
    assert {verb for verb in verbs if scope_of(verb) == "read"} == {"see", "see_workspace", "see_people"}


def test_a_token_never_adds_anything(edgar: Actor, eve: Actor, launch: Board) -> None:
    for actor in (edgar, eve):
        token = replace(actor, via="api", scopes=ALL)
        assert verbs_on(token, launch) == verbs_on(actor, launch)


def test_a_token_for_one_board_opens_no_other_and_no_workspace(
    ada: Actor, launch: Board, garden: Board, workspace: Workspace
) -> None:
    token = replace(ada, via="api", scopes=ALL, only_board_id=launch.id)
    assert (role_on(token, launch), role_on(token, garden)) == ("admin", None)
    assert role_in(token, workspace) is None
    with pytest.raises(NotFound):
        allow(token, "see_workspace", workspace)
    with pytest.raises(NotFound):
        allow(token, "see", garden)
    transfer = upload_import(ada, workspace, path="x", filename="x.json", size=1)
    assert not may(token, "see", transfer)


def test_a_workspace_can_ask_for_a_second_factor(grace: Actor, launch: Board, workspace: Workspace) -> None:
    _set(Workspace, workspace.id, requires_factor=True)
    column = db.session.scalar(sa.select(role_column(grace.id)).where(Board.id == launch.id))
    assert lacks_factor(grace, column)
    assert role_on(grace, launch) is None
    forget_roles()
    assert role_on(replace(grace, has_factor=True), launch) == "member"
    forget_roles()
    # A command and a job act for somebody who has proved nothing to them.
    assert role_on(replace(grace, via="job"), launch) == "member"
    assert not lacks_factor(grace, None)


def test_observers_comment_where_the_board_says_so(edgar: Actor, ada: Actor, launch: Board, report: Card) -> None:
    assert not may(edgar, "comment", report)
    _set(Board, launch.id, observers_comment=True)
    assert may(edgar, "comment", report)
    assert not may(edgar, "edit", report)
    create_comment(edgar, report, "So I read.")
    comment = one(Comment)
    assert may(edgar, "edit_comment", comment)
    assert may(edgar, "delete_comment", comment)
    archive_board(ada, launch)
    assert not may(edgar, "comment", report)


def test_an_admin_of_the_site_sees_no_board_by_being_one(launch: Board, workspace: Workspace) -> None:
    root = Actor(create_account("Ida Root", "ida@example.org", PASSWORD, is_admin=True))
    assert (role_on(root, launch), role_in(root, workspace)) == (None, None)
    assert launch.id not in set(db.session.scalars(visible_boards(root.id)))


def test_the_console_is_for_admins_of_the_site(ada: Actor, launch: Board) -> None:
    root = Actor(create_account("Ida Root", "ida@example.org", PASSWORD, is_admin=True))
    allow_site(root)
    allow_site(replace(root, scopes=ALL))
    for other in (ada, replace(root, scopes=WRITE), replace(root, scopes=ALL, only_board_id=launch.id)):
        with pytest.raises(NotFound):
            allow_site(other)
    _set(User, root.id, disabled_at=now())
    with pytest.raises(NotFound):
        allow_site(root)


def test_the_holder_of_a_link_only_sees(ada: Actor, launch: Board, garden: Board, report: Card) -> None:
    link, _secret = share_board(ada, launch)
    reader = LinkReader(link)
    assert {verb for verb in BOARD_VERBS if link_may(reader, verb, report)} == set(LINK_VERBS) == {"see"}
    assert not link_may(reader, "see", garden)
    _set(Board, launch.id, importing_at=now())
    assert not link_may(reader, "see", launch)
    _set(Board, launch.id, importing_at=None, archived_at=now())
    assert not link_may(reader, "see", launch)
    _set(Board, launch.id, deleted_at=now())
    assert not link_may(reader, "see", launch)


def test_the_highest_role_counts(launch: Board) -> None:
    assert highest(["observer", None, "admin", "member"]) == "admin"
    assert highest([None]) is highest([]) is None
    assert not any(verbs_of(None, launch).values())
