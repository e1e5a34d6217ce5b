"""Warming: what every process needs is there before it is forked."""

import gc

from flask import Flask
from flask_babel import Babel
from jinja2 import DictLoader

from kanban.support.queue import queue
from kanban.support.warm import warm


def test_everything_is_made_and_out_of_the_collectors_sight(app: Flask) -> None:
    cache = app.jinja_env.cache
    assert cache is not None
    cache.clear()
    try:
        warm(app)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
    assert len(cache) >= len(app.jinja_env.list_templates(extensions=["html"]))
    assert queue.finalized


def test_one_broken_template_stops_nothing() -> None:
    app = Flask("broken")
    Babel(app)
    app.jinja_env.loader = DictLoader({"bad.html": "{% no %}", "good.html": "fine"})
    try:
        warm(app)
    finally:
        gc.unfreeze()
    assert app.jinja_env.cache is not None
    assert len(app.jinja_env.cache) == 1
