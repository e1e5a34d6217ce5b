"""What is logged: one line for a request, an id in each, no secret, and nothing forged."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask, abort

from kanban.support import observe

ESC = "\x1b"
# Nowhere in this file as one word: reports quote the code around a failure.
CANARY = "-".join(("red", "canary"))


class Lines:
    """What was written to stderr, line by line."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured
        self._seen = ""

    @property
    def text(self) -> list[str]:
        self._seen += self._captured.readouterr().err
        return self._seen.split("\n")[:-1]

    @property
    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Log as production does, and look at it."""
    written = Lines(capsys)
    before = logging.getLogger().level
    observe.configure("DEBUG", "json")
    structlog.contextvars.clear_contextvars()
    yield written
    observe.configure(logging.getLevelName(before), "console")
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def small(lines: Lines) -> Flask:
    """An application of three routes."""
    app = Flask("small")
    app.config.update(LOG_LEVEL="INFO", LOG_FORMAT="json")
    observe.init_app(app)

    @app.get("/cards/<int:number>")
    def card(number: int) -> str:
        structlog.get_logger("here").info("looked", number=number)
        return "a card"

    @app.get("/setup/<token>")
    def setup(token: str) -> str:
        return abort(403)

    @app.get("/healthz", endpoint="health.index")
    def alive() -> str:
        return "ok"

    return app


def test_a_request_is_one_line_with_its_route(small: Flask, lines: Lines) -> None:
    answer = small.test_client().get("/cards/7?q=private")
    looked, request = lines.json
    assert looked["request_id"] == request["request_id"] == answer.headers["X-Request-ID"]
    assert request["event"] == "request"
    assert (request["method"], request["route"], request["status"]) == ("GET", "/cards/<int:number>", 200)
    assert request["ms"] >= 0
    assert "private" not in "".join(lines.text)


def test_a_path_that_is_no_route_is_written_as_it_came(small: Flask, lines: Lines) -> None:
    small.test_client().get("/nowhere")
    assert (lines.json[0]["route"], lines.json[0]["path"], lines.json[0]["status"]) == (None, "/nowhere", 404)


def test_a_refused_setup_link_stays_secret(small: Flask, lines: Lines) -> None:
    small.test_client().get("/setup/canary-token-1")
    small.test_client().get("/setup/canary-token-2/more")
    assert [line["status"] for line in lines.json] == [403, 404]
    assert "canary" not in "".join(lines.text)


def test_a_health_check_is_not_worth_a_line(small: Flask, lines: Lines) -> None:
    small.test_client().get("/healthz")
    assert lines.text == []


def test_an_id_from_outside_is_kept_if_it_looks_like_one(small: Flask) -> None:
    client = small.test_client()
    kept = client.get("/cards/7", headers={"X-Request-ID": "proxy-4711-abc"})
    assert kept.headers["X-Request-ID"] == "proxy-4711-abc"
    for strange in ("short", "x" * 65, "with space here", "a" * 20 + ESC, "../../etc/passwd"):
        made = client.get("/cards/7", headers={"X-Request-ID": strange})
        assert made.headers["X-Request-ID"] != strange
        assert len(made.headers["X-Request-ID"]) == 16


def test_work_without_a_request_has_no_id(lines: Lines) -> None:
    assert observe.request_id() is None
    made = observe.begin(job="sweep")
    structlog.get_logger("here").info("swept")
    assert observe.request_id() == made
    assert (lines.json[0]["request_id"], lines.json[0]["job"]) == (made, "sweep")


@pytest.mark.parametrize(
    ("values", "canary"),
    [
        ({"password": "canary"}, "canary"),
        ({"new_password": "canary"}, "canary"),
        ({"headers": {"Authorization": "Bearer canary", "Cookie": "session=canary"}}, "canary"),
        ({"session_stamp": "canary"}, "canary"),
        ({"api_key": "canary"}, "canary"),
        ({"rows": [{"token": "canary"}]}, "canary"),
        ({"path": "/setup/canary"}, "canary"),
        ({"path": "/invitations/canary/acceptance"}, "canary"),
        ({"path": "/shared/canary/cards/7"}, "canary"),
        ({"path": "//shared//canary"}, "canary"),
        ({"url": "https://kanban.test/setup/canary?next=/"}, "canary"),
        ({"url": "redis://:canary@cache.test:6379/0"}, "canary"),
        ({"url": "postgresql+psycopg://ada:canary@db.test/kanban"}, "canary"),
        ({"text": "sent Authorization: Bearer canary to them"}, "canary"),
        ({"text": 'they posted {"password": "canary"}'}, "canary"),
        ({"text": "GET /reset?token=canary&x=1"}, "canary"),
        ({"text": "client_secret = canary"}, "canary"),
        ({"thing": ValueError("password=canary")}, "canary"),
    ],
)
def test_secrets_are_hidden(lines: Lines, values: dict[str, Any], canary: str) -> None:
    structlog.get_logger("here").info("said", **values)
    assert canary not in lines.text[0]
    assert "[hidden]" in lines.text[0]


def test_secrets_of_other_libraries_are_hidden(lines: Lines) -> None:
    logging.getLogger("other").warning("refused %s", "redis://:canary@cache.test")
    logging.getLogger("other").warning("refused", extra={"password": "canary"})
    assert "canary" not in "".join(lines.text)
    assert lines.json[0]["logger"] == "other"


def test_secrets_in_a_traceback_are_hidden(lines: Lines) -> None:
    try:
        raise ValueError("token=canary")
    except ValueError:
        structlog.get_logger("here").exception("failed")
    assert "ValueError" in lines.json[0]["exception"]
    assert "canary" not in lines.text[0]


def test_what_is_no_secret_is_left_alone(lines: Lines) -> None:
    values = {"count": 3, "ratio": 0.5, "done": True, "none": None, "titles": ["Ask for the token bus"], "tokens": None}
    structlog.get_logger("here").info("said", **values)
    for name, value in values.items():
        assert lines.json[0][name] == value


def test_a_name_cannot_forge_a_line_or_colour_it(lines: Lines) -> None:
    forged = f'Ada\n{{"event": "admin_made"}}\r{ESC}[31mred\u2028end\x9b'
    structlog.get_logger("here").info(forged, name=forged, nested={"of": [forged]})
    observe.configure("DEBUG", "console")
    structlog.get_logger("here").info(forged, name=forged)
    assert len(lines.text) == 2
    assert json.loads(lines.text[0])["name"].startswith("Ada\\n{")
    assert not any(ESC in line or "\u2028" in line or "\x9b" in line for line in lines.text)


def test_a_terminal_shows_a_traceback_below_its_line(lines: Lines) -> None:
    observe.configure("INFO", "console")
    try:
        raise ValueError(f"odd {ESC}[31m name")
    except ValueError:
        structlog.get_logger("here").exception("failed", card=7)
    assert lines.text[0].endswith("error   failed card=7")
    assert lines.text[1].startswith("Traceback")
    assert ESC not in "".join(lines.text)


def test_configuring_again_writes_nothing_twice(lines: Lines) -> None:
    observe.configure("DEBUG", "json")
    observe.configure("DEBUG", "json")
    structlog.get_logger("here").info("once")
    assert len(lines.text) == 1


def test_the_level_is_kept(lines: Lines) -> None:
    observe.configure("WARNING", "json")
    structlog.get_logger("here").info("quiet")
    structlog.get_logger("here").warning("loud")
    assert [line["event"] for line in lines.json] == ["loud"]


def test_errors_are_reported_without_what_is_private(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    import sentry_sdk

    sent: list[Any] = []

    class Wire(sentry_sdk.transport.Transport):
        def capture_envelope(self, envelope: Any) -> None:
            sent.extend(item.payload.json for item in envelope.items if item.headers.get("type") == "event")

    begin = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: begin(**options, transport=Wire))
    app = Flask("reporting")
    app.config.update(LOG_FORMAT="json", SENTRY_DSN="https://key@errors.test/1", KANBAN_ENV="production")
    observe.init_app(app)

    @app.post("/boom/<slug>")
    def boom(slug: str) -> str:
        raise RuntimeError(f"token={CANARY}")

    try:
        answer = app.test_client().post(
            f"/boom/7?q={CANARY}",
            data={"text": CANARY},
            headers={"Cookie": f"session={CANARY}", "X-Forwarded-For": CANARY},
        )
        assert answer.status_code == 500
        sentry_sdk.flush()
    finally:
        begin()
    (event,) = [each for each in sent if each.get("exception")]
    assert event["tags"]["request_id"] == answer.headers["X-Request-ID"]
    assert event["environment"] == "production"
    assert CANARY not in json.dumps(event)
