"""The audit log: /admin/audit, and as a table: /admin/audit.csv."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, render_template, request

from kanban.queries.audit import Wanted, audit_actions, audit_page
from kanban.support.clock import now, today, zone
from kanban.support.csv_cells import csv_lines
from kanban.support.text import one_line
from kanban.web.answering import private
from kanban.web.forms import asked
from kanban.web.guards import admin_only

bp = Blueprint("admin_audit", __name__)
_AT_ONCE = 500
_COLUMNS: tuple[str, ...] = (
    *("line", "at", "action", "actor", "actor_id", "subject_kind", "subject_id", "subject", "detail"),
    *("address", "request_id", "previous", "hash"),
)


@bp.get("/admin/audit")
@admin_only
def index() -> Any:
    wanted, typed = _wanted()
    return render_template(
        "admin/audit.html",
        section="audit",
        page=audit_page(wanted, asked("before")),
        actions=audit_actions(),
        wanted=typed,
    )


@bp.get("/admin/audit.csv")
@admin_only
def show() -> Response:
    """The lines that are asked for, sent while they are read: a log can be long."""
    wanted, _typed = _wanted()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    response = Response(csv_lines(_rows(app, wanted)), content_type="text/csv; charset=utf-8")
    day = today(zone(g.actor.user.time_zone)).isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{day}.csv"'
    private(response)
    return response


def _rows(app: Flask, wanted: Wanted) -> Iterator[tuple[Any, ...]]:
    yield _COLUMNS
    before = None
    while True:
        # A context for each piece: whoever downloads slowly holds no connection to the database.
        with app.app_context():
            page = audit_page(wanted, before, size=_AT_ONCE)
        for entry in page.rows:
            yield (
                entry.id,
                entry.at.isoformat(),
                entry.action,
                entry.actor_name,
                entry.actor_id,
                entry.subject_kind,
                entry.subject_id,
                entry.subject_name,
                json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else "",
                entry.address,
                entry.request_id,
                entry.previous,
                entry.hash,
            )
        before = page.before
        if before is None:
            return


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """What is asked for, and as it was typed. A day is one of the admin's time zone; what is no day is left out."""
    typed = {name: one_line(request.args.get(name, ""))[:254] for name in ("action", "person", "since", "until")}
    since, until = (_day(typed[name]) for name in ("since", "until"))
    return (
        Wanted(
            action=typed["action"],
            person=typed["person"],
            since=_begin(since) if since is not None else None,
            until=_begin(until + timedelta(days=1)) if until is not None else None,
        ),
        typed,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if abs(found.year - now().year) <= 100 else None


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), zone(g.actor.user.time_zone))
