"""The audit log: a chain that shows whatever was changed, left out or cut off (ASVS 16.4.2)."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.audit import FIRST, broken_lines, note
from kanban.models import Actor, AuditEntry, Setting
from kanban.support.db import db, transaction


@pytest.fixture
def lines(app: Flask, ada: Actor) -> int:
    """Ten lines and those of the world; how many there are."""
    for number in range(10):
        note(ada, "test.noted", ada.user, number=number, words=f"é {number}")
    assert broken_lines() == []
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def tamper(statement: Any) -> None:
    """What somebody does who can write to the database."""
    with db.engine.begin() as connection:
        connection.execute(statement)
    db.session.rollback()
    db.session.expire_all()


TABLE = AuditEntry.__table__


def test_lines_are_numbered_and_each_follows_the_one_before(lines: int) -> None:
    found = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [line.id for line in found] == list(range(1, lines + 1))
    assert [line.previous for line in found] == [FIRST, *(line.hash for line in found[:-1])]


@pytest.mark.parametrize(
    "changed",
    [
        {"actor_name": "Mallory"},
        {"actor_id": 99},
        {"action": "test.other"},
        {"subject_id": 99},
        {"subject_name": "Mallory"},
        {"subject_kind": "board"},
        {"detail": {"number": 4, "words": "other"}},
        {"address": "192.0.2.1"},
        {"request_id": "x"},
        {"hash": "f" * 64},
        {"previous": "f" * 64},
        {"at": sa.func.current_timestamp()},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_changed_line_is_found(lines: int, changed: dict[str, Any]) -> None:
    number = lines - 3
    tamper(sa.update(TABLE).where(TABLE.c.id == number).values(**changed))
    found = broken_lines()
    assert any(f"line {number}" in line for line in found), found


def test_a_line_that_is_missing_is_found(lines: int) -> None:
    tamper(sa.delete(TABLE).where(TABLE.c.id.in_([lines - 4, lines - 3])))
    assert broken_lines() == [f"audit: 2 lines are missing after line {lines - 5}"]


def test_a_beginning_that_is_missing_is_found(lines: int) -> None:
    tamper(sa.delete(TABLE).where(TABLE.c.id <= 2))
    assert broken_lines() == ["audit: 2 lines are missing after line 0"]


def test_a_cut_end_is_found(lines: int) -> None:
    tamper(sa.delete(TABLE).where(TABLE.c.id > lines - 2))
    assert broken_lines() == [f"audit: the log ends with line {lines - 2}, and should with line {lines}"]


def test_an_emptied_log_is_found(lines: int) -> None:
    tamper(sa.delete(TABLE))
    assert broken_lines() == [f"audit: the log ends with line 0, and should with line {lines}"]


def test_a_log_whose_end_nobody_knows_is_found(lines: int) -> None:
    tamper(sa.delete(Setting.__table__).where(Setting.__table__.c.name == "audit_head"))
    assert broken_lines() == ["audit: what tells the end of the log is gone"]


def test_lines_that_have_changed_places_are_found(lines: int) -> None:
    tamper(sa.update(TABLE).where(TABLE.c.id == lines).values(id=lines + 5))
    tamper(sa.update(TABLE).where(TABLE.c.id == lines - 1).values(id=lines))
    tamper(sa.update(TABLE).where(TABLE.c.id == lines + 5).values(id=lines - 1))
    assert len(broken_lines()) >= 3


def test_what_is_refused_leaves_no_line_and_no_gap(lines: int, ada: Actor) -> None:
    def fail() -> None:
        with transaction():
            note(ada, "test.noted")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    note(ada, "test.noted")
    assert broken_lines() == []
    assert db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) == lines + 1


def test_twenty_writers_keep_the_chain(app: Flask, ada: Actor, lines: int) -> None:
    together = threading.Barrier(20)
    faults: list[Exception] = []

    def write(number: int) -> None:
        with app.app_context():
            together.wait()
            try:
                for each in range(5):
                    note(None, "test.parallel", number=number, each=each)
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    db.session.rollback()
    assert broken_lines() == []
    assert db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) == lines + 100


def test_flask_check_says_so(app: Flask, lines: int, run: Callable[[], Any]) -> None:
    assert run().exit_code == 0
    tamper(sa.update(TABLE).where(TABLE.c.id == 1).values(address="192.0.2.1"))
    told = run()
    assert told.exit_code == 1
    assert "audit: line 1 was changed" in told.output


@pytest.fixture
def run(app: Flask) -> Callable[[], Any]:
    return lambda: app.test_cli_runner().invoke(args=["check"])


def test_a_name_with_line_ends_and_colours_stays_one_line(app: Flask, ada: Actor) -> None:
    """ASVS 16.4.1: whatever is called so cannot make lines up."""
    name = "x\n2026-01-01 fake\x1b[31m"
    entry = note(ada, "test.named", type("Named", (), {"id": 1, "name": name, "kind": "user"})())
    assert "\n" not in entry.subject_name
    assert "\x1b" not in entry.subject_name
    assert broken_lines() == []
