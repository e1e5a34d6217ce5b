"""bin/run: one command that starts, says what stands in its way, and leaves nothing behind."""

import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024
# What ends within so many seconds is not started again: as bin/kept.py has it.
SETTLED = 5.0


class Run:
    """bin/run in a folder and on a port of its own."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kanban-run-")
        self.instance = Path(self._folder.name)
        self.port = int(environment.get("PORT", free_port()))
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = self.instance / "output"
        wanted = {"INSTANCE_PATH": str(self.instance), "PORT": str(self.port), "KANBAN_ENV_FILE": os.devnull}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                ["bin/run", *arguments],
                cwd=ROOT,
                env={**kept, **wanted, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait_until_it_answers(self) -> None:
        wait_for(f"{self.address}/healthz", self.process, self.log, patience=60)

    def wait_for_output(self, pattern: str) -> "re.Match[str]":
        return eventually(lambda: re.search(pattern, self.output), self.output)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._folder.cleanup()


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    """Starts bin/run; whatever happens, it is gone afterwards."""
    made: list[Run] = []

    def start(*arguments: str, **environment: str) -> Run:
        made.append(Run(*arguments, **environment))
        return made[-1]

    yield start
    for each in made:
        each.close()


def eventually(question: Callable[[], Any], otherwise: str = "", *, patience: float = 30) -> Any:
    """The first true answer to a question."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"It did not come to pass. {otherwise}")


def below(process: int) -> dict[int, str]:
    """All processes a process has started, theirs included, each with its command."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found: dict[int, str] = {}
    todo = parents.get(process, [])
    while todo:
        each = todo.pop()
        try:
            found[each] = Path(f"/proc/{each}/cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        todo += parents.get(each, [])
    return found


def all_gone(processes: dict[int, str], *, patience: float = 10) -> bool:
    """Whether all of them end soon enough."""
    deadline = time.monotonic() + patience
    for each in processes:
        try:
            watched = os.pidfd_open(each)
        except ProcessLookupError:
            continue
        gone = select.select([watched], [], [], max(deadline - time.monotonic(), 0))[0]
        os.close(watched)
        if not gone:
            return False
    return True


def has_settled(process: int) -> bool:
    """Whether all that a process has started is older than what counts as failing to start."""
    up = float(Path("/proc/uptime").read_text().split()[0])
    ages = []
    for each in below(process):
        began = int(Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[19])
        ages.append(up - began / os.sysconf("SC_CLK_TCK"))
    return min(ages) > SETTLED + 0.1


def share_of_memory(process: int) -> int:
    """What a process holds, with its part of what is shared, in KiB."""
    with suppress(OSError):  # it may have ended just now
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


@pytest.mark.slow
def test_it_starts_says_where_and_stops_on_ctrl_c(run: Callable[..., Run]) -> None:
    first = run()
    first.wait_until_it_answers()
    link = first.wait_for_output(r"Make yourself its admin, once: (http://localhost:(\d+)/setup/\S+)")
    assert f"Kanban is running at http://localhost:{first.port}\n" in first.output
    assert int(link[2]) == first.port
    with urllib.request.urlopen(link[1].replace("localhost", "127.0.0.1")) as page:
        assert page.status == 200
    with urllib.request.urlopen(f"{first.address}/readyz") as ready:
        assert b'"status":"ok"' in ready.read().replace(b" ", b"")
    first.wait_for_output("celery@.* ready")

    def held() -> int:
        return share_of_memory(first.process.pid) + sum(map(share_of_memory, below(first.process.pid)))

    # What starting took is given back a moment later.
    eventually(lambda: held() <= 180 * MIB, "It holds more than 180 MiB when nothing is asked of it.")
    processes = below(first.process.pid)

    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(timeout=20) == 0, first.output
    assert all_gone(processes, patience=0)
    assert "Traceback" not in first.output
    assert link[1].rpartition("/")[2] not in first.output.replace(link[1], ""), "The link is a key."


@pytest.mark.slow
def test_killed_it_leaves_no_process_behind_and_starts_again(run: Callable[..., Run]) -> None:
    first = run()
    first.wait_until_it_answers()
    first.wait_for_output("celery@.* ready")
    processes = below(first.process.pid)
    assert len(processes) >= 6
    first.process.kill()
    first.process.wait()
    assert all_gone(processes)

    again = run(INSTANCE_PATH=str(first.instance), PORT=str(first.port))
    again.wait_until_it_answers()
    # Whoever has the first link in hand can still use it.
    assert "Traceback" not in again.output


@pytest.mark.slow
def test_what_is_killed_is_started_again(run: Callable[..., Run]) -> None:
    here = run()
    here.wait_until_it_answers()
    here.wait_for_output("celery@.* ready")
    eventually(lambda: has_settled(here.process.pid))
    for name in ("web", "worker"):
        before = re.findall(rf"{name} started \(pid=(\d+)\)", here.output)
        os.kill(int(before[-1]), signal.SIGKILL)
        here.wait_for_output(rf"(?s){name} started \(pid={before[-1]}\).*{name} started \(pid=(?!{before[-1]}\))")
    (valkey,) = [each for each, command in below(here.process.pid).items() if "valkey-server" in command]
    os.kill(valkey, signal.SIGKILL)
    here.wait_until_it_answers()
    eventually(lambda: b'"redis":"ok"' in urllib.request.urlopen(f"{here.address}/readyz").read().replace(b" ", b""))


@pytest.mark.slow
def test_an_example_board_is_made_if_asked_for(run: Callable[..., Run]) -> None:
    here = run("--example")
    here.wait_for_output("Example board: ")
    here.wait_until_it_answers()


@pytest.mark.slow
def test_two_run_side_by_side_but_not_in_one_folder(run: Callable[..., Run]) -> None:
    one, other = run(), run()
    one.wait_until_it_answers()
    other.wait_until_it_answers()
    third = run(INSTANCE_PATH=str(one.instance))
    assert third.process.wait(timeout=20) == 2
    assert third.output == (
        f"kanban: Kanban already runs on {one.instance} (process {one.process.pid}): "
        "stop it, or set INSTANCE_PATH to another folder.\n"
    )


def test_a_port_in_use_is_one_clear_line(run: Callable[..., Run]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        here = run(PORT=str(port))
        assert here.process.wait(timeout=20) == 2
    assert here.output == (
        f"kanban: Port {port} on 127.0.0.1 is not free (Address already in use): "
        "stop what uses it, or set PORT to another one.\n"
    )


def test_a_folder_that_cannot_be_written_is_one_clear_line(run: Callable[..., Run]) -> None:
    here = run(INSTANCE_PATH="/dev/null/instance")
    assert here.process.wait(timeout=20) == 2
    assert here.output == (
        "kanban: /dev/null/instance cannot be written to (Not a directory): set INSTANCE_PATH to a folder that can.\n"
    )


def test_a_wrong_setting_is_one_clear_line(run: Callable[..., Run]) -> None:
    here = run(REGISTRATION="perhaps")
    assert here.process.wait(timeout=20) == 2
    assert here.output == "kanban: REGISTRATION must be open or invited or closed, not 'perhaps'.\n"


def test_an_old_python_is_one_clear_line(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$*" in *version_info*) exit 1;; *python_version*) echo only 3.9.2;; esac\n')
    old.chmod(0o755)
    for name in ("bash", "dirname"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    for name in ("run", "python.sh"):
        copy = tmp_path / "bin" / name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text((ROOT / "bin" / name).read_text())
    done = subprocess.run(
        ["/usr/bin/bash", str(tmp_path / "bin" / "run")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "kanban: Python 3.11 or newer is needed, and only 3.9.2 was found. "
        "Install it, or name it: KANBAN_PYTHON=/path/to/python\n"
    )
