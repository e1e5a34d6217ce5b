"""What an administrator does at a terminal: `flask setup-link`, `flask seed`, `flask check`, `flask rotate-keys`."""

import json
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from kanban.actions.accounts import create_account, home_of, make_setup_token
from kanban.actions.audit import broken_lines
from kanban.actions.keys import rotate_keys
from kanban.actions.seeds import seed_bench, want_example
from kanban.models import Actor, User, Workspace, WorkspaceMember
from kanban.queries.integrity import problems
from kanban.render.permissions import permissions_page
from kanban.support.db import db
from kanban.support.errors import Refused

seed = AppGroup("seed", help="Fill boards to look at and to measure.")


@click.command("setup-link")
@with_appcontext
def setup_link() -> None:
    """Print the one-time link that makes the first admin; nothing where there is one."""
    token = make_setup_token()
    if token is not None:
        click.echo(f"{current_app.config['BASE_URL']}/setup/{token}")


@click.command("create-admin")
@click.option("--name", prompt=True)
@click.option("--email", prompt=True)
@click.password_option()
@with_appcontext
def create_admin(name: str, email: str, password: str) -> None:
    """Make an account that administers the site."""
    try:
        create_account(name, email, password, is_admin=True)
    except Refused as refused:
        raise click.ClickException(str(refused)) from None


@seed.command("example")
def example() -> None:
    """Make an example board for the admin; before there is one, for whoever opens the setup link."""
    try:
        click.echo(f"Example board: {want_example()}")
    except Refused as refused:
        raise click.ClickException(str(refused)) from None


@seed.command("bench")
@click.option("--cards", type=click.IntRange(1, 20_000), default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the board's id and a sign-in as JSON.")
def bench(cards: int, as_json: bool) -> None:
    """Make a board of that many cards to measure with, and an account to open it."""
    _say(seed_bench(cards), as_json)


@click.command("check")
@with_appcontext
def check() -> None:
    """Check what must always hold; exit code 1 and a line for each thing that does not."""
    found = [*problems(), *broken_lines()]
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo("All is well.")


@click.command("permissions")
@with_appcontext
def permissions() -> None:
    """Print who may do what, as docs/permissions.md says it."""
    click.echo(permissions_page(), nl=False)


@click.command("rotate-keys")
@click.option("--at-once", is_flag=True, help="End every access token now, for the day a key has got out.")
@with_appcontext
def rotate(at_once: bool) -> None:
    """Sign access tokens with a fresh key; those that are out stay good to their end."""
    click.echo(f"New signing key: {rotate_keys(at_once=at_once)}")


def actor_of(workspace_id: int | None) -> tuple[Actor, Workspace]:
    """The admin, and the workspace a command works in: theirs, or the one that is named."""
    user = db.session.scalar(sa.select(User).where(User.is_admin, User.disabled_at.is_(None)).order_by(User.id))
    if user is None:
        user = db.session.scalar(sa.select(User).where(User.person_kind == "person").order_by(User.id))
    if user is None:
        raise click.ClickException("There is no account yet. Open the setup link first, or run `flask create-admin`.")
    if workspace_id is not None:
        workspace = db.session.get(Workspace, workspace_id)
        owner = db.session.scalar(
            sa.select(User)
            .join(WorkspaceMember, WorkspaceMember.user_id == User.id)
            .where(WorkspaceMember.workspace_id == workspace_id, WorkspaceMember.role == "owner")
            .order_by(User.id)
        )
        if workspace is None or owner is None:
            raise click.ClickException(f"There is no workspace {workspace_id}.")
        return Actor(owner, "cli"), workspace
    actor = Actor(user, "cli")
    return actor, home_of(actor)


def install(app: Flask) -> None:
    """Give the `flask` command ours."""
    app.cli.add_command(setup_link)
    app.cli.add_command(create_admin)
    app.cli.add_command(check)
    app.cli.add_command(rotate)
    app.cli.add_command(permissions)
    app.cli.add_command(seed)


def _say(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(made))
        return
    for name, value in made.items():
        click.echo(f"{name}: {value}")
