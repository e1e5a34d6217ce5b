"""How gunicorn serves Kanban, under bin/run and in production alike."""

import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config import settings as _read
from kanban.support import observe, tether
from kanban.support.warm import warm

# Under a name of its own: gunicorn takes every other one here for an option.
_settings = _read()
observe.configure(_settings["LOG_LEVEL"], _settings["LOG_FORMAT"])


class OneLog(Logger):  # type: ignore[misc]
    """Gunicorn's lines join ours; the application itself writes one for each request."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


bind = f"{_settings['HOST']}:{_settings['PORT']}"
workers = _settings["WEB_WORKERS"]
worker_class = "gthread"
threads = _settings["WEB_THREADS"]
# Beyond the threads, or pages hang behind sockets that are only open.
worker_connections = max(2000, threads * 2)
backlog = 512
keepalive = 15
timeout = 60
# An open socket never ends by itself: who waits longer only delays a restart.
graceful_timeout = 4
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a heartbeat, not data
logger_class = OneLog
proc_name = "kanban"
# Its control socket has one place per user: instances side by side would fight over it.
control_socket_disable = True
# Loaded once: what the workers only read, they share.
preload_app = True


def when_ready(server: Any) -> None:
    """Just before the workers are forked."""
    warm(server.app.wsgi())


def post_fork(server: Any, worker: Any) -> None:
    """Have a worker end with its master."""
    tether.hold(server.pid)
