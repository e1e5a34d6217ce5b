"""Links for readers: what they show, what they never do, and that each of them ends.

GHSA-vvcv-vpph-h844 (a link taken for the user of its number), CVE-2026-33680 and CVE-2026-35594 (links listed to
readers; links that outlive their end), CVE-2023-3586 (links that outlive the switch for all of them), Kanboard 1.2.52
(links of disabled people).
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from kanban.actions.accounts import create_account
from kanban.actions.assignments import assign_card
from kanban.actions.boards import archive_board, delete_board, reopen_board, restore_board
from kanban.actions.cards import describe_card
from kanban.actions.checklists import create_checklist, create_items
from kanban.actions.comments import create_comment
from kanban.actions.dates import schedule_card
from kanban.actions.shares import end_links, revoke_share, share_board
from kanban.actions.site import set_site
from kanban.actions.states import archive_card, archive_list, delete_card
from kanban.actions.workspaces import require_factor
from kanban.models import Actor, AuditEntry, Board, Card, Checklist, LinkReader, List, ShareLink, User, Workspace
from kanban.policies import LINK_VERBS, link_may, may, role_in, role_on
from kanban.queries.shares import reader_of, shares_of
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from kanban.support.errors import Forbidden, Invalid
from kanban.support.tokens import new_secret
from tests.keys import give_totp
from tests.security.markup import faults_of, tags_of
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

_VARIES = re.compile(r'(?:nonce="|csrf-token" content="|csrf_token" value="|"request_id":")[\w.~-]+')


@pytest.fixture
def secret(ada: Actor, launch: Board) -> str:
    return share_board(ada, launch)[1]


@pytest.fixture
def full_card(ada: Actor, grace: Actor, report: Card) -> Card:
    """The report with something of everything."""
    describe_card(ada, report, "As *told*\n\n- [ ] a box")
    assign_card(ada, report, grace.user)
    create_checklist(ada, report, "Steps")
    create_items(ada, one(Checklist), ["One", "Two"])
    create_comment(grace, report, "Nearly there")
    schedule_card(ada, report, due_at=now(), due_has_time=True)
    return report


def test_anybody_reads_the_board_and_its_cards(client: FlaskClient, secret: str, full_card: Card) -> None:
    board = client.get(f"/shared/{secret}")
    assert board.status_code == 200
    for text in ("Launch", "To do", "Write the report", "Draw the poster"):
        assert text in board.text
    assert f'href="/shared/{secret}/cards/{full_card.id}"' in board.text
    card = client.get(f"/shared/{secret}/cards/{full_card.id}")
    for text in ("Write the report", "<em>told</em>", "Steps", "Two", "Nearly there", "Grace Hopper", "1 of 3"):
        assert text in card.text


@pytest.mark.parametrize("part", ["", "/cards/{card}", "/lists/{list}", "/lists/{list}?after={card}"])
def test_what_is_shown_does_nothing_and_tells_nothing_more(
    client: FlaskClient, as_eve: Browser, secret: str, full_card: Card, part: str
) -> None:
    path = f"/shared/{secret}" + part.format(card=full_card.id, list=full_card.list_id)
    for answer in (client.get(path), as_eve.get(path)):
        assert answer.status_code == 200
        assert faults_of(answer) == []
        tags = tags_of(answer.text)
        assert not {"form", "button", "script", "textarea", "select"} & {tag.name for tag in tags}
        assert all(tag.attributes.get("type") == "checkbox" for tag in tags if tag.name == "input")
        # What leads anywhere leads to what was shared, or is a style sheet or an icon.
        for tag in tags:
            href = tag.attributes.get("href", "#")
            assert href.startswith((f"/shared/{secret}", "#", "/static/")), tag
        assert "@example.org" not in answer.text
        assert "csrf" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in client.get(path).headers


def test_a_link_is_nobody(ada: Actor, eve: Actor, launch: Board, workspace: Workspace, client: FlaskClient) -> None:
    """Its number may be that of a person: whatever asks for an actor does not take its holder."""
    _link, secret = share_board(ada, launch)
    with transaction() as session:
        session.execute(sa.update(ShareLink).values(id=ada.id))
    db.session.expire_all()
    reader = reader_of(secret)
    assert reader is not None
    assert reader.link.id == ada.id
    assert not isinstance(reader, Actor)
    assert not hasattr(reader, "id")
    assert not hasattr(reader, "user")
    stranger: Any = reader
    for ask in (role_on, lambda who, thing: may(who, "see", thing)):
        with pytest.raises(AttributeError):
            ask(stranger, launch)
    with pytest.raises(AttributeError):
        role_in(stranger, workspace)
    for value in (str(ada.id), secret):
        with client.session_transaction() as session:
            session["_user_id"] = value
        assert client.get(f"/boards/{launch.id}").status_code == 303
        assert client.get(f"/boards/{launch.id}?secret={secret}").status_code == 303
        assert client.get("/", headers={"Authorization": f"Bearer {secret}"}).status_code == 303


def test_a_link_gives_nothing_on_any_other_board(
    ada: Actor, launch: Board, garden: Board, report: Card, client: FlaskClient, secret: str
) -> None:
    reader = reader_of(secret)
    assert reader is not None
    assert link_may(reader, "see", launch)
    assert link_may(reader, "see", report)
    assert not link_may(reader, "see", garden)
    assert not any(link_may(reader, verb, launch) for verb in ("edit", "comment", "watch", "edit_board"))
    assert set(LINK_VERBS) == {"see"}
    beds = one(List, name="Beds")
    assert client.get(f"/shared/{secret}/lists/{beds.id}").status_code == 404
    # Each secret of two, with the other's card.
    other = share_board(ada, garden)[1]
    assert client.get(f"/shared/{other}").status_code == 200
    assert client.get(f"/shared/{other}/cards/{report.id}").status_code == 404
    assert client.get(f"/shared/{other}/lists/{report.list_id}").status_code == 404


def _disable(table: Any, id_: int, **values: Any) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.update(table.__table__).where(table.__table__.c.id == id_).values(**values))
    db.session.rollback()
    db.session.expire_all()


ENDS: dict[str, Callable[[Actor, Board], Any]] = {
    "revoked": lambda ada, board: revoke_share(ada, one(ShareLink)),
    "archived": archive_board,
    "archived and reopened": lambda ada, board: (archive_board(ada, board), reopen_board(ada, board)),
    "deleted": delete_board,
    "deleted and restored": lambda ada, board: (delete_board(ada, board), restore_board(ada, board)),
    "its maker disabled": lambda ada, board: _disable(User, ada.id, disabled_at=now()),
    "workspace deleted": lambda ada, board: _disable(Workspace, board.workspace_id, deleted_at=now()),
    "second factor asked for": lambda ada, board: _ask_factor(ada, board),
    "second factor, by the way": lambda ada, board: _disable(Workspace, board.workspace_id, requires_factor=True),
    "importing": lambda ada, board: _disable(Board, board.id, importing_at=now()),
    "archived by the way": lambda ada, board: _disable(Board, board.id, archived_at=now()),
    "all turned off": lambda ada, board: _turn_off(),
    "all ended": lambda ada, board: _end_all(),
}


def _ask_factor(ada: Actor, board: Board) -> None:
    """And waive it again: the links stay ended."""
    protected = replace(ada, has_factor=True)
    require_factor(protected, board.workspace, wanted=True)
    require_factor(protected, board.workspace, wanted=False)


def _turn_off() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO settings (name, value) VALUES ('public_links', '0')"))


def _end_all() -> None:
    with transaction():
        end_links()


@pytest.mark.parametrize("end", ENDS)
def test_a_link_that_has_ended_answers_as_one_that_never_was(
    ada: Actor, launch: Board, report: Card, client: FlaskClient, end: str
) -> None:
    _link, secret = share_board(ada, launch, days=1)
    _settle(client)
    parts = ("", f"/cards/{report.id}", f"/lists/{report.list_id}")
    assert [client.get(f"/shared/{secret}{part}").status_code for part in parts] == [200, 200, 200]
    ENDS[end](ada, launch)
    for part in parts:
        face = _face(client, f"/shared/{secret}{part}")
        assert face[0] == 404
        assert face == _face(client, f"/shared/{new_secret()}{part}")


def test_a_workspace_that_asks_for_a_second_factor_has_no_links(ada: Actor, launch: Board, as_ada: Browser) -> None:
    give_totp(ada.user)
    protected = replace(ada, has_factor=True)
    require_factor(protected, launch.workspace, wanted=True)
    with pytest.raises(Forbidden):
        share_board(protected, launch, days=1)
    page = as_ada.get(f"/boards/{launch.id}/shares").text
    assert "readers by a link have none" in page
    assert "Make a link" not in page


def test_a_link_ends_at_its_time(ada: Actor, launch: Board, client: FlaskClient) -> None:
    short, long = share_board(ada, launch, days=1)[1], share_board(ada, launch)[1]
    assert len(shares_of(launch)) == 2
    with travel(timedelta(days=1, seconds=1)):
        assert client.get(f"/shared/{short}").status_code == 404
        assert client.get(f"/shared/{long}").status_code == 200
        assert len(shares_of(launch)) == 1


def test_a_secret_that_was_changed_opens_nothing(
    ada: Actor, launch: Board, report: Card, client: FlaskClient, secret: str
) -> None:
    _settle(client)
    nothing = _face(client, f"/shared/{new_secret()}")
    link = one(ShareLink)
    for changed in (
        secret[:-1],
        secret[:8],
        secret + "A",
        secret + "=",
        secret.swapcase(),
        secret[::-1],
        link.secret_hash,
        link.hint,
        str(link.id),
        "%00",
        "x" * 5000,
    ):
        assert _face(client, f"/shared/{changed}") == nothing, changed
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.open(f"/shared/{secret}", method=method).status_code == 405
        assert client.open(f"/shared/{secret}/cards/{report.id}", method=method).status_code == 405


def test_only_what_the_board_shows_is_shown(
    ada: Actor, launch: Board, report: Card, hall: Card, poster: Card, doing: List, client: FlaskClient, secret: str
) -> None:
    archive_card(ada, report)
    delete_card(ada, hall)
    archive_list(ada, doing)
    board = client.get(f"/shared/{secret}").text
    for card in (report, hall, poster):
        assert card.title not in board
        assert client.get(f"/shared/{secret}/cards/{card.id}").status_code == 404
    assert client.get(f"/shared/{secret}/lists/{doing.id}").status_code == 404
    assert client.get(f"/shared/{secret}/cards/{2**40}").status_code == 404


def test_the_secret_is_shown_once_and_written_down_nowhere(as_ada: Browser, launch: Board) -> None:
    made = as_ada.plain("POST", f"/boards/{launch.id}/shares", days="30")
    assert made.headers["Cache-Control"] == "no-store"
    secret = re.search(r"http://localhost/shared/([\w-]{43})", made.text)
    assert secret is not None
    assert as_ada.client.get(f"/shared/{secret[1]}").status_code == 200
    page = as_ada.get(f"/boards/{launch.id}/shares").text
    assert secret[1] not in page
    assert f"…{secret[1][-4:]}" in page
    assert "Ada Lovelace" in page
    link = one(ShareLink)
    assert as_ada.plain("DELETE", f"/shares/{link.id}").status_code == 303
    assert as_ada.plain("DELETE", f"/shares/{link.id}").status_code == 303
    lines = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.like("share.%"))).all()
    assert [(line.action, line.subject_id, line.detail["hint"]) for line in lines] == [
        ("share.created", launch.id, secret[1][-4:]),
        ("share.revoked", launch.id, secret[1][-4:]),
    ]
    with db.engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            rows = connection.execute(sa.text(f'SELECT * FROM "{table}"')).all()
            assert secret[1] not in repr(rows), table


def test_members_and_observers_neither_see_nor_make_nor_end_links(
    as_grace: Browser, as_edgar: Browser, launch: Board, secret: str
) -> None:
    link = one(ShareLink)
    for browser in (as_grace, as_edgar):
        page = browser.get(f"/boards/{launch.id}/shares")
        assert page.status_code == 403
        assert link.hint not in page.text
        assert browser.plain("POST", f"/boards/{launch.id}/shares").status_code == 403
        assert browser.plain("DELETE", f"/shares/{link.id}").status_code == 403
    assert reader_of(secret) is not None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ShareLink)) == 1


def test_no_link_is_made_where_links_are_turned_off(ada: Actor, as_ada: Browser, launch: Board) -> None:
    share_board(ada, launch)
    _turn_off()
    with pytest.raises(Forbidden):
        share_board(ada, launch)
    page = as_ada.get(f"/boards/{launch.id}/shares").text
    assert "turned links off" in page
    assert "Make a link" not in page
    assert as_ada.plain("POST", f"/boards/{launch.id}/shares", days="7").status_code == 403


def test_turning_links_on_again_brings_none_of_them_back(ada: Actor, launch: Board, client: FlaskClient) -> None:
    _link, secret = share_board(ada, launch)
    root = Actor(create_account("Ida Root", "ida@example.org", PASSWORD, is_admin=True))
    set_site(root, public_links=False)
    assert client.get(f"/shared/{secret}").status_code == 404
    set_site(root, public_links=True)
    assert client.get(f"/shared/{secret}").status_code == 404
    assert client.get(f"/shared/{share_board(ada, launch)[1]}").status_code == 200


def test_no_link_is_made_to_an_archived_board(ada: Actor, launch: Board) -> None:
    archive_board(ada, launch)
    with pytest.raises(Forbidden):
        share_board(ada, launch)


@pytest.mark.parametrize("days", ["2", "0", "-1", "100000", "soon", "1.5"])
def test_only_the_times_on_offer_are_taken(as_ada: Browser, launch: Board, days: str) -> None:
    assert as_ada.plain("POST", f"/boards/{launch.id}/shares", days=days).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ShareLink)) == 0


def test_a_board_has_so_many_links_and_no_more(ada: Actor, launch: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kanban.models.limits.SHARE_LINKS", 2)
    share_board(ada, launch, days=1)
    share_board(ada, launch)
    with pytest.raises(Invalid):
        share_board(ada, launch)
    revoke_share(ada, db.session.scalars(sa.select(ShareLink)).first())
    share_board(ada, launch)


def test_a_reader_of_a_link_is_told_apart_by_its_link_alone(ada: Actor, launch: Board) -> None:
    link, secret = share_board(ada, launch)
    assert reader_of(secret) == LinkReader(link)


def _settle(client: FlaskClient) -> None:
    """Visit twice: the first pages of a session set its cookie."""
    for _visit in range(2):
        assert client.get(f"/shared/{new_secret()}").status_code == 404


def _face(client: FlaskClient, path: str) -> tuple[int, str, list[str]]:
    answer = client.get(path)
    return answer.status_code, _VARIES.sub("", answer.text), sorted({name for name, _value in answer.headers})
