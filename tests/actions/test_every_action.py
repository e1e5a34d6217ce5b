"""What holds for every action: who may, what is written down, and that it can be taken back."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.boards import archive_board, delete_board
from kanban.actions.events import undo
from kanban.models import KINDS, Actor, BoardMember, Event, Outbox, User, WorkspaceMember
from kanban.models.events import ACTIONS
from kanban.support.db import db
from kanban.support.errors import Conflict, Forbidden, NotFound
from tests.actions.deeds import DEEDS, build_furnished_world, launch, person, state, workspace
from tests.world import Events, change_role, lay_out, one

pytestmark = pytest.mark.usefixtures("world")

# Who belongs where: no undo changes that.
OF_WORKSPACE_MEMBERS = frozenset(
    {"add_workspace_member", "set_workspace_role", "remove_workspace_member", "leave_workspace", "set_group_members"}
)
OF_BOARD_MEMBERS = frozenset(
    {
        "add_board_member",
        "set_board_role",
        "remove_board_member",
        "leave_board",
        "add_board_group",
        "remove_board_group",
    }
)
NEVER_UNDONE = OF_WORKSPACE_MEMBERS | OF_BOARD_MEMBERS
FOR_OBSERVERS = frozenset({"watch_card", "leave_workspace", "leave_board"})
FOR_ADMINS = frozenset(name for name, deed in DEEDS.items() if deed.by == "ada")
# Not done to the board Launch.
ELSEWHERE = frozenset(
    {"create_board", "reopen_board", "restore_board", "rename_workspace", "create_sample"}
    | {"create_group", "rename_group", "delete_group"}
    | OF_WORKSPACE_MEMBERS
)
WHEN_ARCHIVED = frozenset(
    {"archive_board", "delete_board", "watch_card", "remove_board_member", "leave_board", "remove_board_group"}
)
_TABLES = "|".join(model.__table__.name for model in KINDS.values())
_WRITE = re.compile(rf"(INSERT INTO|UPDATE|DELETE FROM) ({_TABLES})\b")
_COUNTS = re.compile(r"UPDATE \w+ SET seq=")


@pytest.fixture
def world(app: Flask) -> None:
    lay_out(build_furnished_world)


def each(*, but: frozenset[str] = frozenset(), of: frozenset[str] = frozenset(DEEDS)) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", [name for name in DEEDS if name in of - but])


def do(name: str, actor: Actor | None = None) -> Event:
    return DEEDS[name].does(actor or person(DEEDS[name].by))


@each()
def test_it_is_one_event_whose_effects_are_to_come(name: str, events: Events) -> None:
    actor = person(DEEDS[name].by)
    event = do(name, actor)
    assert [each for each in events if each.cause_id is None] == [event]
    assert event.action == DEEDS[name].action
    assert event.action in ACTIONS
    assert (event.actor_id, event.via) == (actor.id, "web")
    assert event.detail
    assert db.session.get(Outbox, event.id) is not None


@each()
def test_it_writes_rows_that_make_history_only_while_it_records(name: str) -> None:
    """The guard sees what passes the session; this sees every statement that reaches the database."""
    actor = person(DEEDS[name].by)
    unseen: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _WRITE.match(statement) and not db.session().info.get("recordings"):
            unseen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", look)
    try:
        do(name, actor)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", look)
    # A number of the log that was not used is given back when the recording has ended.
    assert [each for each in unseen if not _COUNTS.match(each)] == []


@each()
def test_an_outsider_finds_nothing(name: str, eve: Actor, events: Events) -> None:
    before = state()
    with pytest.raises(NotFound):
        do(name, eve)
    assert not events
    assert state() == before


@each(but=FOR_OBSERVERS)
def test_an_observer_changes_nothing(name: str, edgar: Actor, events: Events) -> None:
    before = state()
    with pytest.raises(NotFound if name == "restore_board" else Forbidden):
        do(name, edgar)
    assert not events
    assert state() == before


@each(of=FOR_OBSERVERS)
def test_an_observer_may_this(name: str, edgar: Actor) -> None:
    assert do(name, edgar).actor_id == edgar.id


@each(of=FOR_ADMINS)
def test_a_member_may_not_what_is_for_admins(name: str, grace: Actor, events: Events) -> None:
    with pytest.raises(NotFound if name == "restore_board" else Forbidden):
        do(name, grace)
    assert not events


@each(but=ELSEWHERE | WHEN_ARCHIVED)
def test_an_archived_board_keeps_still(name: str, ada: Actor) -> None:
    archive_board(ada, launch())
    events = Events()
    with pytest.raises(Forbidden, match="archived"):
        do(name)
    assert not events


@each(but=ELSEWHERE)
def test_a_deleted_board_is_not_there(name: str, ada: Actor) -> None:
    delete_board(ada, launch())
    events = Events()
    with pytest.raises(NotFound):
        do(name)
    assert not events


@each(but=NEVER_UNDONE)
def test_its_undo_puts_everything_back_and_its_redo_does_it_again(name: str) -> None:
    before = state()
    event = do(name)
    after = state()
    assert after != before

    undone = _undo_in_a_new_session(name, event)
    assert state() == before
    redone = _undo_in_a_new_session(name, undone)
    assert state() == after
    undone_again = _undo_in_a_new_session(name, redone)
    assert state() == before

    chain = (event, undone, redone, undone_again)
    assert [link.depth for link in chain] == [0, 1, 2, 3]
    assert [link.is_undo for link in chain] == [False, True, False, True]
    assert [link.is_redo for link in chain] == [False, False, True, False]
    assert {link.root_id for link in chain[1:]} == {event.id}
    assert {link.action for link in chain} == {event.action}
    assert {(link.subject_kind, link.subject_id, link.card_id) for link in chain} == {
        (event.subject_kind, event.subject_id, event.card_id)
    }


@each(but=NEVER_UNDONE)
def test_it_is_undone_once(name: str) -> None:
    event = do(name)
    undo(person(DEEDS[name].by), event)
    events = Events()
    with pytest.raises(Conflict, match="undone already"):
        undo(person(DEEDS[name].by), event)
    assert not events


@each(of=NEVER_UNDONE)
def test_no_undo_changes_who_belongs_where(name: str, ada: Actor) -> None:
    event = do(name)
    events, before = Events(), state()
    with pytest.raises(Forbidden):
        undo(ada, event)
    assert not events
    assert state() == before


@each(but=FOR_ADMINS | FOR_OBSERVERS | ELSEWHERE)
def test_who_has_lost_the_role_cannot_undo_any_more_and_an_admin_can(name: str, ada: Actor, grace: Actor) -> None:
    event = do(name)
    change_role(one(BoardMember, board_id=launch().id, user_id=grace.id), "observer")
    events = Events()
    with pytest.raises(Forbidden):
        undo(grace, event)
    assert not events
    if name != "edit_comment":  # what Grace has written only she changes
        assert undo(ada, event).actor_id == ada.id


@each(but=NEVER_UNDONE)
def test_an_outsider_undoes_nothing(name: str, eve: Actor) -> None:
    event = do(name)
    events = Events()
    with pytest.raises(NotFound):
        undo(eve, event)
    assert not events


@each(of=frozenset({"create_board", "rename_workspace"}))
def test_who_has_left_the_workspace_cannot_undo_what_they_did_in_it(name: str) -> None:
    actor = person(DEEDS[name].by)
    event = do(name)
    for membership in db.session.query(BoardMember).filter_by(user_id=actor.id).all():
        change_role(membership, None)
    change_role(one(WorkspaceMember, workspace_id=workspace().id, user_id=actor.id), None)
    with pytest.raises(NotFound):
        undo(actor, event)


def _undo_in_a_new_session(name: str, event: Event) -> Event:
    """Undo as after a restart: nothing is left of the session that made the event."""
    user_id, event_id = person(DEEDS[name].by).id, event.id
    db.session.remove()
    return undo(Actor(db.session.get_one(User, user_id)), db.session.get_one(Event, event_id))
