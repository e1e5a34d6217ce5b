"""Imports as tests ask for them: one call from a made-up board to the finished transfer."""

from pathlib import Path
from typing import Any

from kanban.actions.transfers import start_import, upload_import
from kanban.models import Actor, Board, Transfer, Workspace
from kanban.support.db import db
from kanban.transfer.imports import check_import, run_import

HOME = "http://kanban.example"


def uploaded(actor: Actor, workspace: Workspace, path: Path, **options: Any) -> Transfer:
    """A transfer whose file has come in, and nothing more."""
    return upload_import(
        actor, workspace, path=str(path), filename=path.name, size=path.stat().st_size, options=options
    )


def checked(actor: Actor, workspace: Workspace, path: Path) -> Transfer:
    """A transfer whose file has been looked into."""
    transfer = uploaded(actor, workspace, path, keep_file=True)
    assert check_import(transfer)
    return transfer


def bring(actor: Actor, workspace: Workspace, path: Path, **how: Any) -> Transfer:
    """A transfer that has been run to its end; `how` goes to start_import."""
    transfer = checked(actor, workspace, path)
    assert start_import(actor, transfer, **how)
    run_import(transfer.id, base_url=HOME)
    db.session.refresh(transfer)
    return transfer


def board_of(transfer: Transfer) -> Board:
    assert transfer.state == "done", transfer.error
    return db.session.get_one(Board, transfer.board_id, populate_existing=True)
