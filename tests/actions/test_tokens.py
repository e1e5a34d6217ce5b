"""Personal tokens: made, used, taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.grants import scopes_of
from kanban.actions.tokens import create_token, revoke_secret, revoke_token, touch_token
from kanban.models import Actor, AuditEntry, Board, PersonalToken, User, limits
from kanban.policies import may
from kanban.queries.tokens import bearer_of_token, boards_to_open, tokens_of
from kanban.support.clock import now, travel
from kanban.support.db import db
from kanban.support.errors import Conflict, Invalid, NotFound
from tests.world import one


def actor_of(secret: str) -> Actor:
    """Who acts by a token, as the API has them act."""
    bearer = bearer_of_token(secret, now())
    assert bearer is not None
    given = bearer.given
    assert isinstance(given, PersonalToken)
    return Actor(bearer.user, "api", scopes=scopes_of(given.scope), only_board_id=given.board_id)


def test_only_its_hash_and_its_end_are_kept(ada: Actor) -> None:
    token, secret = create_token(ada, "  Backup at night ", days=30)
    assert secret.startswith("kbn_")
    assert len(secret) >= 47, "256 bits"
    assert secret not in repr(vars(one(PersonalToken)))
    assert (token.name, token.hint, token.scope) == ("Backup at night", secret[-4:], "read")
    assert token.expires_at is not None
    assert token.expires_at - token.created_at == timedelta(days=30)


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "x" * 121}, {"level": "root"}, {"level": ""}, {"days": 8}, {"days": -1}, {"days": 10**9}],
)
def test_what_is_not_on_offer_is_refused(ada: Actor, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        create_token(ada, **{"name": "Mine", **wrong})  # type: ignore[arg-type]
    assert not db.session.scalars(sa.select(PersonalToken)).all()


def test_it_is_written_down_without_its_secret(ada: Actor, launch: Board) -> None:
    token, secret = create_token(ada, "Here", level="write", board=launch)
    revoke_token(ada, token.id)
    lines = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.like("token.%"))).all()
    assert [line.action for line in lines] == ["token.created", "token.revoked"]
    assert lines[0].detail == {"scope": "read write", "board_id": launch.id, "days": 90}
    assert lines[0].subject_name == "Here"
    assert secret not in repr([vars(line) for line in lines])


def test_a_board_that_one_may_not_see_is_not_there(eve: Actor, launch: Board) -> None:
    with pytest.raises(NotFound):
        create_token(eve, "Prying", board=launch)
    assert not db.session.scalars(sa.select(PersonalToken)).all()


def test_there_are_only_so_many(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOKENS", 2)
    create_token(ada, "One")
    token, _secret = create_token(ada, "Two")
    with pytest.raises(Conflict, match="2 tokens"):
        create_token(ada, "Three")
    revoke_token(ada, token.id)
    create_token(ada, "Three")


def test_many_at_once_are_no_more_than_that(app: Flask, ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOKENS", 3)
    id_ = ada.id

    def make(_number: int) -> bool:
        with app.app_context():
            try:
                create_token(Actor(db.session.get_one(User, id_)), "Mine")
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(make, range(6))) == 3


def test_one_of_somebody_else_is_not_there(ada: Actor, eve: Actor) -> None:
    token, secret = create_token(ada, "Mine")
    for id_ in (token.id, 999_999):
        with pytest.raises(NotFound):
            revoke_token(eve, id_)
    assert bearer_of_token(secret, now()) is not None


def test_whoever_has_it_can_take_it_back(ada: Actor) -> None:
    _token, secret = create_token(ada, "Leaked")
    assert not revoke_secret("kbn_" + "x" * 43, "203.0.113.9")
    assert revoke_secret(secret, "203.0.113.9")
    assert not revoke_secret(secret, "203.0.113.9")
    line = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert line is not None
    assert (line.action, line.address, line.subject_name) == ("token.revoked", "203.0.113.9", "Leaked")


def test_its_last_use_is_written_every_five_minutes_at_most(ada: Actor) -> None:
    token, _secret = create_token(ada, "Mine")
    for minutes, noted in ((0, True), (4, False), (6, True), (10, False), (12, True)):
        with travel(timedelta(minutes=minutes)):
            before = token.used_at
            touch_token(token)
            db.session.refresh(token)
            assert (token.used_at != before) == noted, minutes


def test_it_narrows_and_never_widens(ada: Actor, edgar: Actor, launch: Board, garden: Board) -> None:
    def verbs(actor: Actor, board: Board) -> set[str]:
        return {verb for verb in ("see", "edit", "edit_board") if may(actor, verb, board)}

    reads, writes, all_ = (actor_of(create_token(ada, level, level=level)[1]) for level in ("read", "write", "admin"))
    assert verbs(reads, launch) == {"see"}
    assert verbs(writes, launch) == {"see", "edit"}
    assert verbs(all_, launch) == {"see", "edit", "edit_board"}
    here = actor_of(create_token(ada, "Here", level="admin", board=launch)[1])
    assert verbs(here, launch) == {"see", "edit", "edit_board"}
    assert verbs(here, garden) == set()
    assert not may(here, "see_workspace", launch.workspace)
    looks = actor_of(create_token(edgar, "All", level="admin")[1])
    assert verbs(looks, launch) == {"see"}, "Edgar may not more than that himself."


def test_its_owner_sees_what_they_have(ada: Actor, eve: Actor, launch: Board) -> None:
    create_token(ada, "First")
    create_token(ada, "Second", board=launch)
    create_token(eve, "Hers")
    assert [(line.token.name, line.board_name) for line in tokens_of(ada.user)] == [
        ("Second", "Launch"),
        ("First", None),
    ]
    assert [row.name for row in boards_to_open(ada)] == ["Launch"]
    assert boards_to_open(eve) == []


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("", set()),
        ("read", {"read"}),
        ("write", {"read", "write"}),
        ("admin", {"read", "write", "admin"}),
        ("read admin", {"read", "write", "admin"}),
        ("root", set()),
        ("root read", {"read"}),
    ],
)
def test_a_scope_has_the_smaller_ones_in_it(text: str, scopes: set[str]) -> None:
    assert scopes_of(text) == scopes


def test_it_goes_with_its_board(ada: Actor, launch: Board) -> None:
    _token, secret = create_token(ada, "Here", board=launch)
    with db.engine.begin() as connection:
        connection.execute(sa.delete(Board.__table__).where(Board.__table__.c.id == launch.id))
    assert bearer_of_token(secret, now()) is None
