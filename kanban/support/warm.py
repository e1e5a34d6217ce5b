"""What each process would make for itself at its first request, made once before they are forked."""

import gc

import structlog
from flask import Flask
from flask_babel import get_babel
from jinja2 import TemplateError
from sqlalchemy.orm import configure_mappers

from kanban.support.queue import queue

log = structlog.get_logger(__name__)


def warm(app: Flask) -> None:
    """Complete the models, the templates and the queue, then hide it all from the collector.

    Memory that nobody writes to stays shared, and looking for garbage is writing.
    """
    configure_mappers()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        try:
            app.jinja_env.get_template(name)
        except TemplateError as error:
            # One page is broken; the others are served.
            log.error("template_broken", template=name, error=str(error))
    with app.app_context():
        for language in get_babel().instance.list_translations():
            # Its months, plurals and zones are read from a file at the first question.
            language.date_formats.get("short")
    queue.loader.import_default_modules()
    queue.finalize()
    gc.collect()
    gc.freeze()
    # Requests leave little garbage behind; looking for it as often as Python does took a twentieth of their time.
    gc.set_threshold(20_000, 20, 20)
