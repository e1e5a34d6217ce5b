"""An import under way: killed, cancelled, taken up again, and never in anybody's sight before its end."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kanban.actions import staging
from kanban.actions.boards import create_board
from kanban.actions.members import add_workspace_member
from kanban.actions.transfers import (
    MOST_TRIES,
    Stopped,
    await_check,
    cancel_import,
    choose_board,
    claim_import,
    note_receipt,
    start_import,
    step,
)
from kanban.models import Assignment, Board, Card, Comment, Label, List, Transfer, User, WorkspaceMember
from kanban.policies import visible_boards
from kanban.queries.integrity import problems
from kanban.queries.transfers import counts_of
from kanban.support.clock import travel
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid
from kanban.transfer import imports
from kanban.transfer.imports import check_import, check_unattended, run_import, sweep_imports
from kanban.transfer.refusals import BadFile
from tests.transfer.exports import a_board, a_card, a_comment, a_list, a_member, object_id, write, write_export
from tests.transfer.importing import HOME, bring, checked, uploaded
from tests.transfer.test_bad_files import board_bytes, zipped

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import sys
from kanban.app import create_app
from kanban.transfer.imports import run_import
with create_app().app_context():
    run_import(int(sys.argv[1]), base_url="http://kanban.example")
"""


@contextmanager
def a_worker(environment, transfer):
    """Another process that runs an import."""
    command = [sys.executable, "-c", RUN, str(transfer.id)]
    worker = subprocess.Popen(command, env={**os.environ, **environment}, cwd=ROOT)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def until(true, worker):
    """Wait for what the other process does."""
    deadline = time.monotonic() + 120
    while not true():
        db.session.rollback()
        assert worker.poll() is None, "the worker ended before"
        assert time.monotonic() < deadline, "it took too long"


def reread(transfer):
    db.session.rollback()
    db.session.refresh(transfer)
    return transfer


def state(transfer):
    return reread(transfer).state


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.fixture
def large(ada, workspace, tmp_path):
    """An import that takes some seconds, ready to be run."""
    path = tmp_path / "large.json"
    write_export(path, cards=3_000, actions=4_000, description=100)
    transfer = checked(ada, workspace, path)
    start_import(ada, transfer)
    return transfer


@pytest.fixture
def small(ada, workspace, tmp_path):
    path = write(
        tmp_path / "b.json", a_board(members=[a_member(1, "Ann")], cards=[a_card(1, idMembers=[object_id(7, 1)])])
    )
    transfer = checked(ada, workspace, path)
    start_import(ada, transfer)
    return transfer


@pytest.fixture
def before(world):
    """How many rows there were."""
    return {model: count(model) for model in (Board, List, Card, Label, Comment, Assignment, User)}


def after():
    return {model: count(model) for model in (Board, List, Card, Label, Comment, Assignment, User)}


@pytest.mark.slow
def test_a_killed_import_starts_again_and_leaves_one_board(before, ada, large, environment):
    def has_cards():
        return db.session.scalar(sa.select(sa.func.count()).where(Card.board_id == reread(large).board_id)) > 500

    with a_worker(environment, large) as worker:
        until(has_cards, worker)
        staged = reread(large).board_id
        assert staged not in db.session.scalars(visible_boards(ada.id)).all()
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert state(large) == "running"
    taken = []
    sweep_imports(taken.append, taken.append)
    assert not taken, "it may still be alive"
    with travel(timedelta(seconds=31)):
        sweep_imports(taken.append, taken.append)
    assert taken == [large.id]
    assert after() == before
    run_import(large.id, base_url=HOME)
    assert state(large) == "done"
    assert counts_of(large) == large.receipt["counts"]
    assert count(Board) == before[Board] + 1
    assert not problems()


@pytest.mark.slow
def test_a_running_import_can_be_cancelled(before, ada, large, environment):
    with a_worker(environment, large) as worker:
        until(lambda: reread(large).board_id is not None, worker)
        cancel_import(ada, large)
        worker.wait(30)
    assert state(large) == "cancelled"
    assert after() == before


@pytest.mark.slow
def test_a_killed_import_that_was_cancelled_is_only_cleared_up(before, ada, large, environment):
    with a_worker(environment, large) as worker:
        until(lambda: reread(large).board_id is not None, worker)
        worker.kill()
        worker.wait()
    cancel_import(ada, large)
    with travel(timedelta(seconds=31)):
        sweep_imports(pytest.fail, pytest.fail)
    assert state(large) == "cancelled"
    assert after() == before


def test_after_three_tries_it_fails_and_leaves_nothing(before, ada, small, monkeypatch):
    monkeypatch.setattr(imports, "_run", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
    taken = [small.id]
    for _try in range(MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            run_import(taken.pop(), base_url=HOME)
        with travel(timedelta(seconds=31)):
            sweep_imports(taken.append, pytest.fail)
    assert not taken
    assert state(small) == "failed"
    assert "three times" in small.error
    assert after() == before


def test_what_breaks_on_our_side_is_said_and_leaves_nothing(before, small, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("no")

    monkeypatch.setattr(imports, "publish", broken)
    assert run_import(small.id, base_url=HOME) is None
    assert state(small) == "failed"
    assert "Nothing was imported" in small.error
    assert after() == before


def test_who_has_lost_the_right_meanwhile_imports_nothing(before, grace, ada, workspace, tmp_path):
    transfer = checked(grace, workspace, write(tmp_path / "b.json", a_board()))
    start_import(grace, transfer)
    with transaction() as session:
        session.execute(
            sa.delete(WorkspaceMember).where(WorkspaceMember.user_id == grace.id).execution_options(bulk_recorded=True)
        )
    run_import(transfer.id, base_url=HOME)
    assert state(transfer) == "failed"
    assert after() == before


def test_a_worker_that_was_taken_for_dead_writes_nothing_more(small):
    late = claim_import(small.id)
    db.session.expunge(late)
    with travel(timedelta(seconds=31)):
        sweep_imports(lambda _id: None, pytest.fail)
    assert claim_import(small.id).tries == 2
    with pytest.raises(Stopped), step(late):
        pytest.fail("it must not come this far")


def test_a_late_worker_leaves_the_newer_run_alone(small, monkeypatch):
    original = imports._run

    def slow(transfer, base_url):
        # Taken for dead and taken over, which this worker cannot know.
        with transaction() as session:
            session.execute(sa.update(Transfer).values(tries=2).execution_options(synchronize_session=False))
        return original(transfer, base_url)

    monkeypatch.setattr(imports, "_run", slow)
    assert run_import(small.id, base_url=HOME) is None
    assert (state(small), small.tries) == ("running", 2)


def test_an_import_is_run_once_however_often_it_is_asked_for(before, small):
    assert run_import(small.id, base_url=HOME)
    assert run_import(small.id, base_url=HOME) is None
    assert count(Board) == before[Board] + 1


def test_the_queue_may_lose_an_import(small):
    taken = []
    with travel(timedelta(seconds=31)):
        sweep_imports(taken.append, pytest.fail)
    assert taken == [small.id]


def test_a_file_that_is_gone_is_told(small):
    Path(small.path).unlink()
    run_import(small.id, base_url=HOME)
    assert "Upload it again" in reread(small).error


def test_the_uploaded_file_is_thrown_away_afterwards(ada, workspace, tmp_path):
    path = write(tmp_path / "b.json", a_board())
    transfer = uploaded(ada, workspace, path)
    check_import(transfer)
    start_import(ada, transfer)
    run_import(transfer.id, base_url=HOME)
    assert state(transfer) == "done"
    assert not path.exists()


def test_what_was_uploaded_and_left_is_thrown_away_after_a_week(ada, workspace, tmp_path):
    path = write(tmp_path / "b.json", a_board())
    transfer = uploaded(ada, workspace, path)
    check_import(transfer)
    with travel(timedelta(days=8)):
        sweep_imports(pytest.fail, pytest.fail)
    assert state(transfer) == "cancelled"
    assert not path.exists()


def test_what_killed_processes_left_among_the_uploads_is_cleared_away(world, tmp_path):
    old, new, kept = tmp_path / "import-1", tmp_path / "arriving-2", tmp_path / "0123456789abcdef"
    old.mkdir()
    for path in (old / "rows.sqlite", tmp_path / "arriving-1", new, kept):
        path.write_text("x")
    long_ago = time.time() - 2 * 24 * 3600
    for path in (old, tmp_path / "arriving-1", kept):
        os.utime(path, (long_ago, long_ago))
    sweep_imports(pytest.fail, pytest.fail, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [kept.name, new.name]


def test_a_cancelled_import_cannot_be_started(ada, workspace, tmp_path):
    transfer = checked(ada, workspace, write(tmp_path / "b.json", a_board()))
    cancel_import(ada, transfer)
    with pytest.raises(Conflict):
        start_import(ada, transfer)
    cancel_import(ada, transfer)
    assert state(transfer) == "cancelled"


def test_what_was_cancelled_while_it_waited_is_not_run(before, ada, small):
    cancel_import(ada, small)
    assert run_import(small.id, base_url=HOME) is None
    assert after() == before


# -- checking -------------------------------------------------------------------------


def test_a_large_file_is_checked_by_the_worker_and_again_if_that_dies(ada, workspace, tmp_path):
    transfer = uploaded(ada, workspace, write(tmp_path / "b.json", a_board()))
    await_check(transfer)
    taken = []
    with travel(timedelta(seconds=31)):
        sweep_imports(pytest.fail, taken.append)
    assert taken == [transfer.id]
    check_unattended(transfer.id)
    assert state(transfer) == "checked"
    check_unattended(transfer.id)
    assert state(transfer) == "checked"


def test_what_is_wrong_with_a_large_file_is_noted(ada, workspace, tmp_path):
    path = tmp_path / "b.json"
    path.write_text("{")
    transfer = uploaded(ada, workspace, path)
    check_unattended(transfer.id)
    assert state(transfer) == "failed"
    assert "ends too early" in transfer.error
    assert not path.exists()


def test_a_file_that_ends_its_reader_is_not_read_for_ever(ada, workspace, tmp_path, monkeypatch):
    transfer = uploaded(ada, workspace, write(tmp_path / "b.json", a_board()))
    monkeypatch.setattr(imports, "check_import", lambda _transfer: (_ for _ in ()).throw(KeyboardInterrupt))
    for _try in range(MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            check_unattended(transfer.id)
    check_unattended(transfer.id)
    assert state(transfer) == "failed"


def test_a_check_that_breaks_on_our_side_is_said(ada, workspace, tmp_path, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("no")

    transfer = uploaded(ada, workspace, write(tmp_path / "b.json", a_board()))
    monkeypatch.setattr(imports, "count", broken)
    check_unattended(transfer.id)
    assert "our side" in reread(transfer).error


def test_a_check_ends_when_it_is_cancelled(ada, workspace, tmp_path, monkeypatch):
    path = tmp_path / "b.json"
    write_export(path, cards=50, actions=5_000)
    transfer = uploaded(ada, workspace, path)
    monkeypatch.setattr(imports, "_BEAT_EVERY", 0)
    monkeypatch.setattr(imports.transfers, "begin_check", lambda transfer: cancel_import(ada, transfer) or True)
    check_unattended(transfer.id)
    assert state(transfer) == "cancelled"
    assert transfer.receipt is None


def test_what_was_cancelled_a_moment_ago_is_not_checked_after_all(ada, workspace, tmp_path):
    transfer = uploaded(ada, workspace, write(tmp_path / "board.json", a_board()))
    with transaction() as session:
        # The owner, in another process: what this one has in its hands is a little old.
        session.execute(sa.update(Transfer).values(state="cancelled").execution_options(synchronize_session=False))
    assert transfer.state == "uploaded"
    note_receipt(transfer, {"source_id": "", "counts": {}})
    assert state(transfer) == "cancelled"
    assert transfer.receipt is None


def test_of_several_boards_in_a_zip_one_is_chosen(ada, workspace, tmp_path):
    path = zipped(tmp_path, {"a.json": board_bytes(name="A"), "b.json": board_bytes(name="B", id=object_id(1, 9))})
    transfer = uploaded(ada, workspace, path, keep_file=True)
    assert not check_import(transfer)
    with pytest.raises(Invalid):
        choose_board(ada, transfer, "c.json")
    choose_board(ada, transfer, "b.json")
    assert check_import(transfer)
    assert transfer.receipt["counts"]["board_name"] == "B"
    start_import(ada, transfer)
    run_import(transfer.id, base_url=HOME)
    assert db.session.get(Board, reread(transfer).board_id).name == "B"
    with pytest.raises(Conflict):
        choose_board(ada, transfer, "a.json")


def test_a_board_larger_than_boards_are_is_refused_with_what_to_do(ada, workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(imports.limits, "CARDS", 1)
    with pytest.raises(BadFile, match="Archive some"):
        checked(ada, workspace, write(tmp_path / "b.json", a_board(cards=[a_card(1), a_card(2)])))
    monkeypatch.setattr(imports.limits, "LISTS", 1)
    with pytest.raises(BadFile, match="open lists"):
        checked(ada, workspace, write(tmp_path / "b.json", a_board(lists=[a_list(1), a_list(2)])))


# -- what is staged -------------------------------------------------------------------


def test_a_board_that_is_seen_is_never_cleared(ada, workspace, launch):
    staging.clear_staged(launch.id)
    staging.clear_staged(None)
    assert db.session.get(Board, launch.id, populate_existing=True) is not None


def test_placeholders_that_stand_on_another_board_outlive_a_cancelled_import(ada, workspace, tmp_path, monkeypatch):
    path = write(
        tmp_path / "b.json",
        a_board(
            members=[a_member(1, "Ann")], cards=[a_card(1, idMembers=[object_id(7, 1)])], actions=[a_comment(1, 1)]
        ),
    )
    bring(ada, workspace, path)
    people = count(User)

    def broken(*_args, **_kwargs):
        raise RuntimeError("no")

    monkeypatch.setattr(imports, "publish", broken)
    assert bring(ada, workspace, path, as_copy=True).state == "failed"
    assert count(User) == people
    assert count(Assignment) == 1


def test_an_update_that_breaks_off_goes_on_in_the_same_event(ada, workspace, tmp_path, monkeypatch):
    from kanban.transfer.trello import updating

    path = write(tmp_path / "b.json", a_board())
    board_id = bring(ada, workspace, path).board_id
    board = db.session.get(Board, board_id)
    write(
        path, a_board(cards=[a_card(number) for number in range(1, 8)], actions=[a_comment(n, n) for n in range(1, 8)])
    )
    transfer = checked(ada, workspace, path)
    start_import(ada, transfer, into=board)
    with monkeypatch.context() as patched:
        patched.setattr(updating.Updater, "_put_in_order", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_import(transfer.id, base_url=HOME)
    db.session.rollback()
    with travel(timedelta(seconds=31)):
        sweep_imports(lambda id_: run_import(id_, base_url=HOME), pytest.fail)
    assert state(transfer) == "done"
    assert db.session.scalar(sa.select(sa.func.count()).where(Card.board_id == board.id)) == 7
    assert db.session.scalar(sa.select(sa.func.count()).where(Comment.board_id == board.id)) == 7
    assert transfer.options["update"]["event"] == transfer.options["event"]


def test_a_guest_who_was_let_in_can_be_matched(ada, eve, workspace, launch, tmp_path):
    add_workspace_member(ada, workspace, eve.user)
    create_board(ada, workspace, "Another")
    transfer = checked(ada, workspace, write(tmp_path / "b.json", a_board(members=[a_member(1, "E")])))
    assert start_import(ada, transfer, matches={object_id(7, 1): eve.id, "nobody": eve.id})
    assert transfer.options["matches"] == {object_id(7, 1): eve.id}
