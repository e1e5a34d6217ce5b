"""Coming by an invitation: what its page says, who it lets in, and what a bad one shows."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kanban.actions.invitations import invite, revoke_invitation
from kanban.models import Actor, Board, Invitation, Mail, Setting, User, Workspace
from kanban.policies import role_in, role_on
from kanban.render.mails import render
from kanban.support.clock import travel
from kanban.support.db import db, transaction
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

NEW = {"name": "New Comer", "email": "new@example.org", "password": "a long tape of paper"}


def newest_mail(template: str = "invitation") -> Mail:
    mail = db.session.scalars(sa.select(Mail).where(Mail.template == template).order_by(Mail.id.desc())).first()
    assert mail is not None
    return mail


def link_on(page: str) -> str:
    found = re.search(r'value="(http://localhost/invitations/[^"]+)"', page)
    assert found is not None
    return urlsplit(found[1]).path


def test_by_mail_from_the_form_to_the_board(as_ada: Browser, client: FlaskClient, launch: Board) -> None:
    form = as_ada.get(f"/boards/{launch.id}/invitations/new").text
    assert "Observer: reads" in form
    people = f"/boards/{launch.id}/members"
    fields = {"way": "mail", "email": "new@example.org", "role": "member"}
    assert as_ada.plain("POST", f"/boards/{launch.id}/invitations", **fields).location == people
    page = as_ada.get(people).text
    assert "Invited new@example.org" in page
    assert "good until" in page
    mail = newest_mail()
    path = mail.context["url_path"]
    # The list shows no secret.
    assert path not in page
    shown = client.get(path)
    assert "Ada Lovelace invites you to the board “Launch” of Engines, as member." in shown.text
    assert 'value="new@example.org"' in shown.text
    assert shown.headers["Cache-Control"] == "private, no-cache"
    answer = client.post(f"{path}/acceptance", data={**NEW, "role": "admin", "email": "evil@example.org"})
    assert (answer.status_code, answer.location) == (303, f"/boards/{launch.id}")
    board = client.get(answer.location)
    assert "Write the report" in board.text
    person = Actor(one(User, email="new@example.org"))
    assert (role_on(person, launch), role_in(person, launch.workspace)) == ("member", "guest")
    assert client.get(path).status_code == 404


def test_mass_assignment_1_2_51_the_role_is_the_invitations(
    as_ada: Browser, as_eve: Browser, eve: Actor, workspace: Workspace, launch: Board
) -> None:
    """Kanboard 1.2.51: the form of an invitation took a role."""
    as_ada.plain("POST", f"/boards/{launch.id}/invitations", way="mail", email="eve@example.org", role="observer")
    path = newest_mail().context["url_path"]
    answer = as_eve.plain("PUT", f"{path}/acceptance", role="admin", workspace_id=workspace.id, is_admin="1")
    assert answer.location == f"/boards/{launch.id}"
    assert (role_on(eve, launch), role_in(eve, workspace)) == ("observer", "guest")
    assert one(User, id=eve.id).is_admin is False


def test_a_link_is_shown_once(as_ada: Browser, workspace: Workspace) -> None:
    url = f"/workspaces/{workspace.id}/invitations"
    made = as_ada.plain("POST", url, way="link", uses="3", role="guest")
    assert made.status_code == 200
    path = link_on(made.text)
    assert len(path.rpartition("/")[2]) >= 43
    assert made.headers["Cache-Control"] == "no-store"
    people = as_ada.get(f"/workspaces/{workspace.id}/members").text
    assert path.rpartition("/")[2] not in people
    assert "A link for 3 more people" in people


def test_who_is_signed_in_accepts_with_a_button(
    as_ada: Browser, as_eve: Browser, eve: Actor, workspace: Workspace
) -> None:
    path = link_on(
        as_ada.plain("POST", f"/workspaces/{workspace.id}/invitations", way="link", uses="1", role="member").text
    )
    assert "Accept as Eve Outside" in as_eve.get(path).text
    assert as_eve.plain("PUT", f"{path}/acceptance").location == f"/workspaces/{workspace.id}"
    assert "Welcome to “Engines”" in as_eve.get(f"/workspaces/{workspace.id}").text
    assert role_in(eve, workspace) == "member"
    assert as_eve.plain("PUT", f"{path}/acceptance").status_code == 404


def test_who_has_an_account_signs_in_and_comes_back(
    as_ada: Browser, client: FlaskClient, eve: Actor, workspace: Workspace
) -> None:
    path = link_on(
        as_ada.plain("POST", f"/workspaces/{workspace.id}/invitations", way="link", uses="1", role="member").text
    )
    found = re.search(r'href="(/session/new\?next=[^"]+)"', client.get(path).text)
    assert found is not None
    assert path in client.get(found[1]).text
    answer = client.post("/session", data={"email": "eve@example.org", "password": PASSWORD, "next": path})
    assert answer.location == path
    assert client.put(f"{path}/acceptance").status_code == 303
    assert role_in(eve, workspace) == "member"


def test_by_a_link_a_new_person_proves_the_address_and_comes_back(
    as_ada: Browser, client: FlaskClient, workspace: Workspace
) -> None:
    path = link_on(
        as_ada.plain("POST", f"/workspaces/{workspace.id}/invitations", way="link", uses="1", role="member").text
    )
    assert client.post(f"{path}/acceptance", data=NEW).location == "/verifications/new"
    proof, _question, then = newest_mail("verify").context["url_path"].partition("?next=")
    assert then == path
    assert f'name="next" value="{path}"' in client.get(f"{proof}?next={then}").text
    assert client.put(proof, data={"next": then}).location == path
    assert client.put(f"{path}/acceptance").location == f"/workspaces/{workspace.id}"


def test_the_wrong_account_gets_a_clear_sentence(as_ada: Browser, as_eve: Browser, eve: Actor, launch: Board) -> None:
    as_ada.plain("POST", f"/boards/{launch.id}/invitations", way="mail", email="new@example.org", role="member")
    path = newest_mail().context["url_path"]
    page = as_eve.get(path).text
    assert "It was sent to another address than eve@example.org" in page
    assert "new@example.org" not in page
    assert "Accept as" not in page
    answer = as_eve.plain("PUT", f"{path}/acceptance")
    assert answer.status_code == 403
    assert role_on(eve, launch) is None


@pytest.mark.parametrize("how", ["used", "revoked", "too old", "truncated", "edited", "foreign", "none"])
def test_a_bad_one_is_one_sentence_and_changes_nothing(
    app: Flask, as_ada: Browser, as_eve: Browser, ada: Actor, eve: Actor, workspace: Workspace, how: str
) -> None:
    invitation, secret = invite(ada, workspace, "member")
    if how == "used":
        with transaction():
            db.session.get_one(Invitation, invitation.id).uses_left = 0
    if how == "revoked":
        revoke_invitation(ada, invitation)
    secret = {
        "truncated": secret[:-4],
        "edited": secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        "foreign": as_ada.get("/").text and "x" * 43,
        "none": "0",
    }.get(how, secret)
    with travel(timedelta(days=30 if how == "too old" else 0)):
        stranger = app.test_client()
        answers = [
            stranger.get(f"/invitations/{secret}"),
            stranger.post(f"/invitations/{secret}/acceptance", data=NEW),
        ]
        if how != "too old":
            answers.append(as_eve.plain("PUT", f"/invitations/{secret}/acceptance"))
    for answer in answers:
        # A number is the address of a row, which only shows on other methods.
        assert answer.status_code in ({404, 405} if how == "none" else {404})
        assert how == "none" or "This invitation is not good" in answer.text
    assert role_in(eve, workspace) is None
    assert db.session.query(User).filter_by(email="new@example.org").count() == 0


def test_signup_bleed_where_registration_is_closed_only_the_sign_in_is_offered(
    as_ada: Browser, client: FlaskClient, ada: Actor, launch: Board
) -> None:
    _invitation, secret = invite(ada, launch, "member", email="new@example.org")
    with transaction() as session:
        session.merge(Setting(name="registration", value="closed"))
    page = client.get(f"/invitations/{secret}").text
    assert "takes no new people" in page
    assert 'name="password"' not in page
    answer = client.post(f"/invitations/{secret}/acceptance", data=NEW)
    assert answer.status_code == 403
    assert db.session.query(User).filter_by(email="new@example.org").count() == 0


def test_invited_only_lets_the_invited_register_and_nobody_else(client: FlaskClient, ada: Actor, launch: Board) -> None:
    _invitation, secret = invite(ada, launch, "member", email="new@example.org")
    with transaction() as session:
        session.merge(Setting(name="registration", value="invited"))
    assert client.post("/accounts", data=NEW).status_code == 404
    assert client.post(f"/invitations/{secret}/acceptance", data=NEW).location == f"/boards/{launch.id}"


def test_a_form_that_is_wrong_is_shown_again(client: FlaskClient, ada: Actor, launch: Board, as_ada: Browser) -> None:
    _invitation, secret = invite(ada, launch, "member", email="new@example.org")
    answer = client.post(f"/invitations/{secret}/acceptance", data={**NEW, "password": "short"})
    assert answer.status_code == 422
    assert 'value="New Comer"' in answer.text
    url = f"/boards/{launch.id}/invitations"
    for fields, words in (
        ({"way": "mail", "email": "nobody", "role": "admin"}, "no complete e-mail address"),
        ({"way": "mail", "email": "grace@example.org", "role": "admin"}, "is here already"),
        ({"way": "link", "uses": "", "role": "admin"}, "how many people"),
        ({"way": "link", "uses": "many", "role": "admin"}, "whole number"),
        ({"way": "link", "uses": "3", "role": "king"}, "values on offer"),
    ):
        answer = as_ada.plain("POST", url, **fields)
        assert answer.status_code in {409, 422}, fields
        assert words in answer.text, fields


def test_an_invitation_is_sent_again_and_withdrawn(
    as_ada: Browser, client: FlaskClient, ada: Actor, workspace: Workspace
) -> None:
    invitation, secret = invite(ada, workspace, "member", email="new@example.org")
    people = f"/workspaces/{workspace.id}/members"
    assert as_ada.plain("PATCH", f"/invitations/{invitation.id}").location == people
    assert client.get(f"/invitations/{secret}").status_code == 404
    path = newest_mail().context["url_path"]
    assert client.get(path).status_code == 200
    assert as_ada.plain("DELETE", f"/invitations/{invitation.id}").location == people
    assert "The invitation is withdrawn" in as_ada.get(people).text
    assert client.get(path).status_code == 404


def test_who_is_here_already_is_told_so_and_uses_nothing_up(
    as_grace: Browser, ada: Actor, workspace: Workspace
) -> None:
    invitation, secret = invite(ada, workspace, "member")
    assert as_grace.plain("PUT", f"/invitations/{secret}/acceptance").location == f"/workspaces/{workspace.id}"
    assert "You are here already" in as_grace.get(f"/workspaces/{workspace.id}").text
    assert db.session.get_one(Invitation, invitation.id, populate_existing=True).uses_left == 1


def test_the_mail_says_who_invites_where_as_what_and_until_when(ada: Actor, eve: Actor, launch: Board) -> None:
    invite(ada, launch, "observer", email="eve@example.org")
    sent = render(newest_mail())
    assert sent.subject == "Ada Lovelace invites you to “Launch”"
    for text in (sent.text, sent.html):
        assert "Ada Lovelace invites you to the board “Launch” as observer." in text
        assert "Hello Eve Outside" in text
        assert "http://localhost/invitations/" in text
        assert "works once" in text
    invite(ada, launch.workspace, "member", email="stranger@example.org")
    assert "Hello" not in render(newest_mail()).text


@pytest.mark.parametrize("name", ["Bcc: evil@example.org", "<b>x</b>", "a\u2028Subject: x"])
def test_cve_2026_35600_a_name_is_neither_header_nor_markup(ada: Actor, launch: Board, name: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE boards SET name = :name WHERE id = :id"), {"name": name, "id": launch.id})
    db.session.rollback()
    db.session.expire_all()
    invite(ada, launch, "member", email="new@example.org")
    sent = render(newest_mail())
    assert "\n" not in sent.subject
    assert "<b>x</b>" not in sent.html


def test_v8_4_1_what_one_invites_to_is_looked_up_as_one_sees_it(
    as_eve: Browser,
    as_grace: Browser,
    browse: Callable[[Actor], Browser],
    ada: Actor,
    workspace: Workspace,
    launch: Board,
) -> None:
    """Of another workspace nothing answers, by any id of it."""
    invitation, _secret = invite(ada, launch, "member", email="new@example.org")
    for method, path in (
        ("GET", f"/workspaces/{workspace.id}/invitations/new"),
        ("GET", f"/boards/{launch.id}/invitations/new"),
        ("PATCH", f"/invitations/{invitation.id}"),
        ("DELETE", f"/invitations/{invitation.id}"),
    ):
        assert as_eve.client.open(path, method=method).status_code == 404, path
        assert as_grace.client.open(path, method=method).status_code == 403, path
    assert db.session.get_one(Invitation, invitation.id, populate_existing=True).revoked_at is None
