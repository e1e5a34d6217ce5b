"""Hostile text in every field, read in every view.

CVE-2026-25935, CVE-2026-27116, ExportBleed GHSA-8r5p-4q9j-f5jx, CVE-2023-33969, CVE-2024-22720 (XSS by previews,
links, names of groups), CVE-2026-27616 (what runs when it is opened).
"""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from kanban.models import Attachment, Card, Event, Transfer
from kanban.render.markdown import to_html
from kanban.support.db import Model, db
from kanban.transfer.imports import run_import
from tests.security.markup import faults_of, tags_of
from tests.security.matrix import ROWS
from tests.security.scene import Scene, Things
from tests.security.test_authorization_matrix import send
from tests.transfer.exports import a_board, a_card, a_checklist, a_comment, a_list, a_member, an_item, object_id
from tests.web.conftest import Browser

# Out of an attribute, a title, a field and a script; a template's words; what is decoded once too often.
NAME = "\"'><x-x onx=1></title></textarea></script>{{7*7}}&lt;b&gt;"
TEXT = f"""{NAME}

[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](java\tscript:alert(1)) [d](data:text/html,x) [e](vbscript:x)
[f](&#106;avascript:alert(1)) [g](//evil.example "{NAME}") ![h](javascript:alert(1)) <javascript:alert(1)>
<a href="javascript:alert(1)" onclick=1 style="x" hx-get="/x" id="toasts">i</a> <form action=/session></form>
<svg onload=alert(1)><script>alert(1)</script></svg> <img src=x onerror=alert(1)> <style>*{{}}</style>

- [ ] {NAME}

```" onx=1 x="
{NAME}
```
[j]: javascript:alert(1)
[j] %3Cscript%3E %253Cscript%253E \u2028 {{% raw %}} {{{{config}}}}"""
_NAMES = {
    "users": "name",
    "workspaces": "name",
    "boards": "name",
    "groups": "name",
    "lists": "name",
    "cards": "title",
    "labels": "name",
    "checklists": "title",
    "items": "text",
    "attachments": "title",
    "transfers": "filename",
}
_TEXTS = {"boards": "description", "cards": "description", "comments": "body"}


@pytest.fixture
def hostile(scene: Scene) -> Things:
    """Ada's things, with hostile text wherever the database holds text that somebody chose."""
    with db.engine.begin() as connection:
        for names, value in ((_NAMES, NAME), (_TEXTS, TEXT)):
            for table, column in names.items():
                connection.execute(sa.update(Model.metadata.tables[table]).values({column: value}))
        events = Event.__table__
        for id_, detail in connection.execute(sa.select(events.c.id, events.c.detail)).all():
            named = {
                key: [NAME] if isinstance(value, list) else NAME if isinstance(value, str) and key != "due" else value
                for key, value in detail.items()
            }
            connection.execute(sa.update(events).where(events.c.id == id_).values(detail=named))
        links = Model.metadata.tables["attachments"]
        connection.execute(sa.update(links).values(url=f"https://example.org/{NAME}"))
        receipts = Transfer.__table__
        for id_, receipt in connection.execute(sa.select(receipts.c.id, receipts.c.receipt)).all():
            if receipt is not None:
                receipt["counts"]["board_name"] = NAME
                connection.execute(sa.update(receipts).where(receipts.c.id == id_).values(receipt=receipt))
    db.session.expire_all()
    return scene.hers


def test_no_page_runs_what_somebody_has_written(hostile: Things, people: Callable[[str], Browser]) -> None:
    read = 0
    for row in ROWS:
        for name in ("ada", "edgar") if row.is_safe else ():
            for htmx in (False, True):
                answer = send(people(name), row, hostile, htmx=htmx)
                told = answer.data.decode("utf-8", "replace")
                answer.close()
                assert answer.status_code < 500, str(row)
                assert "<x-x" not in told, str(row)
                assert faults_of(answer) == [], str(row)
                read += NAME.replace("&", "&amp;")[-14:].replace("<", "&lt;").replace(">", "&gt;") in told
    assert read > 100, "It was to be seen on most pages, as it was typed."


def test_no_answer_to_a_change_runs_what_somebody_has_written(
    scene: Scene, hostile: Things, people: Callable[[str], Browser]
) -> None:
    """Fragments, toasts with their undo, refusals with what was typed, notices of plain forms."""
    ada, edgar = people("ada"), people("edgar")
    for row in ROWS:
        if row.is_safe or row.path in {"/session", "/setup/{setup_token}", "/accounts"}:
            continue
        fields = {name: NAME if _is_text(name) else value for name, value in row.fields.items()}
        row = row._replace(fields={name: _doubled(value) for name, value in fields.items()})
        for browser in (edgar, ada):
            for htmx in (True, False):
                answer = send(browser, row, hostile, htmx=htmx)
                assert answer.status_code < 500, str(row)
                if answer.content_type.startswith("text/html"):
                    assert "<x-x" not in answer.text, str(row)
                    assert faults_of(answer) == [], str(row)
                elif answer.content_type == "application/problem+json":
                    json.loads(answer.text)
        for page in ("/", f"/boards/{hostile['board']}"):
            shown = ada.get(page)
            assert "<x-x" not in shown.text, f"the notice after {row}"


def _is_text(name: str) -> bool:
    return name in {"name", "names", "title", "titles", "text", "texts", "body", "description", "entry", "theme", "due"}


def _doubled(value: str) -> str:
    """With its braces doubled, unless they stand for an id."""
    return value.replace("{{", "{{{{").replace("}}", "}}}}") if "{{" in value else value


def test_the_title_of_a_page_says_what_was_typed(hostile: Things, people: Callable[[str], Browser]) -> None:
    page = people("ada").get(f"/boards/{hostile['board']}").text
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title.startswith("&#34;&#39;&gt;&lt;x-x onx=1&gt;&lt;/title&gt;")
    assert "{{7*7}}&amp;lt;b&amp;gt; · Kanban" in title


def test_the_island_of_words_cannot_be_left(hostile: Things, people: Callable[[str], Browser]) -> None:
    page = people("ada").get(f"/boards/{hostile['board']}").text
    island = page.partition('id="words"')[2].partition(">")[2].partition("</script>")[0]
    assert json.loads(island)["today"] == "Today"
    assert "<" not in island


@pytest.mark.parametrize("htmx", [False, True])
def test_a_preview_shows_and_does_not_run(as_ada: Browser, htmx: bool) -> None:
    send_it = as_ada.htmx if htmx else as_ada.plain
    answer = send_it("POST", "/previews", text=TEXT)
    assert "<x-x" not in answer.text
    assert faults_of(answer) == []


def test_markdown_lets_nothing_through_but_its_own() -> None:
    tags = tags_of(str(to_html(TEXT)))
    assert {tag.name for tag in tags} <= {"p", "a", "ul", "li", "input", "pre", "code", "br", "em", "strong"}
    allowed = {"href", "title", "rel", "type", "class", "disabled", "data-box"}
    assert {name for tag in tags for name in tag.attributes} <= allowed
    for tag in tags:
        href = tag.attributes.get("href", "")
        assert not any(bad in "".join(href.split()).lower() for bad in ("javascript:", "data:", "vbscript:")), href
        assert tag.name != "a" or tag.attributes["rel"] == "nofollow noopener noreferrer"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example",
        "file:///etc/passwd",
        "ftp://example.org",
        "http:///x",
        "https:x",
        "",
        "http://[",
    ],
)
def test_a_link_leads_to_the_web_or_nowhere(as_ada: Browser, report: Card, url: str) -> None:
    answer = as_ada.plain("POST", f"/cards/{report.id}/attachments", url=url, title="x")
    assert answer.status_code == 422
    assert faults_of(answer) == []


def _imported() -> dict[str, Any]:
    """A board as Trello would never export it."""
    people = [a_member(1, NAME, username=NAME), a_member(2, TEXT[:2_000])]
    return a_board(
        name=NAME,
        desc=TEXT,
        lists=[a_list(1, name=NAME)],
        labels=[{"id": object_id(8, 1), "name": NAME, "color": NAME}],
        members=people,
        memberships=[{"idMember": people[0]["id"], "memberType": NAME}],
        cards=[
            a_card(
                1,
                name=NAME,
                desc=TEXT,
                idMembers=[each["id"] for each in people],
                idLabels=[object_id(8, 1)],
                cover={"color": NAME},
                locationName=NAME,
                attachments=[
                    {"id": object_id(9, n), "name": NAME, "url": url}
                    for n, url in enumerate(["javascript:alert(1)", f"https://x.example/{NAME}", "data:text/html,x"])
                ],
                customFieldItems=[{"id": NAME, "idCustomField": NAME, "value": {"text": NAME}}],
            )
        ],
        checklists=[a_checklist(1, 1, an_item(1, name=NAME), name=NAME)],
        actions=[a_comment(1, 1, TEXT, type="commentCard"), {**a_comment(2, 1, TEXT), "type": NAME}],
        customFields=[{"id": object_id(10, 1), "name": NAME, "type": NAME, "options": [{"value": {"text": NAME}}]}],
    )


def _pages(board_id: int) -> Iterator[str]:
    yield from ("/", "/imports", f"/boards/{board_id}", f"/boards/{board_id}/labels", f"/boards/{board_id}/events")
    table = Model.metadata.tables["cards"]
    for card_id in db.session.scalars(sa.select(table.c.id).where(table.c.board_id == board_id)):
        yield from (f"/cards/{card_id}", f"/cards/{card_id}/assignees", f"/cards/{card_id}/edit")


def test_a_hostile_file_runs_neither_on_its_receipt_nor_on_its_board(as_ada: Browser) -> None:
    # As browsers send a name with a quote.
    file = (io.BytesIO(json.dumps(_imported()).encode()), f"{NAME}.json".replace('"', "%22"))
    answer = as_ada.client.post("/imports", data={"file": file})
    assert answer.status_code == 303
    receipt = answer.location
    transfer_id = int(receipt.rpartition("/")[2])
    for page in (receipt, "/imports"):
        shown = as_ada.get(page)
        assert "<x-x" not in shown.text
        assert faults_of(shown) == []
    assert as_ada.plain("PUT", f"{receipt}/run").status_code == 303
    run_import(transfer_id, base_url="http://localhost")
    db.session.expire_all()
    transfer = db.session.get_one(Transfer, transfer_id)
    assert transfer.state == "done", transfer.error
    assert transfer.board_id is not None
    for page in (receipt, *_pages(transfer.board_id)):
        for htmx in (False, True):
            shown = as_ada.get(page, htmx=htmx)
            assert shown.status_code == 200
            assert "<x-x" not in shown.text, page
            assert faults_of(shown) == [], page
    links = db.session.scalars(sa.select(Attachment.url).where(Attachment.board_id == transfer.board_id))
    assert [(url or "").partition(":")[0] for url in links] == ["https"]
