"""What cannot be seen from outside: statements, and the floors of a page. Run in an instance's environment.

python -m tests.bench.inside EMAIL PASSWORD BOARD CARD LIST LIST
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any

import flask
import sqlalchemy as sa
from flask.testing import FlaskClient

from kanban.app import create_app
from kanban.support.db import db
from tests.bench.client import HTMX
from tests.bench.statements import listening

_ROUNDS = 25


def main(email: str, password: str, board_id: int, card_id: int, *lists: int) -> dict[str, dict[str, float]]:
    """Statements, milliseconds of the bare SQL and of the bare template, for each thing one does."""
    app = create_app()
    with app.app_context():
        engine = db.engine
    client = app.test_client()
    _sign_in(client, email, password)
    token, places = _token(client), cycle(lists)

    def read(path: str, *headers: tuple[str, str]) -> Callable[[], Any]:
        return lambda: client.get(path, headers=headers)

    def write(method: str, path: str, **form: Any) -> Callable[[], Any]:
        return lambda: client.open(path, method=method, data=form, headers=[("X-CSRFToken", token), *HTMX])

    def move() -> Any:
        return write("PUT", f"/cards/{card_id}/position", list_id=next(places), placed=1)()

    reads = {
        "board": read(f"/boards/{board_id}"),
        "card": read(f"/cards/{card_id}"),
        "dialog": read(f"/cards/{card_id}", *HTMX),
    }
    writes = {
        "move": move,
        "comment": write("POST", f"/cards/{card_id}/comments", body="A word"),
        "add": write("POST", f"/lists/{lists[0]}/cards", titles="A card"),
    }
    found: dict[str, dict[str, float]] = {}
    for name, ask in (reads | writes).items():
        ask()
        statements = _statements(engine, ask)
        found[name] = {"statements": len(statements)}
        if name in reads:
            found[name] |= {"sql": _bare_sql(engine, statements), "template": _bare_template(app, ask)}
        else:
            found[name]["sql"] = _bare_commit(engine)
    return found


def _sign_in(client: FlaskClient, email: str, password: str) -> None:
    client.get("/session/new")
    answer = client.post("/session", data={"email": email, "password": password, "csrf_token": _token(client)})
    assert answer.status_code == 303, answer.status


def _token(client: FlaskClient) -> str:
    page = client.get("/" if client.get("/").status_code == 200 else "/session/new").text
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


def _statements(engine: sa.Engine, ask: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The statements of one request; where a transaction begins and ends is not counted."""
    with listening(engine) as seen:
        answer = ask()
    assert answer.status_code == 200, answer.status
    return seen


def _bare_sql(engine: sa.Engine, statements: list[tuple[str, Any]]) -> float:
    """The same statements through the driver alone, their rows fetched."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()

        def ask() -> None:
            for statement, parameters in statements:
                cursor.execute(statement, parameters)
                cursor.fetchall()

        return _median(ask)
    finally:
        connection.close()


def _bare_commit(engine: sa.Engine) -> float:
    """One row written and committed, through the driver alone: the least that any change costs."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (n integer)")
        connection.commit()

        def write() -> None:
            cursor.execute("INSERT INTO bench_floor VALUES (1)")
            connection.commit()

        return _median(write)
    finally:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        connection.commit()
        connection.close()


def _bare_template(app: flask.Flask, ask: Callable[[], Any]) -> float:
    """The template alone, over data that has been read, with nothing remembered of earlier pages."""
    times: list[float] = []

    def draw(_app: flask.Flask, template: Any, context: dict[str, Any], **_rest: Any) -> None:
        if not times:
            plain = {**context, "rail": _Read(context["rail"])}
            times.append(_median(lambda: template.render(plain)))

    with flask.before_render_template.connected_to(draw, app):
        ask()
    return times[0]


class _Read(list[Any]):
    """The rail's boards, read."""

    def __init__(self, rail: Any) -> None:
        super().__init__(rail)
        self.workspace_id = rail.workspace_id


def _median(act: Callable[[], Any]) -> float:
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    _email, _password, *_ids = sys.argv[1:]
    print(json.dumps(main(_email, _password, *map(int, _ids))))  # type: ignore[arg-type]
