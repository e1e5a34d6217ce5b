"""Start everything Kanban consists of on one machine, and end it together.

What bin/run runs, once .venv is there: checks that it can start, starts Valkey unless
REDIS_URL names a server, brings the database up to date, then keeps the processes of
bin/Procfile.dev running until Ctrl+C. However it ends, nothing stays behind.
"""

import argparse
import fcntl
import importlib
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TextIO

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from honcho.environ import parse_procfile
from kept import Keeper

import config
from kanban.support import embedded

ROOT = Path(__file__).resolve().parent.parent
# What libraries load because it happens to be installed: 12 MB, partly of the tests' tools, for
# colours, formats and a second client of Redis that nobody asks for.
NEVER_USED = ("pygments", "rich", "valkey", "yaml")
# What the web server and the worker load when they start.
SHARED = (
    "gunicorn.app.wsgiapp",
    "gunicorn.glogging",
    "gunicorn.workers.gthread",
    "billiard.pool",
    "celery.app.control",
    "celery.app.log",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.beat",
    "celery.concurrency.thread",
    "celery.events.receiver",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "celery.worker.worker",
    "encodings.idna",
    "kombu.transport.redis",
)


class CannotStart(Exception):
    """Kanban cannot start here; the message is one line that says what to do."""


def main() -> int:
    """Run until told to stop."""
    arguments = argparse.ArgumentParser(prog="bin/run", description="Run Kanban on this machine.")
    arguments.add_argument("--example", action="store_true", help="make an example board to look around in")
    wishes = arguments.parse_args()
    os.chdir(ROOT)
    settings = config.settings()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _alone(settings["INSTANCE_PATH"]):
            _check_port(settings["HOST"], settings["PORT"])
            with _valkey(settings):
                return _run(settings, wishes.example)
    except (CannotStart, embedded.CannotStart) as reason:
        print(f"kanban: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(settings: dict[str, Any], example: bool) -> int:
    sys.modules.update(dict.fromkeys(NEVER_USED))  # type: ignore[arg-type]
    # Here, once, for all that is forked from now on. It opens no connection yet.
    import wsgi
    from kanban.support.warm import warm

    for name in SHARED:
        importlib.import_module(name)
    multiprocessing.set_start_method("fork")
    is_first_start, setup_link = _in_a_fork(_prepare, wsgi.app)
    if example or (is_first_start and setup_link and _would_like_an_example()):
        _in_a_fork(_seed, wsgi.app)
    keeper = Keeper(partial(_greet, settings, setup_link))
    for name, command in parse_procfile((ROOT / "bin" / "Procfile.dev").read_text()).processes.items():
        keeper.add_process(name, command)
    warm(wsgi.app)
    keeper.loop()
    # Being told to stop is no failure.
    return 0 if keeper.returncode in {130, 143} else int(keeper.returncode or 0)


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """Hold the instance's folder: two starters would share one Valkey and end it for each other."""
    try:
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Asked by doing: rights, a full disk and a read-only one all say no in their own way.
        with tempfile.TemporaryFile(dir=instance) as probe:
            probe.write(b"kanban")
        lock = (instance / "run.lock").open("a+")
    except OSError as error:
        raise CannotStart(config.unwritable(instance, error)) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"Kanban already runs on {instance}{_holder(lock)}: stop it, or set INSTANCE_PATH to another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _holder(lock: TextIO) -> str:
    lock.seek(0)
    process = lock.read().strip()
    return f" (process {process})" if process else ""


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if isinstance(error, PermissionError):
            raise CannotStart(f"Port {port} is not open to you: set PORT to one above 1023.") from None
        raise CannotStart(
            f"Port {port} on {host} is not free ({error.strerror}): stop what uses it, or set PORT to another one."
        ) from None


@contextmanager
def _valkey(settings: dict[str, Any]) -> Iterator[None]:
    """Have a Valkey for as long as the block lasts, unless the settings name a server."""
    instance: Path = settings["INSTANCE_PATH"]
    sock = config.socket_path(instance)
    if settings["REDIS_URL"] != f"unix://{sock}":
        yield
        return
    server, stopping = [embedded.start(sock, instance / "valkey")], threading.Event()

    def keep() -> None:
        while True:
            server[0].wait()
            if stopping.is_set():
                return
            server[0] = embedded.start(sock, instance / "valkey")

    # The system ends Valkey when the thread that started it does: this one lasts.
    threading.Thread(target=keep, daemon=True).start()
    try:
        yield
    finally:
        stopping.set()
        server[0].terminate()
        server[0].wait()
        sock.unlink(missing_ok=True)


def _in_a_fork(work: Callable[[Any], Any], app: Any) -> Any:
    """Do something with the application whose connections and memory are not to stay in this process."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=lambda: sender.send(work(app)))
    process.start()
    sender.close()
    try:
        answer = receiver.recv()
    except EOFError:
        raise CannotStart("The database could not be brought up to date; the lines above say why.") from None
    finally:
        process.join()
    return answer


def _prepare(app: Any) -> tuple[bool, str]:
    """Bring the database up to date: whether it is new, and the setup link while there is no admin."""
    import sqlalchemy as sa

    from kanban.support import migrating
    from kanban.support.db import db

    with app.app_context():
        is_new = not sa.inspect(db.engine).has_table("alembic_version")
    migrating.upgrade(app)
    link = app.test_cli_runner().invoke(args=["setup-link"]).stdout.strip()
    return is_new, link.rpartition("\n")[2]


def _seed(app: Any) -> None:
    print(app.test_cli_runner().invoke(args=["seed", "example"]).output.strip(), flush=True)


def _would_like_an_example() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("Make an example board to look around in? [Y/n] ").strip().lower() in {"", "y", "yes"}


def _greet(settings: dict[str, Any], setup_link: str) -> None:
    """Say where it is, once it answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings["HOST"], settings["HOST"])  # noqa: S104
    address = (
        f"http://[{host}]:{settings['PORT']}/healthz" if ":" in host else f"http://{host}:{settings['PORT']}/healthz"
    )
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                break
        except OSError:
            time.sleep(0.05)
    lines = ["", f"Kanban is running at {settings['BASE_URL']}"]
    if setup_link:
        lines += [f"Make yourself its admin, once: {setup_link}"]
    print("\n".join([*lines, "Stop it with Ctrl+C.", ""]), flush=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
