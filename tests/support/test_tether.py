"""A tethered command ends with its parent, however that ends, on every system."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kanban.support import tether

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
# A parent that starts a tethered sleeper, says which process it is, and waits.
PARENT = """
import os, subprocess, sys
from kanban.support import tether
tether._ON_LINUX = {on_linux}
pid = os.fork()
if pid == 0:
    os._exit(tether.main({command!r}, os.getppid()))
print(pid, flush=True)
os.waitpid(pid, 0)
"""


def gone(process: int, *, patience: float = 10) -> bool:
    """Whether a process ends soon enough."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], patience)[0])
    finally:
        os.close(watched)


@pytest.mark.parametrize("on_linux", [True, False])
def test_a_command_ends_with_a_killed_parent(on_linux: bool) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(on_linux=on_linux, command=SLEEPER)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    said = {parent.stdout.readline().strip(), parent.stdout.readline().strip()}
    (child,) = said - {"up"}
    assert not gone(int(child), patience=0)
    parent.kill()
    parent.wait()
    assert gone(int(child))
    # Nobody holds the pipe any more: the sleeper below the watcher is gone as well.
    assert parent.stdout.read() == ""
    parent.stdout.close()


def test_a_command_becomes_the_process_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kanban.support.tether", sys.executable, "-c", "import sys; print('hi'); sys.exit(7)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (7, "hi\n")


def test_without_a_parent_nothing_is_started() -> None:
    assert tether.main(SLEEPER, parent=1 if os.getppid() != 1 else 2) == 1


def test_the_watcher_hands_on_signals_and_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tether, "_ON_LINUX", False)
    assert tether.main([sys.executable, "-c", "import sys; sys.exit(7)"], os.getppid()) == 7
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    program = "import os, signal; os.kill(os.getppid(), signal.SIGTERM); signal.pause()"
    try:
        assert tether.main([sys.executable, "-c", program], os.getppid()) == -signal.SIGTERM
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
