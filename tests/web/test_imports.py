"""The pages of an import: with a script and without, and everything that can be wrong with a file."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from kombu.exceptions import OperationalError

from kanban.jobs import transfers as jobs
from kanban.models import Assignment, Board, Transfer, User, WorkspaceMember
from kanban.support.db import db, transaction
from kanban.transfer.imports import run_import
from kanban.web import imports as pages
from tests.transfer.exports import a_board, a_card, a_comment, a_list, a_member, object_id
from tests.transfer.importing import HOME
from tests.transfer.test_bad_files import board_bytes
from tests.world import PASSWORD, one

SCRIPT = {"HX-Request": "true"}


def signed_in(app, who):
    client = app.test_client()
    answer = client.post("/session", data={"email": f"{who}@example.org", "password": PASSWORD})
    assert answer.status_code == 303
    return client


@pytest.fixture
def ada(app, world):
    return signed_in(app, "ada")


@pytest.fixture
def grace(app, world):
    return signed_in(app, "grace")


@pytest.fixture
def engines(world):
    return one(Board, name="Launch").workspace_id


@pytest.fixture(autouse=True)
def _tidy(instance):
    # The folder is the worker's: tests of other files leave something there too.
    for path in uploads(instance):
        path.unlink()
    yield
    for path in uploads(instance):
        path.unlink()


def upload(client, workspace_id, content=None, name="board.json", headers=None, **board):
    content = json.dumps(a_board(**board)).encode() if content is None else content
    data = {"workspace_id": workspace_id, "file": (io.BytesIO(content), name)}
    return client.post("/imports", data=data, headers=headers)


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def work():
    """What the worker would do."""
    for transfer_id in db.session.scalars(sa.select(Transfer.id).where(Transfer.state == "queued")).all():
        run_import(transfer_id, base_url=HOME)


def uploads(instance) -> list[Path]:
    return list((instance / "uploads").glob("*"))


# -- the way through ------------------------------------------------------------------


def test_the_whole_way_by_plain_forms(ada, engines, instance):
    assert 'type="file"' in page(ada, "/imports/new")
    answer = upload(ada, engines, members=[a_member(1, "Ann Lee")], actions=[a_comment(1, 1)])
    assert answer.status_code == 303
    address = answer.headers["Location"]
    looked = page(ada, address)
    assert "Nothing has been written yet" in looked
    assert "1 comment, with its author and date" in looked
    assert "Ann Lee" in looked
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Board)) == 1

    answer = ada.post(f"{address}/run?_method=put", data={})
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    waiting = page(ada, address)
    assert "Waiting for its turn" in waiting
    assert 'http-equiv="refresh"' in waiting
    work()
    done = page(ada, address)
    board = one(Board, name="Ferries")
    assert f'href="/boards/{board.id}"' in done
    assert "Came over" in done
    assert "Ferries" in page(ada, f"/boards/{board.id}")
    assert "imported" in page(ada, "/imports")
    assert uploads(instance) == []


def test_undo_stands_beside_the_receipt_which_stays_readable(ada, engines):
    address = upload(ada, engines).headers["Location"]
    ada.post(f"{address}/run?_method=put")
    work()
    done = page(ada, address)
    event = done.split("/events/")[1].split("/")[0]
    assert ada.post(f"/events/{event}/reversal").status_code == 303
    assert one(Board, name="Ferries").is_deleted
    after = page(ada, address)
    assert "not there any more" in after
    assert "1 card" in after


def test_a_script_is_led_to_the_page(ada, engines):
    answer = upload(ada, engines, headers=SCRIPT)
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith("/imports/")


def test_a_script_watches_the_progress_until_there_is_something_else_to_see(ada, engines):
    address = upload(ada, engines).headers["Location"]
    ada.post(f"{address}/run?_method=put")
    answer = ada.get(f"{address}/progress", headers=SCRIPT)
    assert "<progress" in answer.get_data(as_text=True)
    assert "<html" not in answer.get_data(as_text=True)
    assert ada.get(f"{address}/progress").status_code == 303
    transfer = db.session.scalars(sa.select(Transfer)).one()
    transfer.state, transfer.progress = "running", 420
    db.session.commit()
    assert "42 %" in ada.get(f"{address}/progress", headers=SCRIPT).get_data(as_text=True)
    transfer.state = "queued"
    db.session.commit()
    work()
    assert ada.get(f"{address}/progress", headers=SCRIPT).headers["HX-Redirect"] == address


def test_a_double_click_makes_one_board(ada, engines):
    address = upload(ada, engines).headers["Location"]
    answers = [ada.post(f"{address}/run?_method=put") for _click in range(2)]
    work()
    answers.append(ada.post(f"{address}/run?_method=put"))
    work()
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    one(Board, name="Ferries")


def test_cancel_leaves_nothing(ada, engines, instance):
    address = upload(ada, engines).headers["Location"]
    assert len(uploads(instance)) == 1
    assert ada.post(f"{address}?_method=delete").status_code == 303
    assert "cancelled" in page(ada, address)
    assert uploads(instance) == []


def test_the_worker_runs_and_checks_by_its_jobs(ada, engines, monkeypatch):
    monkeypatch.setattr(pages, "_AT_ONCE", 10)
    address = upload(ada, engines).headers["Location"]
    assert "Reading the file" in page(ada, address)
    assert "Reading the file" in ada.get(f"{address}/progress", headers=SCRIPT).get_data(as_text=True)
    jobs.check.run(int(address.rsplit("/", 1)[1]))
    assert "Nothing has been written yet" in page(ada, address)
    ada.post(f"{address}/run?_method=put")
    jobs.run.run(int(address.rsplit("/", 1)[1]))
    jobs.sweep.run()
    db.session.expire_all()
    one(Board, name="Ferries")


def test_an_upload_is_taken_while_the_queue_is_away(ada, engines, monkeypatch):
    monkeypatch.setattr(pages, "_AT_ONCE", 10)

    def away(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr(pages.queue, "send_task", away)
    assert upload(ada, engines).status_code == 303


# -- people and earlier imports -------------------------------------------------------


def test_people_with_the_same_name_are_suggested(ada, engines):
    address = upload(
        ada, engines, members=[a_member(1, "grace HOPPER"), a_member(2, "X", username="ada"), a_member(3, "Nobody")]
    ).headers["Location"]
    looked = page(ada, address)
    assert looked.count("selected") == 2


def test_chosen_people_are_named(ada, engines):
    people = {"members": [a_member(1, "Gr")], "cards": [a_card(1, idMembers=[object_id(7, 1)])]}
    address = upload(ada, engines, **people).headers["Location"]
    grace = one(User, email="grace@example.org")
    ada.post(f"{address}/run?_method=put", data={f"person_{object_id(7, 1)}": grace.id})
    work()
    assert one(Assignment).user_id == grace.id


@pytest.mark.parametrize("value", ["x", "-1", "99999999999", "4"])
def test_a_person_who_was_not_offered_is_refused_beside_the_choice(ada, engines, value):
    address = upload(ada, engines, members=[a_member(1, "Ann")]).headers["Location"]
    answer = ada.post(f"{address}/run?_method=put", data={f"person_{object_id(7, 1)}": value})
    assert answer.status_code == 422
    assert "Choose people who belong to the workspace" in answer.get_data(as_text=True)


def test_a_second_import_offers_an_update_or_a_copy(ada, engines):
    first = upload(ada, engines).headers["Location"]
    ada.post(f"{first}/run?_method=put")
    work()
    board = one(Board, name="Ferries")
    second = upload(ada, engines, cards=[a_card(1, name="Changed")]).headers["Location"]
    assert "This board is here already" in page(ada, second)
    answer = ada.post(f"{second}/run?_method=put")
    assert answer.status_code == 409
    assert "Choose whether to update it" in answer.get_data(as_text=True)
    assert ada.post(f"{second}/run?_method=put", data={"into": "9999"}).status_code == 404
    launch = one(Board, name="Launch").id
    assert ada.post(f"{second}/run?_method=put", data={"into": launch}).status_code == 422
    ada.post(f"{second}/run?_method=put", data={"into": board.id})
    work()
    told = page(ada, second)
    assert "1 thing changed as in Trello" in told
    third = upload(ada, engines, cards=[a_card(1, name="Changed")]).headers["Location"]
    ada.post(f"{third}/run?_method=put", data={"into": board.id})
    work()
    assert "Nothing in the file is new" in page(ada, third)
    fourth = upload(ada, engines).headers["Location"]
    ada.post(f"{fourth}/run?_method=put", data={"into": "copy"})
    work()
    assert db.session.scalar(sa.select(sa.func.count()).where(Board.name == "Ferries")) == 2


# -- what can be wrong ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"hello", "not JSON"),
        (b"{", "ends too early"),
        (b'{"id": "1", "idList": "2"}', "This is one card, not a board"),
        (b"a,b,c,d\n", "CSV"),
        (b"PK\x03\x04 broken", "damaged"),
        (b'{"lists": [], "cards": [{"a": ' + b"[" * 1000, "nested deeper"),
    ],
)
def test_a_bad_file_is_refused_beside_the_field(ada, engines, instance, content, words):
    answer = upload(ada, engines, content)
    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert words in body
    assert 'id="drop_error"' in body
    told = upload(ada, engines, content, headers=SCRIPT)
    assert told.status_code == 422
    assert words in told.get_json()["title"]
    assert uploads(instance) == []


def test_no_file_is_refused(ada, engines):
    answer = ada.post("/imports", data={"workspace_id": engines})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.get_data(as_text=True)


def test_a_file_beyond_the_limit_is_refused_while_it_arrives(ada, engines, app, instance, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000)
    answer = upload(ada, engines, b"x" * 5_000)
    assert answer.status_code == 413
    assert "larger than the limit" in answer.get_data(as_text=True)
    assert uploads(instance) == []


def test_a_workspace_one_does_not_see_is_not_there(ada, engines, app):
    assert upload(ada, 9999).status_code == 404
    assert upload(signed_in(app, "eve"), engines).status_code == 404
    assert upload(signed_in(app, "edgar"), engines).status_code == 403


def test_without_a_workspace_named_it_is_the_first_one_may_fill(ada):
    answer = ada.post("/imports", data={"file": (io.BytesIO(board_bytes()), "b.json")})
    assert answer.status_code == 303


def test_an_import_is_nobody_elses(ada, grace, engines):
    address = upload(ada, engines).headers["Location"]
    for answer in (
        grace.get(address),
        grace.get(f"{address}/progress", headers=SCRIPT),
        grace.post(f"{address}/run?_method=put"),
        grace.post(f"{address}?_method=delete"),
        grace.post(f"{address}?_method=patch", data={"entry": "x"}),
    ):
        assert answer.status_code == 404


def test_a_strangers_file_never_reaches_the_disk(client, world, engines, instance):
    assert upload(client, engines).status_code in {303, 401}
    assert uploads(instance) == []


def test_a_zip_of_several_boards_asks_which(ada, engines):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.json", board_bytes(name="First <b>"))
        archive.writestr("two.json", board_bytes(name="Second", id=object_id(1, 5)))
    address = upload(ada, engines, packed.getvalue(), "export.zip").headers["Location"]
    asked = page(ada, address)
    assert "First &lt;b&gt;" in asked
    assert "The zip holds 2 boards" in asked
    answer = ada.post(f"{address}?_method=patch", data={"entry": "three.json"})
    assert answer.status_code == 422
    assert "Choose one of the boards" in answer.get_data(as_text=True)
    ada.post(f"{address}?_method=patch", data={"entry": "two.json"})
    assert "Second" in page(ada, address)


def test_script_in_names_is_shown_as_text(ada, engines):
    evil = "<script>alert(1)</script>"
    address = upload(
        ada,
        engines,
        name=evil,
        lists=[a_list(1, name=evil)],
        members=[a_member(1, evil)],
        cards=[a_card(1, name=evil, badges={"comments": 2})],
    ).headers["Location"]
    looked = page(ada, address)
    assert evil not in looked
    assert "&lt;script&gt;alert(1)" in looked


def test_what_failed_in_the_worker_is_said_on_the_page(ada, engines, monkeypatch):
    monkeypatch.setattr(pages, "_AT_ONCE", 10)
    address = upload(ada, engines, b'{"id": "1234567", "lists": []').headers["Location"]
    jobs.check.run(int(address.rsplit("/", 1)[1]))
    failed = page(ada, address)
    assert "ends too early" in failed
    assert "/imports/new" in failed


def test_before_any_import_the_list_says_so(ada):
    assert "No import so far" in page(ada, "/imports")


def test_whoever_belongs_to_no_workspace_is_told(app, world):
    edgar = signed_in(app, "edgar")
    with transaction() as session:
        ids = sa.select(User.id).where(User.email == "edgar@example.org")
        own = sa.delete(WorkspaceMember).where(WorkspaceMember.user_id.in_(ids), WorkspaceMember.role == "owner")
        session.execute(own.execution_options(bulk_recorded=True, synchronize_session=False))
    assert "no workspace that takes boards" in page(edgar, "/imports/new")
    assert edgar.post("/imports", data={"file": (io.BytesIO(b"{}"), "b.json")}).status_code == 422
