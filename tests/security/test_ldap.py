"""Signing in by a directory, against a real slapd: what is asked of it, what is believed, and whose account it opens.

CVE-2026-21880 (LDAP injection); CVE-2021-3309 (certificates that are not checked); ASVS 1.2.6, 6.8.1, 12.3.1 to 12.3.4.
"""

import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import config
from kanban.actions.accounts import create_account
from kanban.actions.members import add_workspace_member, set_workspace_role
from kanban.actions.workspaces import create_workspace
from kanban.models import (
    Actor,
    AuditEntry,
    Identity,
    Session,
    Setting,
    Totp,
    User,
    Workspace,
    WorkspaceMember,
)
from kanban.queries.identities import identities_of
from kanban.support import directory
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.directory import Directory, DirectoryAway, check_again, check_password
from kanban.support.tokens import digest, seal
from tests.directories import GUID, LEADS, PASSWORD, POSIX, READERS_PASSWORD, STAFF, Slapd, outside
from tests.servers import free_port
from tests.web.conftest import Browser
from tests.world import one


def enter(client: FlaskClient, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
    answer: TestResponse = client.post("/session", data={"directory": "1", "email": name, "password": password, **more})
    return answer


def person_on(client: FlaskClient) -> User | None:
    with client.session_transaction() as session:
        secret = session.get("_user_id")
    if secret is None:
        return None
    return db.session.scalar(sa.select(User).join(Session).where(Session.secret_hash == digest(secret)))


def said(answer: TestResponse) -> str:
    """The sentence under the form that was refused."""
    found = re.findall(r'field__error".*?<span>(.*?)</span>', answer.text, re.S)
    return " ".join(map(unescape, filter(None, found)))


def role_of(user: User | Actor, workspace: Workspace) -> str | None:
    return db.session.scalar(
        sa.select(WorkspaceMember.role).where(
            WorkspaceMember.user_id == user.id, WorkspaceMember.workspace_id == workspace.id
        )
    )


def nobody_came_in() -> bool:
    counts = (db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Session, Identity))
    return tuple(counts) == (0, 0)


@pytest.fixture
def grace_there(app: Flask, north: Directory) -> User:
    """Somebody of the directory who has come in."""
    client = app.test_client()
    enter(client, "grace")
    found = person_on(client)
    assert found is not None
    return found


# Coming in


def test_6_8_1_somebody_of_the_directory_has_an_account_known_by_their_id_there(
    north: Directory, client: FlaskClient
) -> None:
    page = client.get("/session/new").text
    assert "North directory account" in page
    assert enter(client, "grace").location == "/"
    person = person_on(client)
    assert person is not None
    assert (person.name, person.email, person.password_hash) == ("Grace Hopper", "grace@north.example", None)
    assert one(Session).method == "ldap"
    identity = one(Identity)
    assert identity.issuer == "ldap:dc=north,dc=example"
    assert re.fullmatch(r"[0-9a-f-]{36}", identity.subject)


def test_6_8_1_the_same_person_comes_by_name_and_by_address(north: Directory, app: Flask, grace_there: User) -> None:
    client = app.test_client()
    enter(client, "grace@north.example")
    again = person_on(client)
    assert again is not None
    assert again.id == grace_there.id


def test_the_passwords_of_this_site_still_open_its_accounts(north: Directory, client: FlaskClient, ada: Actor) -> None:
    fields = {"directory": "0", "email": "ada@example.org", "password": "a long engine of brass"}
    assert client.post("/session", data=fields).location == "/"


def test_without_a_directory_the_form_asks_for_none(app: Flask, client: FlaskClient) -> None:
    assert 'name="directory"' not in client.get("/session/new").text
    assert enter(client, "grace").status_code == 404
    assert nobody_came_in()


@pytest.mark.parametrize(
    "name",
    [
        "*",
        "gra*",
        "grace)(uid=*",
        "*)(uid=*))(|(uid=*",
        "grace)(|(uid=*)",
        "nobody)(|(objectClass=*)",
        "*)(objectClass=*",
        "grace\\2a",
        "\\67race",
        "grace\x00",
        "grace)(userPassword=*",
        ")(",
        "((",
        "\\",
        "&",
        "|(uid=grace)",
        "!(uid=nobody)",
        "uid=grace,ou=people,dc=north,dc=example",
        "x" * 300,
        "",
        "   ",
    ],
)
def test_cve_2026_21880_a_name_is_no_part_of_the_filter(north: Directory, client: FlaskClient, name: str) -> None:
    answer = enter(client, name)
    assert answer.status_code == 422
    assert said(answer) == "That name and password do not belong together. Check both."
    assert nobody_came_in()


def test_cve_2026_21880_a_name_with_such_a_sign_in_it_is_only_itself(north: Directory, client: FlaskClient) -> None:
    enter(client, "star*")
    person = person_on(client)
    assert person is not None
    assert person.name == "Star Name"


# Some of them are nothing, or fail, where passwords are prepared as texts (RFC 4013).
@pytest.mark.parametrize(
    "password", ["", "wrong", " ", PASSWORD + " ", "*", "\x00", "\u00ad", "\u200b\ufeff", "x" * 2000]
)
def test_6_3_4_an_empty_password_binds_nobody(north: Directory, client: FlaskClient, password: str) -> None:
    """The server would take it: it binds anonymously, and says that all is well (RFC 4513, 5.1.2)."""
    answer = enter(client, "grace", password)
    assert answer.status_code == 422
    assert said(answer) == "That name and password do not belong together. Check both."
    assert nobody_came_in()


def test_a_name_that_two_have_opens_neither(north: Directory, client: FlaskClient) -> None:
    assert enter(client, "twin").status_code == 422
    assert nobody_came_in()


def test_6_3_8_a_known_name_answers_as_an_unknown_one(north: Directory, app: Flask) -> None:
    answers = [enter(app.test_client(), name, "wrong") for name in ("grace", "nobody")]
    assert said(answers[0]) == said(answers[1])
    assert answers[0].status_code == answers[1].status_code
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions == ["session.refused", "session.refused"]


def test_active_directory_has_ids_of_its_own(slapd: Slapd) -> None:
    known = replace(slapd.known, id_attribute="objectGUID")
    for _turn in range(2):
        found = check_password(known, "grace", PASSWORD)
        assert found is not None
        assert found.subject == str(GUID)
    again = check_again(known, found.subject, PASSWORD)
    assert again is not None
    assert again.name == "Grace Hopper"
    assert check_again(known, str(UUID(int=7)), PASSWORD) is None
    with pytest.raises(directory.DirectoryAway, match="objectGUID"):
        check_password(known, "edgar", PASSWORD)


def test_a_filter_that_finds_many_finds_nobody(slapd: Slapd) -> None:
    known = replace(slapd.known, user_filter="(|(uid={name})(objectClass=person))")
    assert check_password(known, "grace", PASSWORD) is None


def test_a_newcomer_who_comes_several_times_at_once_is_one(north: Directory, app: Flask) -> None:
    def go(_number: int) -> int:
        return enter(app.test_client(), "grace").status_code

    with ThreadPoolExecutor(6) as pool:
        # No more than may be tried at once.
        assert set(pool.map(go, range(4))) == {303}
    assert one(User, email="grace@north.example").id == one(Identity).user_id


# The way to it


@pytest.mark.parametrize("way", ["ldaps", "start_tls", "this machine"])
def test_12_3_1_it_is_reached_encrypted(slapd: Slapd, way: str) -> None:
    known = slapd.known
    if way != "ldaps":
        known = replace(known, url=f"ldap://localhost:{slapd.port}", start_tls=way == "start_tls")
    found = check_password(known, "grace", PASSWORD)
    assert found is not None
    assert found.name == "Grace Hopper"


@pytest.mark.parametrize("way", ["ldaps", "start_tls"])
@pytest.mark.parametrize("fault", ["another authority", "another host", "no authority"])
def test_cve_2021_3309_a_certificate_that_is_wrong_is_refused(slapd: Slapd, way: str, fault: str) -> None:
    host = "127.0.0.1" if fault == "another host" else "localhost"
    ca_file = {"another authority": slapd.other_ca_file, "no authority": ""}.get(fault, slapd.ca_file)
    url = f"ldaps://{host}:{slapd.tls_port}" if way == "ldaps" else f"ldap://{host}:{slapd.port}"
    known = replace(slapd.known, url=url, start_tls=way == "start_tls", ca_file=ca_file)
    with pytest.raises(directory.DirectoryAway):
        check_password(known, "grace", PASSWORD)


def test_cve_2021_3309_no_setting_turns_the_check_off() -> None:
    names = {variable.name for variable in config.VARIABLES if variable.name.startswith("LDAP_")}
    assert names == {
        "LDAP_URL",
        "LDAP_START_TLS",
        "LDAP_CA_FILE",
        "LDAP_BIND_DN",
        "LDAP_BIND_PASSWORD",
        "LDAP_BASE_DN",
        "LDAP_USER_FILTER",
        "LDAP_ID_ATTRIBUTE",
        "LDAP_LABEL",
        "LDAP_GROUPS",
    }


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where somebody listens, and never says a word."""
    with socket.create_server(("localhost", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("fault", ["not there", "silent", "silent and encrypted", "another password of ours"])
def test_a_directory_that_is_away_says_so(
    slapd: Slapd,
    north: Directory,
    app: Flask,
    client: FlaskClient,
    silent: int,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    monkeypatch.setattr(directory, "_PATIENCE", 1)
    changes: dict[str, Any] = {
        "not there": {"url": f"ldap://localhost:{free_port()}"},
        "silent": {"url": f"ldap://localhost:{silent}"},
        "silent and encrypted": {"url": f"ldaps://localhost:{silent}"},
        "another password of ours": {"bind_password": "wrong"},
    }[fault]
    directory.init_app(app, replace(slapd.known, **changes))
    # More often than wrong passwords may be tried in a row, where that takes no time.
    for _turn in range(1 if "silent" in fault else 8):
        answer = enter(client, "grace")
        assert answer.status_code == 422
        assert said(answer) == "North directory does not answer just now. Try again, or sign in another way."
    assert nobody_came_in()
    directory.init_app(app, slapd.known)
    monkeypatch.setattr(directory, "_PATIENCE", 5)
    assert enter(client, "grace").location == "/", "nobody has to wait because the directory was away"


def test_no_password_reaches_the_log(
    slapd: Slapd, north: Directory, app: Flask, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(client, "grace", "canary-of-a-password")
    directory.init_app(app, replace(slapd.known, bind_password="canary-of-the-reader"))
    enter(client, "canary-of-a-name", "canary-of-a-password")
    written = capsys.readouterr().err
    assert "directory_away" in written
    assert "canary" not in written
    assert READERS_PASSWORD not in repr(slapd.known)


# Whose account


def test_an_account_is_never_linked_by_its_address(north: Directory, client: FlaskClient, ada: Actor) -> None:
    answer = enter(client, "ada")
    assert answer.status_code == 409
    assert "There is an account with the address ada@example.org" in said(answer)
    assert person_on(client) is None
    assert identities_of(ada.user) == []


def test_whoever_has_signed_in_links_their_entry_and_comes_in_by_it(
    north: Directory, app: Flask, as_ada: Browser, ada: Actor
) -> None:
    fields = {"provider": "directory", "name": "ada"}
    assert "Link North directory" in as_ada.get("/account/identities").text
    refused = as_ada.plain("POST", "/account/identities", **fields, password="wrong")
    assert refused.status_code == 422
    assert identities_of(ada.user) == []
    assert as_ada.plain("POST", "/account/identities", **fields, password=PASSWORD).location == "/account/identities"
    client = app.test_client()
    enter(client, "ada")
    person = person_on(client)
    assert person is not None
    assert person.id == ada.id
    assert "Link North directory" not in as_ada.get("/account/identities").text


def test_the_last_way_in_stays(north: Directory, client: FlaskClient) -> None:
    enter(client, "grace")
    assert client.delete(f"/account/identities/{one(Identity).id}").status_code == 409
    assert one(Identity)


def test_7_5_1_whoever_has_no_password_here_proves_it_again_by_the_one_there(
    north: Directory, client: FlaskClient
) -> None:
    enter(client, "grace")
    assert 'name="password"' in client.get("/session/confirmation/new").text
    assert client.post("/session/confirmation", data={"password": "wrong"}).status_code == 422
    assert client.post("/session/confirmation", data={"password": ""}).status_code == 422
    assert client.post("/session/confirmation", data={"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("setting", ["closed", "invited"])
def test_signup_bleed_nobody_registers_by_another_door(north: Directory, client: FlaskClient, setting: str) -> None:
    with transaction() as session:
        session.merge(Setting(name="registration", value=setting))
    answer = enter(client, "grace")
    assert answer.status_code == 422
    assert "You have no account here yet" in said(answer)
    assert nobody_came_in()


def test_a_disabled_person_stays_out(north: Directory, app: Flask, grace_there: User) -> None:
    table = User.__table__
    with transaction() as session:
        session.execute(sa.update(table).where(table.c.id == grace_there.id).values(disabled_at=now()))
    client = app.test_client()
    assert said(enter(client, "grace")) == "This account is disabled. Ask an admin of the site."
    assert person_on(client) is None


def test_cve_2026_34727_the_second_factor_is_asked_here_as_well(
    north: Directory, app: Flask, grace_there: User
) -> None:
    with transaction() as session:
        session.add(Totp(user_id=grace_there.id, sealed=seal("x")))
    client = app.test_client()
    assert enter(client, "grace").location == "/session/factor/new"
    assert person_on(client) is None


def test_casbleed_two_who_sign_in_at_once_are_never_swapped(north: Directory, app: Flask) -> None:
    names = {"grace": "Grace Hopper", "edgar": "Edgar Codd"}

    def go(number: int) -> bool:
        who = list(names)[number % 2]
        client = app.test_client()
        enter(client, who)
        with app.app_context():
            person = person_on(client)
            return person is not None and person.name == names[who]

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(go, range(12)))


# Groups


@pytest.fixture
def stand_for(app: Flask, north: Directory) -> Callable[..., None]:
    """Has groups stand for roles: pairs of a group, a workspace and a role."""

    def set_to(*given: tuple[str, Workspace, str]) -> None:
        app.config["LDAP_GROUPS"] = tuple((group, workspace.id, role) for group, workspace, role in given)

    return set_to


@pytest.fixture
def engines(ada: Actor) -> Workspace:
    found: Workspace = one(Workspace, name="Engines")
    return found


def sign_in(app: Flask, name: str) -> User:
    client = app.test_client()
    assert enter(client, name).status_code == 303
    person = person_on(client)
    assert person is not None
    return person


def test_groups_stand_for_roles_and_the_highest_counts(
    app: Flask, engines: Workspace, stand_for: Callable[..., None]
) -> None:
    stand_for((STAFF, engines, "guest"), (LEADS, engines, "admin"), (POSIX, engines, "member"))
    assert role_of(sign_in(app, "grace"), engines) == "admin"
    assert role_of(sign_in(app, "edgar"), engines) == "member"
    assert role_of(sign_in(app, "star*"), engines) is None
    added = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "workspace.member_added")).all()
    by_directory = [entry.detail["role"] for entry in added if entry.detail.get("by") == "directory"]
    assert sorted(by_directory) == ["admin", "member"]


def test_roles_follow_the_groups_at_each_sign_in(
    app: Flask, slapd: Slapd, engines: Workspace, stand_for: Callable[..., None]
) -> None:
    stand_for((STAFF, engines, "member"))
    person = sign_in(app, "grace")
    assert role_of(person, engines) == "member"
    assert role_of(sign_in(app, "grace"), engines) == "member"
    stand_for((STAFF, engines, "guest"))
    sign_in(app, "grace")
    assert role_of(person, engines) == "guest"
    with outside(slapd, STAFF, "grace"):
        sign_in(app, "grace")
        assert role_of(person, engines) is None
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert {"workspace.role_changed", "workspace.member_removed"} <= set(actions)
    sign_in(app, "grace")
    assert role_of(person, engines) == "guest"


def test_what_somebody_here_has_given_a_directory_does_not_take(
    app: Flask, ada: Actor, slapd: Slapd, engines: Workspace, stand_for: Callable[..., None]
) -> None:
    person = sign_in(app, "grace")
    add_workspace_member(ada, engines, person, "member")
    stand_for((STAFF, engines, "guest"))
    sign_in(app, "grace")
    assert role_of(person, engines) == "member"
    stand_for()
    sign_in(app, "grace")
    assert role_of(person, engines) == "member"
    edgar = sign_in(app, "edgar")
    stand_for((STAFF, engines, "guest"))
    sign_in(app, "edgar")
    set_workspace_role(ada, engines, edgar, "admin")
    with outside(slapd, STAFF, "edgar"):
        sign_in(app, "edgar")
    assert role_of(edgar, engines) == "admin"


@pytest.mark.parametrize("then", ["member", None])
def test_the_last_owner_stays(app: Flask, grace_there: User, stand_for: Callable[..., None], then: str | None) -> None:
    founder = Actor(create_account("Founder", "founder@example.org", None))
    create_workspace(founder, "Bridges")
    bridges = one(Workspace, name="Bridges")
    stand_for((STAFF, bridges, "owner"))
    sign_in(app, "grace")
    assert role_of(grace_there, bridges) == "owner"
    set_workspace_role(founder, bridges, founder.user, "member")
    stand_for(*([(STAFF, bridges, then)] if then else []))
    sign_in(app, "grace")
    assert role_of(grace_there, bridges) == "owner"
    assert "owner.kept" in db.session.scalars(sa.select(AuditEntry.action)).all()
    set_workspace_role(Actor(grace_there), bridges, founder.user, "owner")
    sign_in(app, "grace")
    assert role_of(grace_there, bridges) == then


def test_a_group_or_a_workspace_that_is_gone_keeps_nobody_out(
    app: Flask, slapd: Slapd, engines: Workspace, stand_for: Callable[..., None]
) -> None:
    gone = f"cn=gone,{STAFF.partition(',')[2]}"
    directory.init_app(app, replace(slapd.known, groups=(gone, "no DN at all", STAFF)))
    stand_for((gone, engines, "owner"), ("no DN at all", engines, "owner"))
    app.config["LDAP_GROUPS"] += ((STAFF, 999_999, "owner"),)
    assert role_of(sign_in(app, "grace"), engines) is None


def test_what_is_no_directory_is_away() -> None:
    """Some other service listens at its address by now."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            peer, _address = server.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(bytes(20))

        with ThreadPoolExecutor(1) as thread:
            thread.submit(talk)
            known = Directory(
                f"ldap://127.0.0.1:{server.getsockname()[1]}", "dc=x", "(uid={name})", bind_dn="cn=a", bind_password="b"
            )
            with pytest.raises(DirectoryAway):
                check_password(known, "grace", "x")
