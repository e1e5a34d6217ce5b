"""Files that are no export of a board: each is told what it is, at once and in flat memory."""

import json
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from kanban.transfer import limits
from kanban.transfer.refusals import BadFile
from kanban.transfer.trello.boards import boards_in
from kanban.transfer.trello.reading import read
from tests.transfer.exports import a_board, a_card, write


def refusal(path: Path, entry: str | None = None) -> BadFile:
    with pytest.raises(BadFile) as caught, read(path, entry):
        pass
    return caught.value


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"hello", "not_json"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"[1, 2]", "no_board"),
        (b"{}", "no_board"),
        (b'{"id": "1", "name": "x", "lists": []}', "no_board"),
        (b'{"lists": null, "cards": []}', "no_board"),
        (b'{"message": "unauthorized permission requested"}', "no_board"),
        (b'{"id": "1", "idList": "2", "name": "A card", "checklists": [], "actions": []}', "single_card"),
        (b'{"_format": "wekan-board-1.0.0", "title": "x"}', "wekan"),
        (b'{"_id": "abc", "title": "x", "lists": [], "cards": []}', "wekan"),
        (b'{"item": {}, "included": {"lists": []}}', "planka"),
        (b'{"lists": {"a": 1}, "cards": []}', "wrong_shape"),
        (b'{"lists": "many", "cards": []}', "wrong_shape"),
        (b'{"lists": [], "cards": [}', "not_json"),
        (b'{"lists": [], "cards": []} and more', "not_json"),
        (b'{"lists": [], "cards": [], "name": 1e999}', "not_json"),
        (b'{"lists": [], "cards": [{"id": "1", "na', "truncated"),
        (b'{"lists": [], "cards": [', "truncated"),
        (b'{"lists": []', "truncated"),
        (b"{", "truncated"),
        (b"Card ID,Card Name,Card URL\n1,2,3\n", "csv"),
        (b'"a";"b";"c";"d"\n', "csv"),
        ("{}".encode("utf-16"), "utf16"),
        (b"\x1f\x8b\x08\x00", "not_json"),
        (b'{"lists": [], "cards": [], "name": "\xff"}', "not_json"),
    ],
)
def test_a_file_that_is_no_board_is_told_what_it_is(tmp_path, content, code):
    error = refusal(written(tmp_path, content))
    assert error.code == code
    assert str(error).endswith(".")
    assert error.field == "file"


def test_a_damaged_place_is_named(tmp_path):
    error = refusal(written(tmp_path, b'{"lists": [], "cards": [{"id": "1"}, {"id": nul}]}'))
    assert "cards[1]" in str(error)


@pytest.mark.parametrize(
    "content",
    [
        b'{"lists": [], "cards": [{"id": "1", "cover": ' + b"[" * 100_000,
        b'{"lists": [], "cards": [{"id": "1", "limits": ' + b'{"a":' * 100_000,
        b'{"lists": [], "cards": [], "unknown": ' + b"[" * 100_000,
        b'{"lists": [], "cards": [], "prefs": ' + b'{"a":' * 100_000,
        b'{"lists": [], "cards": [{"id": "1", "badges": {'
        + b",".join(b'"k%d": 1' % n for n in range(1_000_000))
        + b"}}]}",
        b'{"lists": [], "cards": [], ' + b",".join(b'"k%d": 1' % n for n in range(1_000_000)) + b"}",
        b'{"lists": [], "cards": [], "name": "' + b"x" * (limits.STRING + 200_000) + b'"}',
        b'{"lists": [], "cards": [], "name": "' + b'\\"' * (limits.STRING // 2 + 100_000) + b'"}',
    ],
    ids=[
        "deep value",
        "deep dropped value",
        "deep unknown value",
        "deep fact",
        "wide card",
        "wide board",
        "long text",
        "quotes",
    ],
)
def test_a_bomb_is_refused_within_a_second_and_without_the_memory_it_wants(tmp_path, content):
    path = written(tmp_path, content)
    del content
    started = time.process_time()
    refusal(path)
    took = time.process_time() - started
    tracemalloc.start()
    try:
        error = refusal(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.code == "absurd"
    assert took < 1
    assert peak < 100 * limits.MEGABYTE


def test_more_things_than_any_board_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(limits.COUNTS, "cards", 2)
    path = write(tmp_path / "board.json", a_board(cards=[a_card(1), a_card(2), a_card(3)]))
    assert refusal(path).code == "too_many"


def test_more_labels_on_cards_than_any_board_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(limits.COUNTS, "labels", 2)
    labels = [{"id": str(number), "name": "", "color": "red"} for number in range(3)]
    assert refusal(write(tmp_path / "board.json", a_board(cards=[a_card(1, labels=labels)]))).code == "too_many"


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UNPACKED", 100)
    path = write(tmp_path / "board.json", a_board(desc="x" * 200))
    assert refusal(path).code == "too_large"


# -- zips -----------------------------------------------------------------------------


def zipped(tmp_path: Path, files: dict[str, bytes]) -> Path:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def board_bytes(**more) -> bytes:
    return json.dumps(a_board(**more)).encode()


def test_boards_in_a_zip_are_found_by_what_they_hold(tmp_path):
    path = zipped(
        tmp_path,
        {
            "acme/one/board.json": board_bytes(name="Second"),
            "acme/two/x.JSON": board_bytes(name="First"),
            "acme/members.json": b'{"members": []}',
            "acme/notes.json": b"not json",
            "acme/deep.json": b"[" * 200,
            "acme/one/board.csv": b"a,b,c",
            "__MACOSX/acme/one/._board.json": board_bytes(),
        },
    )
    boards = boards_in(path)
    assert [board.name for board in boards] == ["First", "Second"]
    with read(path, boards[0].entry) as export:
        assert export.board.name == "First"
        assert sum(1 for _each in export.lists()) == 1


def test_a_plain_file_is_its_only_board(tmp_path):
    path = write(tmp_path / "board.json", a_board())
    assert [board.entry for board in boards_in(path)] == [None]


def test_a_board_without_a_name_is_called_after_its_file(tmp_path):
    assert boards_in(zipped(tmp_path, {"a.json": b'{"lists": [], "cards": []}'}))[0].name == "a.json"


def zip_refusal(path: Path) -> BadFile:
    with pytest.raises(BadFile) as caught:
        boards_in(path)
    return caught.value


def test_a_zip_without_a_board_says_so(tmp_path):
    assert zip_refusal(zipped(tmp_path, {"a.txt": b"hello"})).code == "no_board"
    assert zip_refusal(zipped(tmp_path, {})).code == "no_board"


@pytest.mark.parametrize(
    "name", ["../board.json", "/etc/board.json", "a/../../board.json", "C:\\board.json", "..\\board.json"]
)
def test_names_that_lead_out_of_a_zip_are_refused(tmp_path, name):
    assert zip_refusal(zipped(tmp_path, {name: board_bytes()})).code == "zip_names"


def test_a_link_in_a_zip_is_refused(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("board.json")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert zip_refusal(path).code == "zip_names"


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path):
    path = zipped(tmp_path, {"board.json": b'{"name": "' + b"0" * 20_000_000 + b'"}'})
    assert zip_refusal(path).code == "zip_bomb"


def test_a_zip_of_more_files_than_allowed_is_refused_before_its_table_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ZIP_ENTRIES", 2)
    assert zip_refusal(zipped(tmp_path, {f"{number}.txt": b"x" for number in range(3)})).code == "zip_entries"


def test_a_zip_that_lies_about_its_table_is_refused(tmp_path):
    path = zipped(tmp_path, {"board.json": board_bytes()})
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x05\x06")
    content[at + 12 : at + 16] = (2**31).to_bytes(4, "little")
    path.write_bytes(content)
    assert zip_refusal(path).code == "zip_entries"


def test_a_cut_off_zip_is_refused(tmp_path):
    path = zipped(tmp_path, {"board.json": board_bytes(desc="x" * 5000)})
    path.write_bytes(path.read_bytes()[:-40])
    assert zip_refusal(path).code == "zip_broken"


def test_a_zip_with_a_damaged_entry_is_refused(tmp_path):
    path = zipped(tmp_path, {"board.json": board_bytes(desc=" ".join(map(str, range(5000))))})
    content = bytearray(path.read_bytes())
    for at in range(300, 400):
        content[at] ^= 0x55
    path.write_bytes(content)
    assert zip_refusal(path).code in {"zip_broken", "no_board"}


def test_a_locked_zip_is_refused(tmp_path):
    path = zipped(tmp_path, {"board.json": board_bytes()})
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    assert zip_refusal(path).code == "zip_locked"


def test_an_entry_that_is_gone_is_refused(tmp_path):
    assert refusal(zipped(tmp_path, {"board.json": board_bytes()}), "other.json").code == "no_such_entry"
