"""What an administrator does at a terminal."""

import json

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from kanban.actions.accounts import home_of, is_setup_token
from kanban.models import Actor, Board, Card, Outbox, User, WorkspaceMember
from kanban.models.events import MAX_TRIES
from kanban.support.db import db, transaction
from kanban.support.errors import NotFound
from tests.world import one


@pytest.fixture(autouse=True)
def without_work_to_do(world: None) -> None:
    """Nothing waits in the outbox."""
    with transaction() as session:
        session.execute(sa.delete(Outbox))


def flask(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def test_the_setup_link_is_printed_while_there_is_no_admin(app: Flask) -> None:
    link = flask(app, "setup-link").output.strip()
    assert link.startswith(f"{app.config['BASE_URL']}/setup/")
    assert is_setup_token(link.rpartition("/")[2])
    made = flask(
        app, "create-admin", "--name", "Root", "--email", "root@example.org", "--password", "a long enough one"
    )
    assert made.exit_code == 0
    assert one(User, email="root@example.org").is_admin
    assert flask(app, "setup-link").output == ""


def test_an_admin_whose_address_is_taken_is_one_clear_line(app: Flask) -> None:
    refused = flask(app, "create-admin", "--name", "A", "--email", "ada@example.org", "--password", "a long enough one")
    assert refused.exit_code == 1
    assert "There is an account with this address." in refused.output


def test_a_bench_board_is_as_it_was_asked_for(app: Flask) -> None:
    made = json.loads(flask(app, "seed", "bench", "--cards", "25", "--json").output)
    assert made.keys() == {"board_id", "cards", "email", "password"}
    cards = db.session.scalars(sa.select(Card.title).where(Card.board_id == made["board_id"])).all()
    assert len(cards) == made["cards"] == 25
    assert {len(title) for title in cards} == {40}


def test_the_example_goes_to_the_admin_or_waits_for_the_first(app: Flask) -> None:
    assert "for the first admin" in flask(app, "seed", "example").output
    flask(app, "create-admin", "--name", "Root", "--email", "root@example.org", "--password", "a long enough one")
    assert "made, as board" in flask(app, "seed", "example").output
    assert one(Board, name="Product team").created_by_id == one(User, email="root@example.org").id


def test_without_a_workspace_there_is_no_place_for_the_example(app: Flask, ada: Actor) -> None:
    flask(app, "create-admin", "--name", "Root", "--email", "root@example.org", "--password", "a long enough one")
    root = one(User, email="root@example.org")
    with transaction() as session:
        taken = sa.update(WorkspaceMember).where(WorkspaceMember.user_id == root.id).values(role="member")
        session.execute(taken.execution_options(synchronize_session=False, bulk_recorded=True))
    with pytest.raises(NotFound):
        home_of(Actor(root))
    refused = flask(app, "seed", "example")
    assert refused.exit_code == 1
    assert "owns no workspace" in refused.output


def test_the_check_says_that_all_is_well_or_what_is_not(app: Flask, report: Card, launch: Board) -> None:
    assert flask(app, "check").output.strip() == "All is well."
    with transaction() as session:
        session.add(Outbox(event_id=1, tries=MAX_TRIES))
        wrong = sa.update(Card).where(Card.id == report.id).values(number=launch.last_number + 1)
        session.execute(wrong.execution_options(synchronize_session=False, bulk_recorded=True))
    found = flask(app, "check")
    assert found.exit_code == 1
    assert found.output.splitlines() == [
        f"card {report.id} has a number its board has not given out",
        "1 events wait in the outbox whose effects have failed for good",
    ]
