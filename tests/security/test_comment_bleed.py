"""Who may change what somebody has said, and who has said it.

CommentBleed GHSA-pqr4-rxgp-hv2m and CVE-2026-2461 (anyone edits and deletes anyone's comment), AuthorBleed
(the author is taken from what was sent).
"""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kanban.actions.comments import create_comment, delete_comment
from kanban.models import Actor, Board, BoardMember, Card, Comment, Event, List
from kanban.support.db import db, transaction
from tests.web.conftest import Browser
from tests.world import one


def become(actor: Actor, board: Board, role: str) -> None:
    """Give somebody another role on a board, as an admin's page will."""
    with transaction() as session:
        table = BoardMember.__table__
        session.execute(
            sa.update(table).where(table.c.board_id == board.id, table.c.user_id == actor.id).values(role=role)
        )


@pytest.fixture
def said(grace: Actor, report: Card) -> Comment:
    """A comment of Grace's."""
    create_comment(grace, report, "I said so")
    found: Comment = one(Comment, body="I said so")
    return found


def test_not_even_an_admin_puts_words_into_a_mouth(as_ada: Browser, said: Comment) -> None:
    assert as_ada.get(f"/comments/{said.id}/edit").status_code == 403
    for change in (as_ada.plain, as_ada.htmx):
        assert change("PATCH", f"/comments/{said.id}", body="Not mine").status_code == 403
    assert said.body == "I said so"


def test_an_admin_deletes_what_a_member_has_said(as_ada: Browser, said: Comment) -> None:
    assert as_ada.plain("DELETE", f"/comments/{said.id}").status_code == 303
    assert said.deleted_at is not None


def test_another_member_changes_nothing(
    browse: Callable[[Actor], Browser], ada: Actor, edgar: Actor, launch: Board, said: Comment
) -> None:
    become(edgar, launch, "member")
    other = browse(edgar)
    assert other.plain("PATCH", f"/comments/{said.id}", body="Not mine").status_code == 403
    assert other.plain("DELETE", f"/comments/{said.id}").status_code == 403
    assert (said.body, said.deleted_at) == ("I said so", None)


def test_whoever_only_looks_by_now_changes_not_even_their_own(
    as_grace: Browser, grace: Actor, launch: Board, said: Comment
) -> None:
    become(grace, launch, "observer")
    assert as_grace.get(f"/comments/{said.id}/edit").status_code == 403
    assert as_grace.plain("PATCH", f"/comments/{said.id}", body="Other").status_code == 403
    assert as_grace.plain("DELETE", f"/comments/{said.id}").status_code == 403
    assert f"/comments/{said.id}/edit" not in as_grace.get(f"/cards/{said.card_id}").text
    assert said.body == "I said so"


def test_what_an_admin_has_deleted_its_author_does_not_bring_back(
    as_grace: Browser, as_ada: Browser, ada: Actor, said: Comment
) -> None:
    gone = delete_comment(ada, said)
    assert as_grace.plain("POST", f"/events/{gone.id}/reversal").status_code == 403
    assert said.deleted_at is not None
    assert as_ada.plain("POST", f"/events/{gone.id}/reversal").status_code == 303
    assert said.deleted_at is None


def test_who_did_something_is_whoever_is_signed_in(
    as_grace: Browser, ada: Actor, grace: Actor, report: Card, todo: List, launch: Board
) -> None:
    names = ("author_id", "author", "actor_id", "actor", "user_id", "user", "created_by_id", "creator")
    forged: dict[str, object] = dict.fromkeys(names, ada.id)
    forged |= {"created_at": "1999-01-01", "id": 77, "board_id": 99, "number": 99, "rank": "zzz", "via": "import"}
    assert as_grace.plain("POST", f"/cards/{report.id}/comments", body="Forged", **forged).status_code == 303
    assert as_grace.plain("POST", f"/lists/{todo.id}/cards", titles="Forged", **forged).status_code == 303
    assert as_grace.plain("PATCH", f"/cards/{report.id}", title="Renamed", **forged).status_code == 303
    comment, card = one(Comment, body="Forged"), one(Card, title="Forged")
    assert (comment.author_id, comment.card_id, comment.id != 77) == (grace.id, report.id, True)
    assert (card.created_by_id, card.board_id, card.number) == (grace.id, launch.id, 6)
    newest = db.session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(3)).all()
    assert {(event.actor_id, event.via) for event in newest} == {(grace.id, "web")}
