"""Honcho's manager, whose processes share what they all load, and come back when killed.

A Procfile's `python …` lines run in a fork of this process, which has the application
loaded already. Started one by one each would load it again, at 75 MB apiece.
"""

import multiprocessing
import os
import runpy
import shlex
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from honcho.manager import Manager
from honcho.process import Process

from kanban.support import tether

_SETTLED = 5.0  # seconds; what ends sooner would only end again


class Keeper(Manager):  # type: ignore[misc]
    """Runs processes until one ends by itself, or it is told to stop.

    `greet` runs in a thread once all are forked: not before, since a fork taken while another
    thread imports a module has that module half-made for ever.
    """

    def __init__(self, greet: Callable[[], None]) -> None:
        super().__init__()
        self._greet = greet
        self._stopping = multiprocessing.Event()
        self._process_ctor = self._kept

    def terminate(self) -> None:
        self._stopping.set()
        super().terminate()

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._greet, daemon=True).start()

    def _kept(self, *args: Any, **kwargs: Any) -> "Kept":
        return Kept(self._stopping, *args, **kwargs)


class Kept(Process):  # type: ignore[misc]
    """A process that is started again unless everything is stopping, or it cannot even start."""

    def __init__(self, stopping: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stopping = stopping
        self._parent = os.getpid()

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """Run it, again if need be; honcho calls this in a fork of its own."""
        if not tether.hold(self._parent):
            return
        self._events = events
        while True:
            started = time.monotonic()
            pid, output = _fork(shlex.split(self.cmd), self.env)
            self._send_message({"pid": pid}, type="start")
            if ignore_signals:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            with os.fdopen(output, "rb", buffering=0) as lines:
                for line in lines:
                    self._send_message(line)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if self._stopping.is_set() or code == 0 or time.monotonic() - started < _SETTLED:
                break
            self._send_message(f"ended ({code}), starting it again\n".encode())
        self._send_message({"returncode": code}, type="stop")


def _fork(command: list[str], env: dict[str, str]) -> tuple[int, int]:
    """Run a command of this environment in a fork: its process id, and where its output can be read."""
    parent = os.getpid()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    code = 1
    try:
        # A group of its own: Ctrl+C reaches it through the manager alone.
        os.setsid()
        if tether.hold(parent):
            os.close(reader)
            os.dup2(writer, 1)
            os.dup2(writer, 2)
            os.environ.update(env)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
            code = _call(command)
    except BaseException:
        traceback.print_exc()
    finally:
        # Not sys.exit: what is registered to run at the end belongs to the parent.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _call(command: list[str]) -> int:
    """Be `python -m module …` or `python file …`; its exit code."""
    _python, *arguments = command
    is_module = arguments[0] == "-m"
    sys.argv = arguments[1:] if is_module else arguments
    try:
        (runpy.run_module if is_module else runpy.run_path)(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
