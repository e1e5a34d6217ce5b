"""Object and function level authorization, over every route there is (WSTG-ATHZ-02, WSTG-ATHZ-04).

CVE-2026-33312 and CVE-2026-40103: the right to read must not be one to delete on the same path.
AssignedBleed GHSA-f396-42fx-vr88: no view may forget a role.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from kanban.models import User
from kanban.web.states import _WAYS
from tests.keys import give_totp
from tests.security.matrix import ADMIN, ANYBODY, LOOKS, ROWS, RULES, SOMEBODY, WORKS, Row
from tests.security.scene import IDA, NOWHERE, Scene, Things, appoint, everything, key_for, secrets, upload
from tests.support.test_pictures import a_picture
from tests.web.conftest import Browser
from tests.world import one

# Nobody, and a member whose account was closed.
OUTSIDE = ("stranger", "dora")
ROLES = {"eve": SOMEBODY, "edgar": LOOKS, "grace": WORKS, "ada": RULES}
_ID = re.compile(r"{\w+}")
SCRIPT = {"HX-Request": "true"}
# Each answer has its own: they say nothing of what was asked for.
_VARIES = re.compile(r'(?:nonce="|csrf-token" content="|csrf_token" value="|"request_id":"|"once" value=")[\w.~-]+')


def send(browser: Browser, row: Row, things: Things, *, htmx: bool = False) -> TestResponse:
    """Have a browser send a row's request, as a form or as a script does."""
    path, fields = row.filled(things)
    data: dict[str, Any] = dict(fields)
    if row.method == "POST" and row.path == "/imports":
        data["file"] = upload()
    if (row.method, row.path) == ("PUT", "/account/avatar"):
        data["picture"] = a_picture(), "me.png"
    if row.method == "POST" and row.path.endswith(("/passkey", "/passkeys")):
        data["credential"] = _credential(browser, row.path)
    answer: TestResponse = browser.client.open(path, method=row.method, data=data, headers=SCRIPT if htmx else {})
    return answer


def test_v8_2_1_no_route_is_missing_from_the_matrix(app: Flask, scene: Scene) -> None:
    map_ = app.url_map.bind("localhost")
    listed = {
        (map_.match(row.filled(scene.hers)[0].partition("?")[0], method=row.method)[0], row.method) for row in ROWS
    }
    there = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        # Programs have a matrix of their own: test_api_matrix.py.
        if not rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == listed


def test_no_state_is_missing_from_the_matrix() -> None:
    """One rule stands for many addresses here."""
    listed = {f"{row.method} {_ID.sub('', row.path)}" for row in ROWS}
    for (kind, state), way in _WAYS.items():
        assert f"PUT /{kind}//{state}" in listed
        assert way.out is None or f"DELETE /{kind}//{state}" in listed


def test_v8_3_1_no_route_is_open_to_whom_it_is_not_for(scene: Scene, people: Callable[[str], Browser]) -> None:
    appoint(IDA)
    faults = []
    before = everything()
    for row in ROWS:
        for name, statuses in _refusals(row):
            for htmx in (False, True):
                answer = send(people(name), row, scene.hers, htmx=htmx)
                told = answer.text == "" if htmx else (answer.location or "").startswith("/session/new")
                if answer.status_code not in statuses[htmx] or (name in OUTSIDE and not told):
                    faults.append(f"{row}: {answer.status_code} for {name}{' by script' if htmx else ''}")
        after = everything()
        if after != before:
            faults.append(f"{row}: it was refused, and has changed something")
            before = after
    assert faults == []


def test_each_row_of_the_matrix_is_a_request_that_does_something(
    scene: Scene, people: Callable[[str], Browser]
) -> None:
    """Or its refusal would prove nothing: by whoever has just enough rights."""
    faults = []
    for row in ROWS:
        if not _does_what_it_is_for(row, scene, people):
            # What was done before may stand in its way.
            scene.lay_out()
            scene.hers.update(secrets())
            if not _does_what_it_is_for(row, scene, people):
                faults.append(str(row))
    assert faults == []


def test_v8_4_1_what_is_foreign_answers_as_what_is_not_there(scene: Scene, people: Callable[[str], Browser]) -> None:
    """Every id in an address or a form, one after the other, while all others are Eve's own.

    CVE-2026-33678, CVE-2026-33313: a child that is looked up by its own id alone.
    PurgeBleed, PassBleed GHSA-6p5m-f9p2-wqm5: the parent in the address is checked, the child is not.
    CVE-2026-28736, CVE-2026-3473, CVE-2025-9081: the id alone opens.
    CVE-2023-33968, CVE-2023-33970, CVE-2026-46558, BoardBleed CVE-2026-55234: the other end is not checked.
    """
    eve = people("eve")
    # The first page of a session sets its cookie.
    assert eve.get("/").status_code == 200
    faults, asked = [], 0
    before = everything()
    for row in ROWS:
        for name in dict.fromkeys(row.named) if row.least >= LOOKS else ():
            for htmx in (False, True):
                there, nowhere = (
                    send(eve, row, {**scene.own, name: id_}, htmx=htmx) for id_ in (scene.hers[name], NOWHERE)
                )
                asked += 1
                if _face(there) != _face(nowhere) or not (row.is_safe or there.status_code == 404):
                    faults.append(f"{row}: {name}, {there.status_code}{' by script' if htmx else ''}")
        after = everything()
        if after != before:
            faults.append(f"{row}: it was refused, and has changed something")
            before = after
    assert faults == []
    assert asked > 250


def test_no_other_state_can_be_asked_for(people: Callable[[str], Browser], scene: Scene) -> None:
    for kind in ("boards", "lists", "cards", "items"):
        for state in ("archive", "restoration", "completion"):
            for method in ("PUT", "DELETE"):
                way = _WAYS.get((kind, state))
                if way is None or (method == "DELETE" and way.out is None):
                    path = f"/{kind}/{scene.hers[kind[:-1]]}/{state}"
                    assert people("ada").client.open(path, method=method).status_code == 404, f"{method} {path}"


def _credential(browser: Browser, path: str) -> str:
    """What a passkey answers whoever is asked, as a form sends it."""
    is_new = path == "/account/passkeys"
    asks, purpose = ("/account/challenge", "add") if is_new else ("/session/challenge", "sign_in")
    options = browser.client.post(asks, data={"purpose": purpose}).json
    key = key_for(path)
    return "" if options is None else key.make(options) if is_new else key.answer(options)


def _refusals(row: Row) -> Iterator[tuple[str, tuple[set[int], set[int]]]]:
    """Who is refused, and the statuses that say so to a plain form and to a script."""
    if row.least == ANYBODY:
        return
    for name in OUTSIDE:
        yield name, ({303}, {401})
    # Whoever looks after the site belongs to no workspace by that.
    for name, role in (*ROLES.items(), ("ida", SOMEBODY)):
        if role < row.least and (name, row.least) != ("ida", ADMIN):
            refused = {404} if role < LOOKS or row.is_hidden or row.least == ADMIN else {403}
            yield name, (refused, refused)


def _does_what_it_is_for(row: Row, scene: Scene, people: Callable[[str], Browser]) -> bool:
    allowed = next((name for name, role in ROLES.items() if role >= row.least), "ida")
    if row.path.endswith("/factor"):
        # Whoever asks others for a second factor must have one.
        give_totp(one(User, email=f"{allowed}@example.org"))
    if row.least == ADMIN:
        appoint(IDA)
    before = everything() if row.changes else None
    answer = send(people("stranger" if row.least == ANYBODY else allowed), row, scene.hers)
    # Whoever deletes their account is led there too; that it changes something is asked below.
    turned_away = row.least > ANYBODY and not row.changes and "/session/new" in (answer.location or "")
    if answer.status_code not in {200, 303} or turned_away:
        return False
    return not row.changes or everything() != before


def _face(answer: TestResponse) -> tuple[Any, ...]:
    """All by which two answers can be told apart."""
    return answer.status_code, _VARIES.sub("", answer.text), sorted({name for name, _value in answer.headers})
