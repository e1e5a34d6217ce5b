"""The Celery application: how work is sent to another process, and how it runs there.

Delivery is at least once: a job is acknowledged when it is done, so a killed worker's
jobs come back. Each must be safe to run twice, and late.
"""

import logging
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from celery import Celery, Task
from celery.bootsteps import StartStopStep
from celery.exceptions import SecurityWarning
from celery.signals import before_task_publish, celeryd_init, setup_logging
from click import Option
from flask import Flask

from kanban.support import observe

_HOUR = 3600
# Sending happens while somebody waits for a page, fetching does not.
_SENDER = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
_FETCHER = {"socket_timeout": 10, "socket_connect_timeout": 5, "socket_keepalive": True}
# They write a line for each job, of which most are looks at an empty outbox.
_CHATTY = ("celery.beat", "celery.worker.strategy", "celery.app.trace")


class InContext(Task):
    """A job that runs like a request does: in the application's context, under a request id."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        flask_app: Flask = self.app.flask_app
        # Leaving the context gives the database session back.
        with flask_app.app_context():
            observe.begin(self.request.get("request_id"), job=self.name)
            return self.run(*args, **kwargs)


class BeatThread(StartStopStep):
    """`--beat-thread`: the schedule runs within the worker, where `--beat` would fork another process."""

    def __init__(self, worker: Any, beat_thread: bool = False, **options: Any) -> None:
        self.enabled = beat_thread
        super().__init__(worker, **options)

    def create(self, worker: Any) -> Any:
        # Loaded by the process that runs a schedule alone.
        from celery.beat import EmbeddedService

        return EmbeddedService(worker.app, thread=True, scheduler_cls=worker.app.conf.beat_scheduler)


queue = Celery("kanban", task_cls=InContext, set_as_current=True)
queue.steps["worker"].add(BeatThread)
queue.user_options["worker"].add(Option(["--beat-thread"], is_flag=True, help=BeatThread.__doc__))
# What it warns root of is what pickled messages could do; ours are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)


def init_app(app: Flask, *, modules: Iterable[str] = (), schedule: Mapping[str, Any] | None = None) -> None:
    """Give the queue its broker, the modules its jobs are in, and what runs when."""
    queue.flask_app = app
    queue.conf.update(
        broker_url=app.config["CELERY_BROKER_URL"],
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": _HOUR, **_SENDER},
        imports=tuple(modules),
        beat_schedule=dict(schedule or {}),
        # Kept in memory: what came due while nothing ran is found by the sweeps anyway.
        beat_scheduler="celery.beat:Scheduler",
        # JSON only: unpickling a message would run whatever its sender likes.
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        timezone="UTC",
    )
    app.extensions["celery"] = queue


@celeryd_init.connect
def _fetch_patiently(conf: Any = None, **_rest: Any) -> None:
    conf.broker_transport_options = {**conf.broker_transport_options, **_FETCHER}


@before_task_publish.connect
def _pass_on_the_request_id(headers: dict[str, Any] | None = None, **_rest: Any) -> None:
    known = observe.request_id()
    if headers is not None and known is not None:
        headers["request_id"] = known


@setup_logging.connect
def _keep_our_logging(**_rest: Any) -> None:
    """Celery configures no logging where somebody listens to this signal."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
