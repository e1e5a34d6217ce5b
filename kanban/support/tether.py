"""Run a command that ends when the process that started it ends, even by kill -9.

    python -m kanban.support.tether COMMAND ARGUMENT…

Linux ends it by itself; elsewhere a small process stays in between and watches.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

_ON_LINUX: bool = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1
_LOOK_EVERY = 0.5  # seconds


def main(command: list[str], parent: int) -> int:
    """Become the command, or watch over it."""
    if not hold(parent):
        return 1
    if _ON_LINUX:
        # The request to be ended outlives the change of program.
        os.execvp(command[0], command)  # noqa: S606 - no shell is meant
    return _watch(command, parent)


def hold(parent: int, ending: signal.Signals = signal.SIGKILL) -> bool:
    """Have this process ended when its parent is gone. False where the parent already is.

    By SIGKILL: all that runs here is safe to kill, and a worker that first waits for its
    jobs would stay behind. Does nothing but look where the system cannot do it.
    """
    if _ON_LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, ending, 0, 0, 0)
    return os.getppid() == parent


def _watch(command: list[str], parent: int) -> int:
    child = subprocess.Popen(command)  # noqa: S603 - our own Procfile

    def pass_on(number: int, _frame: object) -> None:
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, pass_on)
    while (code := child.poll()) is None:
        if os.getppid() != parent:
            child.kill()
            return 1
        time.sleep(_LOOK_EVERY)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.getppid()))
