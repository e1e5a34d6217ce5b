"""Is it alive, is it ready: for whoever watches over the process."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, jsonify

from kanban.support.bus import bus
from kanban.support.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def index() -> Any:
    """The process answers. The database is not asked: restarting would not mend it."""
    return _answer("ok", 200)


@bp.get("/readyz")
def show() -> Any:
    """Whether requests can be served: not without a database; without Redis with less comfort."""
    database, redis = _database_answers(), bus.ping()
    status = "unavailable" if not database else "ok" if redis else "degraded"
    return _answer(status, 200 if database else 503, database=_word(database), redis=_word(redis))


def _database_answers() -> bool:
    try:
        db.session.execute(sa.select(1))
        return True
    except sa.exc.SQLAlchemyError:
        return False
    finally:
        db.session.rollback()


def _word(answers: bool) -> str:
    return "ok" if answers else "away"


def _answer(status: str, code: int, **more: str) -> Any:
    response = jsonify(status=status, **more)
    response.status_code = code
    response.headers["Cache-Control"] = "no-store"
    return response
