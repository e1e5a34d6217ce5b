"""Mails as they arrive."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from kanban.effects.posting import post_due
from kanban.support import mailer
from tests.mail.postbox import Letter, Postbox, postbox
from tests.servers import free_port
from tests.web.conftest import as_grace, browse

__all__ = ["as_grace", "browse"]


@pytest.fixture
def send_by(app: Flask) -> Iterator[Callable[..., None]]:
    """Has the application send by a server from here on."""
    before = dict(app.config)

    def use(port: int, **more: object) -> None:
        settings = {"MAIL_USERNAME": "", "MAIL_PASSWORD": "", "MAIL_USE_TLS": False, "MAIL_USE_SSL": False, **more}
        app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_SUPPRESS_SEND=False, **settings)
        mailer.init_app(app)

    yield use
    app.config.clear()
    app.config.update(before)
    mailer.init_app(app)


@pytest.fixture
def box(send_by: Callable[..., None]) -> Iterator[Postbox]:
    """The server by which the application sends."""
    with postbox() as (made, port):
        send_by(port)
        yield made


@pytest.fixture
def no_server(send_by: Callable[..., None]) -> None:
    """A server is set, and nobody listens there."""
    send_by(free_port())


@pytest.fixture
def post(box: Postbox) -> Callable[[], list[Letter]]:
    """Sends what is due; the letters that arrived by it."""

    def deliver() -> list[Letter]:
        there = len(box.letters)
        post_due("kanban.example.org")
        return box.letters[there:]

    return deliver
