"""Real web servers for tests: gunicorn as production runs it, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kanban.support import tether

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def served(environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """A server for as long as the block lasts; its address."""
    port = free_port()
    address = f"http://localhost:{port}"
    process = start_web({**environment, "PORT": str(port), "BASE_URL": address}, log)
    try:
        wait_for(f"{address}/healthz", process, log)
        yield address
    finally:
        process.terminate()
        process.wait()


def start_web(environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Start gunicorn; it ends with the test run, however that ends."""
    parent = os.getpid()
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "bin/gunicorn.conf.py", "wsgi:app"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            preexec_fn=lambda: tether.hold(parent, signal.SIGTERM),
        )


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path, *, patience: float = 30) -> None:
    """Wait until an address answers 200; the log's end if the process dies or takes too long."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{address} does not answer:\n{log.read_text()[-4000:]}") from None
            time.sleep(0.02)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
