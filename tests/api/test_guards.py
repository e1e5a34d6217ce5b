"""What a view demands of a token: that it is good, and that it was given enough."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, g

from kanban.actions.grants import Pair, grant_by_password
from kanban.actions.sessions import Place
from kanban.actions.tokens import create_token
from kanban.api.guards import OutOfScope, Unauthorized, any_scope, signed_in
from kanban.models import Actor, Board, Setting
from kanban.support import observe
from kanban.support.db import transaction
from kanban.support.errors import FactorRequired
from tests.api.conftest import Program
from tests.keys import give_totp
from tests.world import PASSWORD


@signed_in
def view() -> Actor:
    actor: Actor = g.actor
    return actor


@signed_in
@any_scope
def open_view() -> Actor:
    actor: Actor = g.actor
    return actor


@pytest.fixture
def ask(app: Flask) -> Callable[..., Any]:
    """Has a view answer a request with a token."""

    @contextmanager
    def request(method: str, token: str | None) -> Iterator[None]:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        with app.test_request_context("/api/v1/x", method=method, headers=headers):
            yield

    def asked(token: str | None, method: str = "GET", of: Callable[[], Any] = view) -> Any:
        with request(method, token):
            return of()

    return asked


def pair(scope: str) -> Pair:
    return grant_by_password("ada@example.org", PASSWORD, "", Place("test"), scope=scope)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_right_to_read_is_none_to_change(ask: Callable[..., Any], ada: Actor, method: str) -> None:
    """CVE-2026-33312, CVE-2026-40103."""
    for token in (create_token(ada, "Reads")[1], pair("read").access):
        assert ask(token) == ada
        assert ask(token, "HEAD") == ada
        with pytest.raises(OutOfScope) as refused:
            ask(token, method)
        assert refused.value.status == 403
        assert refused.value.challenge == 'Bearer realm="Kanban", error="insufficient_scope", scope="write"'
        assert ask(token, method, open_view) == ada
    for token in (create_token(ada, "Writes", level="write")[1], pair("write").access):
        assert ask(token, method) == ada


def test_who_acts_is_narrowed_by_what_was_given(ask: Callable[..., Any], ada: Actor, launch: Board) -> None:
    actor = ask(create_token(ada, "Here", level="write", board=launch)[1])
    assert (actor.via, actor.only_board_id, actor.scopes) == ("api", launch.id, {"read", "write"})
    actor = ask(pair("read").access)
    assert (actor.via, actor.only_board_id, actor.scopes) == ("api", None, {"read"})
    assert not actor.has_factor
    give_totp(ada.user)
    assert ask(create_token(ada, "Mine")[1]).has_factor


def test_a_site_that_asks_everybody_for_a_factor_shows_programs_nothing(ask: Callable[..., Any], ada: Actor) -> None:
    secret = create_token(ada, "Mine")[1]
    with transaction() as session:
        session.merge(Setting(name="require_factor", value="everybody"))
    with pytest.raises(FactorRequired):
        ask(secret)


def test_nothing_and_nonsense_are_told_apart(ask: Callable[..., Any], ada: Actor) -> None:
    for token, code in (
        (None, "unauthorized"),
        ("", "unauthorized"),
        ("kbn_x", "invalid_token"),
        ("x", "invalid_token"),
    ):
        with pytest.raises(Unauthorized) as refused:
            ask(token)
        assert (refused.value.status, refused.value.code) == (401, code)


def test_who_asked_stands_in_the_log(adas: Program, app: Flask, ada: Actor) -> None:
    with app.test_request_context("/api/v1/x", headers={"Authorization": f"Bearer {adas.access}"}):
        view()
        assert observe._user_id() == ada.id


def test_a_token_comes_into_no_log_even_without_its_name(adas: Program, ada: Actor) -> None:
    for secret in (adas.access, adas.refresh_token, create_token(ada, "Mine")[1]):
        line = observe.scrub(None, "", {"event": f"failed with {secret} in hand"})
        assert "[hidden] in hand" in line["event"]
        assert secret[8:] not in line["event"]
