"""Every route of the site with an address that names real things, or things that are not there."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from kanban.actions.attachments import attach_link
from kanban.actions.checklists import create_checklist, create_items
from kanban.actions.comments import create_comment
from kanban.actions.grants import grant_by_password
from kanban.actions.sessions import Place, begin_session
from kanban.actions.shares import share_board
from kanban.actions.tokens import create_token
from kanban.models import (
    Actor,
    Attachment,
    Board,
    Card,
    Checklist,
    Comment,
    Event,
    Group,
    Identity,
    Invitation,
    Item,
    JoinRequest,
    Label,
    List,
    Mail,
    Passkey,
    PersonalToken,
    Session,
    ShareLink,
    TokenFamily,
    Transfer,
    User,
    Workspace,
)
from kanban.support.db import db
from tests.world import PASSWORD

# Whoever has not signed in gets these; everything else leads to the door.
PUBLIC = {
    "static",
    "health.index",
    "health.show",
    "sessions.new",
    "sessions.create",
    "sessions.destroy",
    "session_challenges.create",
    "session_factors.new",
    "session_factors.create",
    "session_passkeys.create",
    "accounts.new",
    "accounts.create",
    "setup.edit",
    "setup.update",
    "shared_boards.show",
    "shared_cards.show",
    "shared_lists.show",
    "address_links.edit",
    "address_links.update",
    "oidc.create",
    "oidc.show",
    "resets.new",
    "resets.create",
    "resets.edit",
    "resets.update",
    "invitations.edit",
    "acceptances.create",
    "verifications.new",
    "verifications.create",
    "verifications.edit",
    "verifications.update",
    "api.accounts.create",
    "api.resets.create",
    "api.resets.update",
    "api.revocations.create",
    "api.tokens.create",
    "api.verifications.create",
    "api.verifications.update",
}
_MODELS = {
    "identity_id": Identity,
    "group_id": Group,
    "invitation_id": Invitation,
    "request_id": JoinRequest,
    "workspace_id": Workspace,
    "board_id": Board,
    "list_id": List,
    "card_id": Card,
    "label_id": Label,
    "checklist_id": Checklist,
    "item_id": Item,
    "comment_id": Comment,
    "attachment_id": Attachment,
    "event_id": Event,
    "user_id": User,
    "passkey_id": Passkey,
    "mail_id": Mail,
    "share_id": ShareLink,
    "transfer_id": Transfer,
    "import_id": Transfer,
    "session_id": Session,
    "program_id": TokenFamily,
    "token_id": PersonalToken,
}
_KINDS = {"boards": Board, "lists": List, "cards": Card, "items": Item}
NOWHERE = 999_999


class Route(NamedTuple):
    """A method and the rule of an address."""

    method: str
    rule: Rule

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def routes(app: Flask, *, public: bool = False, api: bool = False) -> Iterator[Route]:
    """The routes of the site, those for everybody and those for programs only if asked for."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if (rule.endpoint in PUBLIC or rule.endpoint == "static") and not public:
            continue
        if rule.endpoint.startswith("api.") and not api:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, rule)


def addresses(app: Flask, route: Route, *, real: bool) -> list[str]:
    """Addresses of a route: with a thing of the world for each of its ids, or with ids of nothing."""
    chosen = [""]
    if "kind" in route.rule.arguments:
        chosen = list(_KINDS)
    found = []
    for kind in chosen:
        for state in ["archive", "restoration", "completion"] if "state" in route.rule.arguments else [""]:
            values: dict[str, Any] = {
                "kind": kind,
                "state": state,
                "number": 0,
                "n": 0,
                "token": "x" * 43,
                "secret": "x" * 43,
                "name": "x" * 43,
                "provider": "house",
            }
            for name in route.rule.arguments - values.keys():
                model = _KINDS[kind] if name == "thing_id" else _MODELS[name]
                first = db.session.scalar(sa.select(sa.func.min(model.id)))
                values[name] = first if real and first is not None else NOWHERE
            with app.test_request_context():
                built = app.url_map.bind("localhost").build(
                    route.rule.endpoint,
                    {name: values[name] for name in route.rule.arguments},
                    method=route.method,
                )
            found.append(built)
    return found


@pytest.fixture
def furnished(ada: Actor, launch: Board, report: Card) -> None:
    """The world with something of every kind on its first card; none of its first things is another board's."""
    create_checklist(ada, report, "Steps")
    create_items(ada, db.session.scalars(sa.select(Checklist)).one(), ["One", "Two"])
    create_comment(ada, report, "Nearly there")
    attach_link(ada, report, "https://example.org/paper")
    begin_session(ada.user, "password", Place(), is_remembered=False)
    grant_by_password(ada.user.email or "", PASSWORD, "", Place())
    create_token(ada, "Hers")
    share_board(ada, launch)
