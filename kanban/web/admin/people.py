"""Everybody who has an account: /admin/people."""

from typing import Any

from flask import Blueprint, render_template, request

from kanban.models import User
from kanban.queries.people import STATES, belongings_of, people
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.text import one_line
from kanban.web.finding import not_found
from kanban.web.forms import asked
from kanban.web.guards import admin_only

bp = Blueprint("admin_people", __name__)


@bp.get("/admin/people")
@admin_only
def index() -> Any:
    find = one_line(request.args.get("find", ""))
    state = request.args.get("state", "all")
    state = state if state in STATES else "all"
    page = people(find, state, asked("before"))
    return render_template("admin/people.html", section="people", page=page, find=find, state=state)


@bp.get("/admin/people/<int:user_id>")
@admin_only
def show(user_id: int) -> Any:
    user = somebody(user_id)
    return render_template("admin/person.html", section="people", user=user, has=belongings_of(user, now()))


def somebody(user_id: int) -> User:
    """The person of an account, seen by an admin. Raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None or user.is_placeholder or user.erased_at is not None:
        not_found()
    return user
