"""Ten actors × every route × every state of the boards it is about: what becomes of each is what policies.py says.

WSTG-ATHZ-02 and WSTG-ATHZ-04; API1 and API5 of the OWASP API top ten.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kanban.models import Board
from kanban.policies import ARCHIVED, DELETED, LIVE
from kanban.support.clock import now
from kanban.support.db import db
from tests.security.matrix import ROWS, Row
from tests.security.scene import IDA, Scene, appoint, everything, secrets
from tests.security.test_authorization_matrix import send
from tests.security.verdicts import (
    ACCOUNT,
    ALLOWED,
    BOARD,
    EITHER,
    HIDDEN,
    OUT,
    PEOPLE,
    PUBLIC,
    REFUSED,
    about,
    has_policy,
    unused,
    verdict,
)
from tests.web.conftest import Browser

STATES = (LIVE, ARCHIVED, DELETED)
# So many rows are asked for before the whole database is looked at.
_AT_ONCE = 10
# It was done, or it is theirs to do and there is nothing to be done.
_DONE = {200, 303, 409}
_STATUSES = {REFUSED: {403}, HIDDEN: {404}, EITHER: {403, 404}}
Ask = Callable[[str], Browser]


def test_v8_2_1_every_route_has_a_policy() -> None:
    assert [str(row) for row in ROWS if not has_policy(row)] == []
    assert unused() == set()


@pytest.mark.parametrize("state", STATES)
def test_v8_2_3_whoever_may_not_is_refused_and_changes_nothing(scene: Scene, people: Ask, state: str) -> None:
    ask = _everybody(scene, people)
    _put(scene, state)
    by_script = state == ARCHIVED
    faults, before, rows = [], everything(), _rows(state)
    for n, row in enumerate(rows):
        for name, person in PEOPLE.items():
            expected = verdict(row, person, name, state)
            if expected == ALLOWED and not row.is_safe:
                continue
            answer = send(ask(name), row, scene.hers, htmx=by_script)
            if not _is(answer, expected, by_script):
                faults.append(f"{row}: {answer.status_code} for {name}, who is {expected}")
        if n % _AT_ONCE == _AT_ONCE - 1 or row == rows[-1]:
            after = everything()
            if after != before:
                faults.append(f"{rows[n // _AT_ONCE * _AT_ONCE]} to {row}: one was refused, and has changed something")
                before = after
    assert faults == []


@pytest.mark.parametrize("name", ["grace", "bea", "wanda", "edgar", "gus", "ida"])
def test_v8_2_2_whoever_may_is_not_refused(scene: Scene, people: Ask, name: str) -> None:
    for state in STATES:
        _again(scene, state)
        faults = []
        for row in _allowed(name, state):
            status = _status(scene, people, name, row, state)
            if status not in _DONE:
                faults.append(f"{row}: {status}")
        assert faults == [], f"{name}, {state}"


def _rows(state: str) -> list[Row]:
    """Those of boards in each state; the others, on which the state bears not, by a form and by a script."""
    return [row for row in ROWS if about(row) != PUBLIC and (state != DELETED or about(row) == BOARD)]


def _allowed(name: str, state: str) -> list[Row]:
    return [
        row
        for row in _rows(state)
        if not row.is_safe and about(row) != ACCOUNT and verdict(row, PEOPLE[name], name, state) == ALLOWED
    ]


def _status(scene: Scene, people: Ask, name: str, row: Row, state: str) -> int:
    """How it is answered; once more on the scene as it was at first, where something done before stands in its way."""
    answer = send(people(name), row, scene.hers)
    if answer.status_code not in _DONE:
        _again(scene, state)
        answer = send(people(name), row, scene.hers)
    assert not (answer.location or "").startswith("/session/"), str(row)
    return answer.status_code


def _again(scene: Scene, state: str) -> None:
    scene.lay_out()
    scene.hers.update(secrets())
    _put(scene, state)


def _put(scene: Scene, state: str) -> None:
    """Have the boards of the scene be in this state, but for what was deleted already; Ida looks after the site."""
    appoint(IDA)
    if state == LIVE:
        return
    boards = Board.__table__
    column = {ARCHIVED: boards.c.archived_at, DELETED: boards.c.deleted_at}[state]
    with db.engine.begin() as connection:
        still = boards.c.deleted_at.is_(None), column.is_(None)
        connection.execute(sa.update(boards).where(*still).values({column.name: now()}))
    db.session.rollback()
    db.session.expire_all()


def _everybody(scene: Scene, people: Ask) -> Ask:
    """The ten; whoever holds a link has just read what it shows."""
    path = f"/shared/{scene.hers['share_secret']}"

    def browser(name: str) -> Browser:
        if name != "link":
            return people(name)
        found = people("link")
        found.client.environ_base["HTTP_REFERER"] = f"http://localhost{path}"
        return found

    assert browser("link").get(path).status_code == 200
    return browser


def _is(answer: Any, expected: str, by_script: bool) -> bool:
    location = answer.location or ""
    if expected == OUT:
        if by_script:
            return (answer.status_code, answer.text) == (401, "")
        return answer.status_code == 303 and location.startswith("/session/new")
    if expected == ALLOWED:
        return answer.status_code in {200, 303} and not location.startswith("/session/new")
    return answer.status_code in _STATUSES[expected]
