"""Bodies too large, too deep, too many; text that no database takes (ASVS 1.5.2, 2.4.1, 5.2.1).

CVE-2026-35602 (a limit that one way in ignores), CVE-2026-33474 (a bomb).
"""

import gzip
import io
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.models import Transfer
from kanban.support.db import db
from tests.security.matrix import ROWS
from tests.security.pace import took
from tests.security.scene import Scene, everything, upload
from tests.web.conftest import Browser

SCRIPT = {"HX-Request": "true"}
FORM = "application/x-www-form-urlencoded"
# What is no text: nothing, halves of pairs, bytes of no encoding, what no document may hold.
NO_TEXT = (
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%ff%fe",
    "%C0%80",
    "%F5%80%80%80",
    "%EF%BF%BE",
    "%1b[31m",
    "%0d%0a%0d%0a",
    "%85",
)


def test_keys_without_end_are_refused_or_soon_read(people: Callable[[str], Browser], scene: Scene) -> None:
    before = everything()
    ada = people("ada").client
    million = b"&".join(b"k%d" % number for number in range(1_000_000))
    assert ada.post("/workspaces", data=million, content_type=FORM).status_code == 413
    many = b"&".join(b"k%d" % number for number in range(200_000))

    def send() -> None:
        answer = ada.post(f"/lists/{scene.hers['list']}/cards", data=many, content_type=FORM)
        assert answer.status_code in {413, 422}

    assert took(send, times=1) < 2
    assert everything() == before


@pytest.mark.parametrize(
    "kind", [FORM, "text/plain", "application/json", "application/octet-stream", "multipart/form-data; boundary=x"]
)
def test_a_body_beyond_measure_is_refused_from_anybody(
    people: Callable[[str], Browser], scene: Scene, kind: str
) -> None:
    body = b"--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n" + b"x" * 3_000_000 + b"\r\n--x--\r\n"
    for name in ("stranger", "ada"):
        for path in ("/session", "/accounts", f"/lists/{scene.hers['list']}/cards", "/previews"):
            for headers in ({}, SCRIPT):
                answer = people(name).client.post(path, data=body, content_type=kind, headers=headers)
                # Whoever must sign in first is told so before the body is read.
                turned_away = {303, 401} if name == "stranger" else set()
                unread = set() if kind.startswith(("multi", FORM)) else {303, 401, 422, 200}
                assert answer.status_code in {413} | turned_away | unread
                assert len(answer.data) < 100_000


def test_a_body_that_hides_its_length_is_refused_too(people: Callable[[str], Browser], scene: Scene) -> None:
    body = io.BytesIO(b"titles=" + b"x" * 5_000_000)
    answer = people("ada").client.post(
        f"/lists/{scene.hers['list']}/cards",
        input_stream=body,
        content_type=FORM,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code in {413, 422}
    assert body.tell() < 4_000_000, "It is not read to its end."


@pytest.mark.parametrize(
    "body",
    [
        b"--x\r\n" + b"X-Header: " + b"a" * 900_000 + b"\r\n\r\nx\r\n--x--\r\n",
        b"--x\r\nContent-Disposition: form-data; name=" + b"a" * 900_000 + b"\r\n\r\nx\r\n--x--\r\n",
        b"".join(b"--x\r\nContent-Disposition: form-data; name=a%d\r\n\r\nv\r\n" % n for n in range(5_000))
        + b"--x--\r\n",
        b"--x\r\n" * 100_000,
        b"\r\n" * 500_000,
        b"--x\r\nContent-Disposition: form-data; name=a",
        b"--x\r\nContent-Disposition: form-data; name=\xff\xfe\r\n\r\n\xff\r\n--x--\r\n",
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n" + b"--y\r\n" * 50_000 + b"\r\n--x--\r\n",
    ],
    ids=["headers", "names", "parts", "boundaries", "line ends", "cut off", "bytes", "within"],
)
def test_a_form_in_parts_is_no_bomb(people: Callable[[str], Browser], scene: Scene, body: bytes) -> None:
    def send() -> None:
        answer = people("ada").client.post(
            f"/lists/{scene.hers['list']}/cards", data=body, content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code in {400, 413, 422}

    assert took(send, times=1) < 2


def test_what_is_packed_stays_packed(people: Callable[[str], Browser], scene: Scene) -> None:
    packed = gzip.compress(b"titles=" + b"x" * 50_000_000)
    answer = people("ada").client.post(
        f"/lists/{scene.hers['list']}/cards",
        data=packed,
        content_type=FORM,
        headers={"Content-Encoding": "gzip"},
    )
    assert answer.status_code in {400, 422}


def test_nested_beyond_measure_is_refused_at_once(people: Callable[[str], Browser]) -> None:
    for body in (b"[" * 900_000, b'{"a":' * 200_000, b"[" * 200_000 + b"]" * 200_000):
        began = time.thread_time()
        answer = people("ada").client.post("/workspaces", data=body, content_type="application/json")
        assert answer.status_code == 422
        assert time.thread_time() - began < 2


def test_what_is_no_text_breaks_nothing_and_is_not_kept(scene: Scene, people: Callable[[str], Browser]) -> None:
    """In every field of every form, by whoever may send it."""
    odd = cycle(NO_TEXT)
    for row in [row for row in ROWS if row.fields] * 2:
        path, fields = row.filled(scene.hers)
        body = "&".join(f"{name}=x{next(odd)}y" for name in fields)
        for name in ("stranger", "ada"):
            answer = people(name).client.open(path, method=row.method, data=body, content_type=FORM)
            assert answer.status_code < 500, f"{row}: {body}"
        scene.lay_out() if row.path == "/session" else None
    for table, rows in everything().items():
        for row_ in rows:
            assert "\\x00" not in row_, table
            assert "\\ud8" not in row_, table
            assert "\\x1b" not in row_, table


@pytest.mark.parametrize(
    "text", ["a\x00b.json", "a\nb.json", "\x1b[31mred.json", "\u202egnp.json", "x" * 5_000 + ".json", "\x00", ".", ".."]
)
def test_what_is_no_name_of_a_file_is_kept_as_one(people: Callable[[str], Browser], scene: Scene, text: str) -> None:
    content, _name = upload()
    answer = people("ada").client.post("/imports", data={"file": (content, text)})
    assert answer.status_code in {303, 422}
    newest = db.session.scalars(sa.select(Transfer).order_by(Transfer.id.desc())).first()
    assert newest is not None
    assert newest.filename.isprintable() or "\u202e" in newest.filename
    assert len(newest.filename) <= 255


def test_only_one_file_comes_in_at_a_time(people: Callable[[str], Browser], scene: Scene, instance: Path) -> None:
    """Each would hold a file open: a thousand of them are all that a process may have."""
    before = everything()
    parts: list[Any] = [("file", upload()), ("file", upload())]
    answer = people("ada").client.post("/imports", data={"file": [part for _name, part in parts]})
    assert answer.status_code == 413
    answer = people("ada").client.post("/imports", data={"file": upload(), "other": upload()})
    assert answer.status_code == 413
    assert everything() == before
    assert [path.name for path in (instance / "uploads").glob("arriving-*")] == []


def test_a_file_beyond_the_limit_leaves_nothing_behind(
    app: Flask, people: Callable[[str], Browser], scene: Scene, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000_000)
    before = everything()
    for headers in ({}, SCRIPT):
        answer = people("ada").client.post(
            "/imports", data={"file": (io.BytesIO(b"{" + b" " * 1_200_000), "a.json")}, headers=headers
        )
        assert answer.status_code == 413
    assert everything() == before
    assert [path.name for path in (instance / "uploads").glob("*") if path.name.startswith("arriving-")] == []


def test_a_strangers_file_is_not_written_down(app: Flask, people: Callable[[str], Browser], instance: Path) -> None:
    kept = set((instance / "uploads").glob("*"))
    for headers in ({}, SCRIPT):
        data = {"file": (io.BytesIO(b"x" * 1_500_000), "a.json")}
        answer = people("stranger").client.post("/imports", data=data, headers=headers)
        assert answer.status_code in {303, 401}
    assert set((instance / "uploads").glob("*")) == kept


@pytest.mark.parametrize(
    "header",
    [
        "Cookie",
        "Referer",
        "User-Agent",
        "Accept-Language",
        "X-Request-ID",
        "HX-Current-URL",
        "If-None-Match",
        "Range",
        "Accept",
    ],
)
def test_odd_headers_break_nothing(scene: Scene, people: Callable[[str], Browser], header: str) -> None:
    for value in (
        "x" * 20_000,
        "http://[",
        "\xff\xfe",
        ";" * 5_000,
        "a=b; " * 3_000,
        "en;q=" + "9" * 5_000,
        "0-",
        "%",
        "*",
    ):
        for path, method in (
            (f"/boards/{scene.hers['board']}", "GET"),
            (f"/cards/{scene.hers['card']}/completion", "PUT"),
        ):
            for more in ({}, SCRIPT):
                answer = people("ada").client.open(path, method=method, headers={header: value, **more})
                answer.close()
                assert answer.status_code in {200, 303, 304, 401}, f"{header}: {value[:20]!r}"
