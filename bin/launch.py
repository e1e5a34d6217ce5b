"""Start everything Kanban consists of on one machine, and end it together.

What bin/run runs, once .venv is there: checks that it can start, starts Valkey unless
REDIS_URL names a server, brings the database up to date, then keeps the processes of
bin/Procfile.dev running until Ctrl+C. However it ends, nothing stays behind.
"""

import argparse
import fcntl
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from honcho.environ import parse_procfile  # noqa: E402
from honcho.manager import Manager  # noqa: E402
from honcho.process import Process  # noqa: E402

import config  # noqa: E402
from kanban.support import embedded, tether  # noqa: E402

# Fewer pools of memory than cores times eight: each of these processes has many idle threads.
LEAN = {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}
SETTLED = 5.0  # seconds; what dies sooner would only die again


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
    is_first_start, setup_link = _prepare()
    if example or (is_first_start and setup_link and _would_like_an_example()):
        _flask("seed", "example")
    environment = {
        **os.environ,
        **LEAN,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "INSTANCE_PATH": str(settings["INSTANCE_PATH"]),
        "WORKER_THREADS": str(settings["WORKER_THREADS"]),
    }
    # Each of the forks that honcho makes ends with this process, and what it started with it.
    parent = os.getpid()
    os.register_at_fork(after_in_child=lambda: tether.hold(parent) or os._exit(1))
    multiprocessing.set_start_method("fork")
    keeper = Keeper()
    for name, command in parse_procfile((ROOT / "bin" / "Procfile.dev").read_text()).processes.items():
        keeper.add_process(name, command, env=environment, cwd=str(ROOT))
    threading.Thread(target=_greet, args=(settings, setup_link), daemon=True).start()
    keeper.loop()
    # Being told to stop is no failure.
    return 0 if keeper.returncode in {130, 143} else int(keeper.returncode or 0)


class Keeper(Manager):  # type: ignore[misc]
    """Honcho's manager, which starts a process again that was killed."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping = multiprocessing.Event()
        self._process_ctor = self._kept

    def terminate(self) -> None:
        self.stopping.set()
        super().terminate()

    def _kept(self, *args: Any, **kwargs: Any) -> "Kept":
        return Kept(self.stopping, *args, **kwargs)


class Kept(Process):  # type: ignore[misc]
    """A process that is started again unless everything is stopping, or it cannot even start."""

    def __init__(self, stopping: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopping = stopping

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        self._events = events
        while True:
            started = time.monotonic()
            self._child = self._child_ctor(self.cmd, env=self.env, cwd=self.cwd)
            self._send_message({"pid": self._child.pid}, type="start")
            if ignore_signals:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            for line in self._child.stdout:
                self._send_message(line)
            code = self._child.wait()
            if self.stopping.is_set() or code == 0 or time.monotonic() - started < SETTLED:
                break
            self._send_message(f"ended ({code}), starting it again\n".encode())
        self._send_message({"returncode": code}, type="stop")


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
        reason = error.strerror or str(error)
        raise CannotStart(
            f"{instance} cannot be written to ({reason}): set INSTANCE_PATH to a folder that can."
        ) from None
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


def _prepare() -> tuple[bool, str]:
    """Bring the database up to date: whether it is new, and the setup link while there is no admin.

    In a process of its own: what it loads would stay in this one's memory.
    """
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin" / "prepare.py")], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise CannotStart("The database could not be brought up to date; the lines above say why.")
    new, _space, link = done.stdout.strip().partition(" ")
    return new == "new", link


def _would_like_an_example() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("Make an example board to look around in? [Y/n] ").strip().lower() in {"", "y", "yes"}


def _flask(*command: str) -> None:
    subprocess.run([sys.executable, "-m", "flask", *command], check=False)


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
