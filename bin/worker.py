"""Kanban's jobs on one machine: a worker with threads, and the schedule beside it.

Celery's own command would do, and does in production; but it loads a shell with it.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from wsgi import app, queue


def main() -> int:
    """Work until told to stop."""
    worker = queue.Worker(
        pool_cls="threads",
        concurrency=app.config["WORKER_THREADS"],
        beat_thread=True,
        # There is no other worker to talk to.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main())
