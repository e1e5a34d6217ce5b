"""A board from Trello: dropped on the window, looked into, imported, undone; and the same without a script."""

import base64
import json
import threading

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from kanban.models import Board, Transfer
from kanban.support.db import db
from kanban.transfer.imports import run_import
from tests.transfer.exports import a_board, a_card, a_comment, a_list, a_member, object_id
from tests.transfer.importing import HOME
from tests.world import PASSWORD, one

BOARD = a_board(
    lists=[a_list(1, name="Ideas"), a_list(2, name="Done")],
    cards=[
        a_card(1, name="Split a fare", idMembers=[object_id(7, 1)]),
        a_card(2, idList=object_id(2, 2), dueComplete=True),
    ],
    members=[a_member(1, "grace hopper")],
    actions=[a_comment(1, 1, "Good")],
)
DROP = """
([name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
  for (const type of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
  }
}
"""


def sign_in(page: Page) -> None:
    page.goto("/session/new")
    page.fill("#email", "ada@example.org")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/")


def drop(page: Page, name: str, content: bytes) -> None:
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])


@pytest.fixture
def worker(app, world):
    """What the worker does, here: it runs what is in the queue."""
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            while not stop.is_set():
                for id_ in db.session.scalars(sa.select(Transfer.id).where(Transfer.state == "queued")).all():
                    run_import(id_, base_url=HOME)
                db.session.rollback()
                stop.wait(0.05)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.mark.parametrize("device", ["page", "phone"])
def test_a_file_dropped_anywhere_becomes_a_board(request, worker, device):
    page: Page = request.getfixturevalue(device)
    sign_in(page)
    page.goto("/imports/new")
    page.get_by_label("Into the workspace").select_option(label="Engines")
    drop(page, "ferries.json", json.dumps(BOARD).encode())
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
    expect(page.get_by_text("2 cards", exact=True)).to_be_visible()
    assert page.get_by_label("grace hopper").input_value() != ""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    page.get_by_role("button", name="Import the board").click()
    page.get_by_role("link", name="Open “Ferries”").click()
    expect(page.get_by_role("heading", name="Ferries")).to_be_visible()
    expect(page.get_by_text("Split a fare").first).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Undo the import").click()
    page.wait_for_load_state()
    db.session.rollback()
    assert one(Board, name="Ferries").is_deleted


def test_a_bad_file_is_told_where_it_was_dropped(page, world):
    sign_in(page)
    page.goto("/imports/new")
    drop(page, "notes.txt", b"hello")
    alert = page.get_by_role("alert").filter(has_text="This file is not JSON")
    expect(alert).to_be_visible()
    drop(page, "card.json", b'{"id": "1", "idList": "2"}')
    expect(page.get_by_text("This is one card, not a board")).to_be_visible()


def test_the_same_without_a_script(plain_page, worker):
    page = plain_page
    sign_in(page)
    page.goto("/imports/new")
    page.set_input_files(
        "#drop_file", {"name": "ferries.json", "mimeType": "application/json", "buffer": json.dumps(BOARD).encode()}
    )
    page.get_by_role("button", name="Look into the file").click()
    page.get_by_role("button", name="Import the board").click()
    # The page looks again by itself.
    page.get_by_role("link", name="Open “Ferries”").click()
    expect(page.get_by_role("heading", name="Ferries")).to_be_visible()


def test_the_page_of_the_first_board_takes_a_file_too(page, worker):
    sign_in(page)
    workspace_id = one(Board, name="Launch").workspace_id
    page.goto(f"/workspaces/{workspace_id}/boards/new")
    drop(page, "ferries.json", json.dumps(BOARD).encode())
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
    db.session.rollback()
    assert db.session.scalars(sa.select(Transfer.workspace_id)).one() == workspace_id


def test_the_progress_moves_while_one_watches(page, world):
    sign_in(page)
    page.goto("/imports/new")
    drop(page, "ferries.json", json.dumps(BOARD).encode())
    page.get_by_role("button", name="Import the board").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    _set(state="running", progress=420)
    expect(page.get_by_text("Importing: 42 % done")).to_be_visible()
    _set(progress=990)
    expect(page.get_by_text("Importing: 99 % done")).to_be_visible()
    page.get_by_role("button", name="Cancel the import").click()
    expect(page.get_by_text("Stopping")).to_be_visible()
    _set(state="cancelled")
    expect(page.get_by_text("This import was cancelled")).to_be_visible()


def _set(**values):
    db.session.rollback()
    transfer = db.session.scalars(sa.select(Transfer)).one()
    for name, value in values.items():
        setattr(transfer, name, value)
    db.session.commit()
