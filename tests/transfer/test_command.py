"""`flask import trello`: the counts of a file, and of the board made of it."""

import json

import pytest

from kanban.models import Board, Transfer, Workspace
from kanban.support.db import db
from tests.transfer.exports import a_board, a_card, a_member, object_id, write
from tests.transfer.test_bad_files import board_bytes, zipped
from tests.transfer.test_receipt import DATA
from tests.world import one

SAMPLE = DATA / "trello2planka-sample.json"


@pytest.fixture
def run(app, world):
    def made(*arguments):
        return app.test_cli_runner().invoke(args=["import", "trello", *map(str, arguments)])

    return made


def test_a_dry_run_counts_the_file_and_writes_nothing(run):
    answer = run(SAMPLE, "--dry-run", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == json.loads((DATA / "trello2planka-sample.receipt.json").read_text())
    assert db.session.query(Transfer).count() == 0


def test_an_import_counts_the_rows_it_has_made(run):
    answer = run(SAMPLE, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    board = one(Board, name="Simple Project Board")
    assert told.pop("board_id") == board.id
    assert told == json.loads((DATA / "trello2planka-sample.receipt.json").read_text())
    assert SAMPLE.exists()


def test_it_says_in_words_what_there_is(run, tmp_path):
    path = write(tmp_path / "b.json", a_board(members=[a_member(1, "Ann")], cards=[a_card(1, stickers=[{}])]))
    dry = run(path, "--dry-run").stdout
    assert "Comes:" in dry
    assert "Is mapped:" in dry
    assert "Cannot be had:" in dry
    assert "/boards/" in run(path).stdout


def test_it_goes_into_the_workspace_that_is_named(run):
    workspace = one(Workspace, name="Engines")
    assert run(SAMPLE, "--workspace", workspace.id).exit_code == 0
    assert one(Board, name="Simple Project Board").workspace_id == workspace.id
    assert run(SAMPLE, "--workspace", 9999).exit_code != 0


def test_a_second_time_it_asks_for_a_choice(run, tmp_path):
    path = write(tmp_path / "b.json", a_board())
    board_id = json.loads(run(path, "--json").stdout)["board_id"]
    refused = run(path)
    assert refused.exit_code != 0
    assert "--update" in refused.output
    assert json.loads(run(path, "--update", "--json").stdout)["board_id"] == board_id
    assert json.loads(run(path, "--copy", "--json").stdout)["board_id"] != board_id


def test_of_several_boards_one_is_named(run, tmp_path):
    path = zipped(tmp_path, {"a.json": board_bytes(name="A"), "b.json": board_bytes(name="B", id=object_id(1, 7))})
    refused = run(path)
    assert refused.exit_code != 0
    assert "--board" in refused.output
    assert json.loads(run(path, "--board", "B", "--json").stdout)["board_name"] == "B"
    assert json.loads(run(path, "--board", "a.json", "--dry-run", "--json").stdout)["board_name"] == "A"


@pytest.mark.parametrize("content", ["", "{}", '{"lists": [', "a,b,c,d"])
def test_a_bad_file_ends_with_one_line(run, tmp_path, content):
    path = tmp_path / "b.json"
    path.write_text(content)
    for arguments in ([path], [path, "--dry-run"]):
        answer = run(*arguments)
        assert answer.exit_code == 1
        assert answer.output.startswith("Error: ")
        assert answer.output.count("\n") == 1
