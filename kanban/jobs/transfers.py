"""Imports, in the worker."""

from pathlib import Path

from flask import current_app

from kanban.support.queue import queue
from kanban.transfer.imports import check_unattended, run_import, sweep_imports


@queue.task(name="kanban.jobs.transfers.check")
def check(transfer_id: int) -> None:
    """Read an uploaded file and note what it holds."""
    check_unattended(transfer_id)


@queue.task(name="kanban.jobs.transfers.run")
def run(transfer_id: int) -> None:
    """Import what has been started. Safe to run twice."""
    run_import(transfer_id, base_url=current_app.config["BASE_URL"])


@queue.task(name="kanban.jobs.transfers.sweep")
def sweep() -> None:
    """Take up imports whose worker died or that the queue has lost."""
    sweep_imports(run.delay, check.delay, Path(current_app.instance_path) / "uploads")
