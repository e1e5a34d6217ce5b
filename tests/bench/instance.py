"""A Kanban of its own: the real processes on a free port, their data in a folder that goes with them."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RUN = (str(ROOT / "bin" / "run"),)
WEB = (sys.executable, "-m", "gunicorn", "--config", "bin/gunicorn.conf.py", "wsgi:app")
_PATIENCE = 60.0  # seconds


class Instance:
    """One Kanban; `environment` is what all its processes and commands are started with."""

    def __init__(self, folder: Path, *, database_url: str = "", redis_url: str = "", **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "kanban.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}},
            "KANBAN_ENV": "production",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "BASE_URL": self.address,
            "INSTANCE_PATH": str(folder),
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "MALLOC_ARENA_MAX": "2",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }

    def start(self, command: tuple[str, ...] = RUN) -> float:
        """Start it and wait until it answers; how many seconds that took."""
        started = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - started > _PATIENCE:
                raise RuntimeError(f"Kanban did not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.02)
        return time.monotonic() - started

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it, and wait until it has ended."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait()
            self.process = None

    def answers(self) -> bool:
        """Whether it serves requests."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                return True
        except OSError:
            return False

    def flask(self, *command: str) -> str:
        """Run a `flask` command in it; what it prints."""
        return self.run(sys.executable, "-m", "flask", "--app", "wsgi", *command)

    def run(self, *command: str) -> str:
        """Run a command with its settings; what it prints."""
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def seed(self, cards: int) -> dict[str, Any]:
        """A board to measure with: `board_id`, and the `email` and `password` that open it."""
        made: dict[str, Any] = json.loads(self.flask("seed", "bench", "--cards", str(cards), "--json").splitlines()[-1])
        return made

    def memory(self) -> float:
        """MiB that all its processes take together; what they share is counted once (PSS)."""
        assert self.process is not None
        return sum(_pss(process) for process in _with_children(self.process.pid)) / 1024


@contextmanager
def instance(*, database_url: str = "", redis_url: str = "", **settings: str) -> Iterator[Instance]:
    """A Kanban that is not started yet; it ends, and its folder with it, when the block does."""
    with tempfile.TemporaryDirectory(prefix="kanban-") as folder:
        it = Instance(Path(folder), database_url=database_url, redis_url=redis_url, **settings)
        try:
            yield it
        finally:
            it.stop()


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _with_children(process: int) -> list[int]:
    found = [process]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:  # it has just ended
            continue
    return found


def _pss(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
