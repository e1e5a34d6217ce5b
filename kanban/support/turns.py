"""Whose turn it is to write: one at a time, across threads and processes, woken at once.

SQLite itself has a writer who finds the database locked sleep and look again, each time
for longer: of eight writers most sleep while nobody writes, and some for seconds.
"""

import fcntl
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

# One thread of a process at a time waits for other processes: a lock of the system can be
# waited for without end, and must not take all threads along should a process hang.
_lines: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class WaitedTooLong(Exception):
    """Those before in line took longer than one was ready to wait."""


@contextmanager
def turn(path: str, patience: float) -> Iterator[None]:
    """Hold the turn that a file stands for, which ends with the process at the latest.

    Raises WaitedTooLong after so many seconds in line.
    """
    line = _lines[path]
    if not line.acquire(timeout=patience):
        raise WaitedTooLong
    try:
        file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)
    finally:
        line.release()
