"""`flask import trello FILE`: a board out of an export, or what there would be of it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from kanban.actions.transfers import end_import, start_import, upload_import
from kanban.models import Actor, Transfer, Workspace
from kanban.queries.transfers import counts_of, earlier_boards
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Refused
from kanban.transfer.imports import check_import, run_import
from kanban.transfer.trello.boards import BoardFile, boards_in
from kanban.transfer.trello.notices import what_comes, what_is_mapped, what_is_missing
from kanban.transfer.trello.reading import read
from kanban.transfer.trello.receipt import count

Whose = Callable[[int | None], tuple[Actor, Workspace]]


def import_group(whose: Whose) -> AppGroup:
    """The group of commands; `whose` says for whom, and into which workspace, they import."""
    group = AppGroup("import", help="Bring boards from elsewhere.")

    @group.command("trello")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option(
        "--workspace", "workspace_id", type=int, help="Where the board goes; the first admin's own if not given."
    )
    @click.option("--board", "name", help="Which board, by its name or file, where a zip holds several.")
    @click.option("--copy", is_flag=True, help="Make another board where this one has been imported before.")
    @click.option("--update", is_flag=True, help="Bring the board up to date where it has been imported before.")
    @click.option("--dry-run", is_flag=True, help="Only say what there is; write nothing.")
    @click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
    def trello(
        file: Path, workspace_id: int | None, name: str | None, copy: bool, update: bool, dry_run: bool, as_json: bool
    ) -> None:
        """Import a board that Trello exported as JSON, or a zip of such files."""
        try:
            entry = _choose(boards_in(file), name).entry
            if dry_run:
                _say_dry(file, entry, as_json)
            else:
                _say(_imported(whose(workspace_id), file, entry, copy=copy, update=update), as_json)
        except Refused as wrong:
            raise click.ClickException(str(wrong)) from None

    return group


def _choose(boards: list[BoardFile], name: str | None) -> BoardFile:
    if name is None and len(boards) == 1:
        return boards[0]
    found = [board for board in boards if name in (board.name, board.entry)]
    if len(found) == 1:
        return found[0]
    offered = "\n".join(f"  {board.name}  ({board.entry})" for board in boards)
    raise click.ClickException(f"This zip holds {len(boards)} boards. Choose one with --board:\n{offered}")


def _say_dry(file: Path, entry: str | None, as_json: bool) -> None:
    with read(file, entry) as export:
        receipt = count(export, now=now())
    if as_json:
        _print_json(receipt["counts"])
        return
    click.echo(receipt["counts"]["board_name"])
    for heading, lines in (
        ("Comes:", what_comes(receipt["counts"])),
        ("Is mapped:", what_is_mapped(receipt["counts"], receipt["notes"])),
        ("Cannot be had:", what_is_missing(receipt["counts"], receipt["notes"])),
    ):
        if lines:
            click.echo(heading)
        for line in lines:
            click.echo(f"  {line.text}")


def _imported(who: tuple[Actor, Workspace], file: Path, entry: str | None, *, copy: bool, update: bool) -> Transfer:
    actor, workspace = who
    transfer = upload_import(
        actor,
        workspace,
        path=str(file.resolve()),
        filename=file.name,
        size=file.stat().st_size,
        # The file is the user's own: it stays where it is.
        options={"keep_file": True, "entry": entry},
    )
    try:
        check_import(transfer)
        earlier = earlier_boards(actor, transfer)
        if earlier and not (copy or update):
            raise click.ClickException(
                f"This board is here already (id {earlier[0].id}). Choose --update to bring it up to date, or --copy."
            )
        start_import(actor, transfer, into=earlier[0] if update and earlier else None, as_copy=copy)
    except (Refused, click.ClickException):
        end_import(transfer, "cancelled")
        raise
    run_import(transfer.id, base_url=current_app.config["BASE_URL"])
    db.session.refresh(transfer)
    if transfer.state != "done":
        raise click.ClickException(transfer.error or "The import was cancelled.")
    return transfer


def _say(transfer: Transfer, as_json: bool) -> None:
    counts = counts_of(transfer)
    if as_json:
        _print_json({**counts, "board_id": transfer.board_id})
        return
    click.echo(f"{counts['board_name']}: {current_app.config['BASE_URL']}/boards/{transfer.board_id}")
    for line in what_comes(counts):
        click.echo(f"  {line.text}")


def _print_json(values: dict[str, Any]) -> None:
    json.dump(values, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
