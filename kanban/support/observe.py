"""What can be seen from outside: log lines, request ids, reports of errors."""

import logging
import re
import secrets
import sys
import time
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars, merge_contextvars

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_SECRET_NAME = re.compile(r"passw|token|secret|cookie|authori[sz]ation|api_?key|session_stamp|csrf|dsn", re.IGNORECASE)
# The value after a secret's name in running text, in a query string and in a URL's user part; and
# paths that are themselves a key. The bound on lengths keeps a hostile line from costing time.
_SECRET_TEXT = (
    (
        re.compile(r"(/(?:invitations|setup|shared|verifications|resets|addresses)/+)[^\s/?#\"']+", re.IGNORECASE),
        r"\1[hidden]",
    ),
    (re.compile(r"(\b[a-z][a-z0-9+.-]{0,20}://[^\s:/@]{0,100}:)[^\s/@]{1,200}@", re.IGNORECASE), r"\1[hidden]@"),
    (re.compile(r"(\bBearer\s+)[^\s\"',;]+", re.IGNORECASE), r"\1[hidden]"),
    # Secrets that are known by how they begin, and JWTs.
    (re.compile(r"\b(kb[nr]_|eyJ)[\w-]{20,}(?:\.[\w-]*){0,2}"), r"\1[hidden]"),
    (
        re.compile(
            r"(\b[\w-]{0,30}(?:passw(?:or)?d|token|secret|cookie|authorization|api_?key)[\w-]{0,30}[\"']?\s{0,3}[=:]\s{0,3}[\"']?)"
            r"(?!\[hidden\])[^\s&\"',;}]+",
            re.IGNORECASE,
        ),
        r"\1[hidden]",
    ),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

# A report says where in the code it failed, and nothing of whom it failed for.
_ONLY_WHERE_IT_FAILED: Any = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
}

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Give every request an id and a line in the log, and report errors if an address is set."""
    configure(app.config.get("LOG_LEVEL", "INFO"), app.config.get("LOG_FORMAT", "console"))
    app.before_request(_begin)
    app.after_request(_finish)
    if dsn := app.config.get("SENTRY_DSN"):
        _report_to(dsn, app.config.get("KANBAN_ENV", "development"))


def configure(level: str, style: str) -> None:
    """Send all log lines, ours and the libraries', through one set of processors to stderr."""
    shared: list[Any] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Any = structlog.processors.JSONRenderer() if style == "json" else _console
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                scrub,
                one_line,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [other for other in root.handlers if not isinstance(other, _Stderr)] + [handler]
    root.setLevel(level)
    # It names each of its parts at every start.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)


def begin(request_id: str | None = None, **more: Any) -> str:
    """Start a piece of work: from here on every line carries this id (a new one where it looks wrong)."""
    clear_contextvars()
    found = request_id if request_id and _SANE_ID.fullmatch(request_id) else secrets.token_hex(8)
    bind_contextvars(request_id=found, **more)
    return found


def request_id() -> str | None:
    """The id of the work at hand, or None outside of any."""
    found: str | None = get_contextvars().get("request_id")
    return found


def scrub(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what nobody may read in a log: values under a secret's name, and secrets within texts."""
    for name, value in line.items():
        line[name] = _scrubbed(name, value)
    return line


def one_line(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write control characters out, so that a name with a newline or a colour code cannot forge a line."""
    for name, value in line.items():
        # A traceback keeps its lines here; JSON writes them out, a terminal shows them.
        line[name] = "\n".join(map(_flat, str(value).split("\n"))) if name == "exception" else _flat(value)
    return line


class _Stderr(logging.StreamHandler[Any]):
    """Writes to whatever stderr is at that moment: it is replaced under tests and by servers."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, _value: Any) -> None:
        raise AttributeError("It follows sys.stderr.")


def _scrubbed(name: str, value: Any) -> Any:
    if _SECRET_NAME.search(name) and value not in (None, "", True, False):
        return "[hidden]"
    if isinstance(value, Mapping):
        return {str(key): _scrubbed(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed("", each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else repr(value)
    for pattern, instead in _SECRET_TEXT:
        text = pattern.sub(instead, text)
    return text


def _flat(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub(lambda found: ascii(found.group())[1:-1], value)
    if isinstance(value, Mapping):
        return {_flat(key): _flat(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_flat(each) for each in value]
    return value


def _console(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> str:
    """A line for a terminal: time, level, event, the rest as name=value, a traceback below."""
    at = str(line.pop("timestamp", ""))[11:19]
    level, event = str(line.pop("level", "")), str(line.pop("event", ""))
    line.pop("logger", None)
    exception = line.pop("exception", None)
    rest = " ".join(f"{name}={value}" for name, value in line.items() if value is not None)
    return f"{at} {level:7} {event} {rest}".rstrip() + (f"\n{exception}" if exception else "")


def _begin() -> None:
    g.started = time.perf_counter()
    begin(request.headers.get("X-Request-ID"))


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id() or ""
    # The socket of a health check, every few seconds, would drown what people do.
    quiet = request.endpoint is not None and request.endpoint.startswith("health.")
    (log.debug if quiet else log.info)(
        "request",
        method=request.method,
        # The route, not the path: it groups, and never holds a token.
        route=request.url_rule.rule if request.url_rule else None,
        path=request.path if request.url_rule is None else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None,
        user_id=_user_id(),
    )
    return response


def _user_id() -> int | None:
    if "user_id" in g:
        # Somebody's program, which the API has let in.
        program: int = g.user_id
        return program
    # Who asks is not looked up for the log's sake: that would cost a page its own query.
    known = g.get("_login_user")
    if known is None or not current_user.is_authenticated:
        return None
    found: int = current_user.user_id
    return found


def _report_to(dsn: str, environment: str) -> None:
    # Imported here: it costs memory in every process, and most sites do not use it.
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.flask import FlaskIntegration

    def tag(event: Any, _hint: Any) -> Any:
        event.setdefault("tags", {})["request_id"] = request_id()
        cleaned: Any = scrub(None, "", event)
        return cleaned

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        data_collection=_ONLY_WHERE_IT_FAILED,
        before_send=tag,
        integrations=[FlaskIntegration(), CeleryIntegration()],
    )
