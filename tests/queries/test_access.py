"""Why somebody can see a board: whatever was given to them, the reasons say what the policies say."""

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanban.models import (
    Actor,
    Board,
    BoardGroup,
    BoardMember,
    Group,
    GroupMember,
    Totp,
    User,
    Workspace,
    WorkspaceMember,
)
from kanban.models.boards import BOARD_ROLES, OPEN_ROLES, VISIBILITIES
from kanban.models.workspaces import WORKSPACE_ROLES
from kanban.policies import forget_roles, highest, role_on, verbs_of, visible_boards
from kanban.queries.access import Reason, board_as, people_around, reasons, reasons_for
from kanban.support.clock import now
from kanban.support.db import db

SOME = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Given:
    """All that can bear on whether somebody sees a board."""

    in_workspace: str | None
    named: str | None
    # The role of each group they are in, and whether the group was deleted.
    groups: tuple[tuple[str, bool], ...]
    visibility: str
    open_role: str
    asks_factor: bool
    has_factor: bool
    is_disabled: bool
    is_importing: bool


givens = st.builds(
    Given,
    in_workspace=st.none() | st.sampled_from(WORKSPACE_ROLES),
    named=st.none() | st.sampled_from(BOARD_ROLES),
    groups=st.lists(st.tuples(st.sampled_from(BOARD_ROLES), st.booleans()), max_size=2).map(tuple),
    visibility=st.sampled_from(VISIBILITIES),
    open_role=st.sampled_from(OPEN_ROLES),
    asks_factor=st.booleans(),
    has_factor=st.booleans(),
    # Most of the time nothing stands in the way.
    is_disabled=st.sampled_from([False] * 6 + [True]),
    is_importing=st.sampled_from([False] * 6 + [True]),
)


@SOME
@given(given_=givens)
def test_the_reasons_say_what_the_policies_say(eve: Actor, launch: Board, given_: Given) -> None:
    _give(eve.id, launch, given_)
    actor = Actor(db.session.get_one(User, eve.id), has_factor=given_.has_factor)
    role = role_on(actor, launch)
    access = reasons_for(actor.user, launch)
    assert (access.reasons == ()) == (role is None)
    assert access.role == role == highest(reason.role for reason in access.reasons)
    assert verbs_of(access.role, launch) == board_as(launch, access).may

    listed = {each.person.id: each for each in reasons(launch)}
    assert (eve.id in listed) == bool(access.given)
    if eve.id in listed:
        assert listed[eve.id] == access
    if not (given_.is_disabled or given_.asks_factor):
        seen = launch.id in set(db.session.scalars(visible_boards(eve.id)))
        assert seen == (role is not None)


def test_each_reason_is_told(ada: Actor, grace: Actor, eve: Actor, launch: Board) -> None:
    _give(eve.id, launch, Given("member", "observer", (("admin", False),), "workspace", "member", *[False] * 4))
    access = reasons_for(eve.user, launch)
    assert access.reasons == (
        Reason("group", "admin", "Group 0"),
        Reason("named", "observer"),
        Reason("workspace", "member", "member"),
    )
    assert [each.person.name for each in reasons(launch)] == [
        "Ada Lovelace",
        "Edgar Codd",
        "Eve Outside",
        "Grace Hopper",
    ]
    assert reasons_for(ada.user, launch).reasons == (
        Reason("named", "admin"),
        Reason("workspace", "admin", "owner"),
    )


@pytest.mark.parametrize(
    ("hindrance", "more"),
    [("disabled", {"is_disabled": True}), ("factor", {"asks_factor": True}), ("importing", {"is_importing": True})],
)
def test_what_stands_in_the_way_is_told(eve: Actor, launch: Board, hindrance: str, more: dict[str, bool]) -> None:
    nothing = dict.fromkeys(("asks_factor", "has_factor", "is_disabled", "is_importing"), False)
    _give(eve.id, launch, Given(None, "member", (), "private", "member", **{**nothing, **more}))
    access = reasons_for(db.session.get_one(User, eve.id), launch)
    assert (access.role, access.reasons, access.hindrance) == (None, (), hindrance)
    assert access.given == (Reason("named", "member"),)
    assert reasons(launch)[-1].hindrance == hindrance


def test_only_people_of_the_board_and_its_workspace_are_found(ada: Actor, eve: Actor, launch: Board) -> None:
    assert [each.person.name for each in people_around(launch, "e")] == ["Ada Lovelace", "Edgar Codd", "Grace Hopper"]
    assert [each.person.name for each in people_around(launch, "GRACE@example.org")] == ["Grace Hopper"]
    assert people_around(launch, "example.org") == []
    assert people_around(launch, "eve@example.org") == []


def _give(user_id: int, board: Board, given_: Given) -> None:
    """Have this and nothing else hold for somebody and the board."""
    with db.engine.begin() as connection:

        def put(model: Any, **values: Any) -> None:
            connection.execute(sa.insert(model.__table__).values(**values))

        for model in (GroupMember, BoardMember, WorkspaceMember, Totp):
            table = model.__table__
            where = table.c.user_id == user_id
            if model is WorkspaceMember:
                where &= table.c.workspace_id == board.workspace_id
            connection.execute(sa.delete(table).where(where))
        for model in (BoardGroup, Group):
            connection.execute(sa.delete(model.__table__))
        if given_.in_workspace:
            put(WorkspaceMember, workspace_id=board.workspace_id, user_id=user_id, role=given_.in_workspace)
        if given_.named:
            put(BoardMember, board_id=board.id, user_id=user_id, role=given_.named)
        for n, (role, is_deleted) in enumerate(given_.groups):
            deleted_at = now() if is_deleted else None
            put(Group, id=n + 1, workspace_id=board.workspace_id, name=f"Group {n}", deleted_at=deleted_at)
            put(GroupMember, group_id=n + 1, user_id=user_id)
            put(BoardGroup, board_id=board.id, group_id=n + 1, role=role)
        if given_.has_factor:
            put(Totp, user_id=user_id, sealed="x")
        for table, id_, values in (
            (
                Board.__table__,
                board.id,
                {
                    "visibility": given_.visibility,
                    "workspace_role": given_.open_role,
                    "importing_at": now() if given_.is_importing else None,
                },
            ),
            (Workspace.__table__, board.workspace_id, {"requires_factor": given_.asks_factor}),
            (User.__table__, user_id, {"disabled_at": now() if given_.is_disabled else None}),
        ):
            connection.execute(sa.update(table).where(table.c.id == id_).values(**values))
    db.session.rollback()
    db.session.expire_all()
    forget_roles()
