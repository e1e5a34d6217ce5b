"""Signing in at an OpenID provider: what is believed of its answer, and whose account it opens.

ASVS 6.8.1, 6.8.2, 6.8.4, 7.6, 10.1.2, 10.2.1, 10.2.2, 10.5.1 to 10.5.4; CasBleed (login data in a process global);
CVE-2026-34727 (a second factor skipped through OIDC); CVE-2026-33668 (a disabled user comes in by OIDC).
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from kanban.models import (
    Actor,
    AuditEntry,
    Challenge,
    Identity,
    Invitation,
    Session,
    Setting,
    Totp,
    User,
    Workspace,
)
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from kanban.support.tokens import digest, seal
from tests.providers import PEOPLE, Claims, House, know, running, with_answer
from tests.servers import free_port
from tests.web.conftest import Browser
from tests.world import one


class Visit:
    """A browser on its way to a provider and back."""

    def __init__(self, client: FlaskClient, house: House, *, provider: str = "house") -> None:
        self.client = client
        self.house = house
        self.provider = provider
        self.url = ""

    def leave(self, path: str = "", **fields: str) -> TestResponse:
        answer: TestResponse = self.client.post(path or f"/oidc/{self.provider}", data=fields)
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
        self.url = unescape(found[1]) if found else ""
        return answer

    def come_back(self, who: str | None, **changes: str | None) -> TestResponse:
        answer: TestResponse = self.client.get(with_answer(self.house.visit(self.url, who), **changes))
        return answer

    def sign_in(self, who: str, **changes: str | None) -> TestResponse:
        self.leave()
        return self.come_back(who, **changes)

    @property
    def said(self) -> str:
        """The sentence on the page that a refusal leads to."""
        found = re.search(r'role="alert" data-notice>.*?<span>(.*?)</span>', self.client.get("/session/new").text, re.S)
        return unescape(found[1]) if found else ""

    @property
    def person(self) -> User | None:
        """Who is signed in on this browser."""
        with self.client.session_transaction() as session:
            secret = session.get("_user_id")
        if secret is None:
            return None
        return db.session.scalar(
            sa.select(User).join(Session).where(Session.secret_hash == digest(secret), User.disabled_at.is_(None))
        )


@pytest.fixture
def visit(app: Flask, house: House) -> Callable[..., Visit]:
    def made(client: FlaskClient | None = None, **more: Any) -> Visit:
        return Visit(client or app.test_client(), house, **more)

    return made


def nothing_came_of_it(before: int = 0) -> bool:
    """No account, nobody signed in by it, and the question is used up."""
    count = {model: db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Identity, Challenge)}
    by_oidc = db.session.scalar(sa.select(sa.func.count()).select_from(Session).where(Session.method == "oidc"))
    return (count[Identity], count[Challenge], by_oidc) == (before, 0, 0)


def set_site(name: str, value: str) -> None:
    with transaction() as session:
        session.merge(Setting(name=name, value=value))


# Coming in


def test_6_8_1_somebody_new_gets_an_account_known_by_issuer_and_subject(
    house: House, visit: Callable[..., Visit]
) -> None:
    browser = visit()
    answer = browser.sign_in("grace")
    assert (answer.status_code, answer.location) == (303, "/")
    person = browser.person
    assert person is not None
    assert (person.email, person.name, person.password_hash) == ("grace@north.example", "Grace Hopper", None)
    assert person.verified_at is not None
    identity = one(Identity)
    assert (identity.user_id, identity.issuer, identity.subject) == (person.id, house.issuer, "g-1")
    assert "identity.linked" in db.session.scalars(sa.select(AuditEntry.action)).all()
    assert browser.client.get("/").status_code == 200


def test_6_8_1_an_address_never_says_who_somebody_is(
    house: House, visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    visit().sign_in("grace")
    monkeypatch.setitem(PEOPLE, "grace", {**PEOPLE["grace"], "email": "other@north.example"})
    monkeypatch.setitem(PEOPLE, "mallory", {**PEOPLE["grace"], "sub": "m-9", "email": "grace@north.example"})
    again, other = visit(), visit()
    again.sign_in("grace")
    other.sign_in("mallory")
    assert again.person is not None
    assert again.person.email == "grace@north.example"
    assert other.person is None
    assert "There is an account with the address grace@north.example" in other.said


def test_10_5_2_the_same_subject_of_another_issuer_is_somebody_else(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(House(key=house.key, callback="http://localhost/oidc/barn/callback")) as barn:
        know(app, house, barn)
        first, second = Visit(app.test_client(), house), Visit(app.test_client(), barn, provider="barn")
        first.sign_in("grace")
        monkeypatch.setitem(PEOPLE, "grace", {**PEOPLE["grace"], "email": "grace@barn.example"})
        second.sign_in("grace")
    assert first.person is not None
    assert second.person is not None
    assert first.person.id != second.person.id


def test_what_is_sent_along_is_fresh_each_time(house: House, visit: Callable[..., Visit]) -> None:
    """ASVS 10.1.2, 10.2.1: a state, a nonce and a challenge that no other sign-in has; S256 and never plain."""
    browser = visit()
    for _turn in range(2):
        browser.leave()
        house.visit(browser.url, "grace")
    first, second = house.seen
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]
    assert {first["state"], first["nonce"], first["code_challenge"]}.isdisjoint(second.values())
    assert (first["response_type"], first["code_challenge_method"]) == ("code", "S256")
    assert first["redirect_uri"] == "http://localhost/oidc/house/callback"
    assert first["scope"] == "openid email profile"


def test_10_4_1_a_host_that_was_made_up_does_not_change_where_people_come_back(
    house: House, visit: Callable[..., Visit]
) -> None:
    browser = visit()
    answer = browser.client.post("/oidc/house", headers={"Host": "evil.example"})
    assert "evil.example" not in answer.text


def test_7_6_1_nobody_is_signed_in_without_pressing_a_button(house: House, app: Flask, client: FlaskClient) -> None:
    assert client.get("/oidc/house").status_code == 405
    assert 'action="/oidc/house"' in client.get("/session/new").text
    assert "North house" in client.get("/session/new").text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nb"])
def test_afterwards_one_stays_on_this_site(house: House, visit: Callable[..., Visit], target: str) -> None:
    browser = visit()
    browser.leave(next=target)
    assert browser.come_back("grace").location == "/"


def test_afterwards_one_is_where_one_wanted_to_be(house: House, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.leave(next="/help?x=1")
    assert browser.come_back("grace").location == "/help?x=1"


def test_a_provider_that_is_not_in_the_settings_is_not_there(house: House, client: FlaskClient) -> None:
    assert client.post("/oidc/nowhere").status_code == 404
    assert client.get("/oidc/nowhere/callback?state=x&code=y").status_code == 404


# What comes back


def _without(name: str) -> Callable[[Claims, Claims], None]:
    return lambda _header, claims: claims.pop(name)


def _with(**more: Any) -> Callable[[Claims, Claims], None]:
    return lambda _header, claims: claims.update(more)


LIES: dict[str, Callable[[Claims, Claims], None]] = {
    "10.5.1 the nonce is another one": _with(nonce="another"),
    "10.5.1 the nonce is empty": _with(nonce=""),
    "10.5.1 there is no nonce": _without("nonce"),
    "10.5.3 the issuer is another one": _with(iss="https://evil.example"),
    "10.5.3 the issuer is written otherwise": lambda _header, claims: claims.update(iss=claims["iss"] + "/"),
    "10.5.3 there is no issuer": _without("iss"),
    "10.5.4 it is for another site": _with(aud="somebody-else"),
    "10.5.4 it is for others": _with(aud=["somebody-else", "and-another"]),
    "10.5.4 it is for others as well, and not said to whom it was given": _with(aud=["kanban", "somebody-else"]),
    "10.5.4 it was given to another site": _with(aud=["kanban", "somebody-else"], azp="somebody-else"),
    "10.5.4 it is for us, and given to another site": _with(azp="somebody-else"),
    "10.5.4 it is for nobody": _without("aud"),
    "9.2.1 it has expired": _with(exp=1_700_000_000),
    "9.2.1 it never expires": _without("exp"),
    "9.2.1 its end is no number": _with(exp="tomorrow"),
    "9.2.1 it is not good yet": _with(nbf=4_000_000_000),
    "9.2.1 it is of tomorrow": _with(iat=4_000_000_000),
    "10.5.2 it is about nobody": _without("sub"),
    "10.5.2 its subject is empty": _with(sub=""),
    "10.5.2 its subject is a number": _with(sub=7),
    "10.5.2 its subject is no text": _with(sub="a\x00b"),
    "10.5.2 its subject is too long": _with(sub="x" * 256),
    "it is for another access token": _with(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "6.8.2 it is not signed": lambda header, _claims: header.update(alg="none"),
    "6.8.2 its key is one we do not know": lambda header, _claims: header.update(kid="unknown"),
}


@pytest.mark.parametrize("bend", LIES.values(), ids=LIES.keys())
def test_a_lie_in_the_id_token_is_not_believed(
    house: House, visit: Callable[..., Visit], bend: Callable[[Claims, Claims], None]
) -> None:
    house.bend = bend
    browser = visit()
    assert browser.sign_in("grace").location == "/session/new"
    assert browser.person is None
    assert nothing_came_of_it()
    assert "cannot be trusted" in browser.said


def test_6_8_2_a_signature_by_another_key_is_not_believed(house: House, visit: Callable[..., Visit]) -> None:
    house.signer = RSAKey.generate_key(2048, {"kid": house.key.kid})
    browser = visit()
    browser.sign_in("grace")
    assert browser.person is None
    assert nothing_came_of_it()


@pytest.mark.parametrize("secret", ["the one of the client", "the public key"])
def test_6_8_2_what_others_know_is_no_key(house: House, visit: Callable[..., Visit], secret: str) -> None:
    """HMAC by the client's secret, and the swap of RS256 for HS256 with the public key as its secret."""
    of_client = secret == "the one of the client"
    house.signer = house.client_secret.encode() if of_client else house.key.as_pem(private=False)
    browser = visit()
    browser.sign_in("grace")
    assert browser.person is None
    assert nothing_came_of_it()


def test_6_8_2_a_key_in_the_header_of_the_token_is_not_taken(house: House, visit: Callable[..., Visit]) -> None:
    house.signer = RSAKey.generate_key(2048, {"kid": "mine"})
    own = house.signer.as_dict(private=False)
    house.bend = lambda header, _claims: header.update(kid="mine", jwk=own, jku=f"{house.issuer}/keys")
    browser = visit()
    browser.sign_in("grace")
    assert browser.person is None


def test_the_keys_of_a_provider_may_change(house: House, visit: Callable[..., Visit]) -> None:
    first, second = visit(), visit()
    first.sign_in("grace")
    house.rotate()
    second.sign_in("edgar")
    assert first.person is not None
    assert second.person is not None
    assert second.person.email == "edgar@north.example"


def test_10_2_1_an_answer_is_good_once(house: House, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.leave()
    answer = with_answer(house.visit(browser.url, "grace"))
    assert browser.client.get(answer).location == "/"
    browser.client.delete("/session")
    assert browser.client.get(answer).location == "/session/new"
    assert browser.person is None
    assert "was used" in browser.said


def test_10_2_1_an_answer_that_began_in_another_browser_is_not_taken(house: House, visit: Callable[..., Visit]) -> None:
    """Login CSRF: somebody slips their own answer to another, who would work in their account."""
    mallory, victim = visit(), visit()
    mallory.leave()
    answer = with_answer(house.visit(mallory.url, "edgar"))
    assert victim.client.get(answer).location == "/session/new"
    victim.leave()
    assert victim.client.get(answer).location == "/session/new"
    assert victim.person is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Identity)) == 0


@pytest.mark.parametrize(
    "changes", [{"state": "made-up"}, {"state": None}, {"state": ""}, {"code": None}, {"code": "x"}]
)
def test_10_2_1_an_answer_to_no_question_is_not_taken(
    house: House, visit: Callable[..., Visit], changes: dict[str, str | None]
) -> None:
    browser = visit()
    assert browser.sign_in("grace", **changes).location == "/session/new"
    assert browser.person is None


def test_10_2_1_an_answer_after_ten_minutes_is_too_late(house: House, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.leave()
    with travel(timedelta(minutes=10, seconds=1)):
        assert browser.come_back("grace").location == "/session/new"
    assert browser.person is None
    assert nothing_came_of_it()


def test_10_2_1_a_code_of_somebody_else_is_not_redeemed(house: House, visit: Callable[..., Visit]) -> None:
    """Code injection: the proof key of one sign-in does not fit the code of another (RFC 7636)."""
    mine, theirs = visit(), visit()
    mine.leave()
    theirs.leave()
    stolen = parse_qs(urlsplit(house.visit(theirs.url, "edgar")).query)["code"][0]
    assert mine.come_back("grace", code=stolen).location == "/session/new"
    assert mine.person is None


def test_10_2_1_a_provider_that_asks_for_a_proof_key_gets_one(house: House, visit: Callable[..., Visit]) -> None:
    """The one of these tests refuses whoever comes without: that all others here pass shows that we never do."""
    browser = visit()
    browser.leave()
    parts = urlsplit(browser.url)
    bare = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith("code_challenge")]
    told = parse_qs(urlsplit(house.visit(parts._replace(query=urlencode(bare)).geturl(), "grace")).query)
    assert told["error"] == ["invalid_request"]
    assert "code" not in told


def test_10_2_2_an_answer_of_another_issuer_is_not_taken(house: House, visit: Callable[..., Visit]) -> None:
    """The mix-up attack: RFC 9207 names the sender in the answer."""
    browser = visit()
    assert browser.sign_in("grace", iss="https://evil.example").location == "/session/new"
    assert browser.sign_in("grace", iss=None).location == "/session/new"
    assert browser.person is None
    house.sends_issuer = False
    assert visit().sign_in("grace").location == "/session/new", "what a provider says of itself is kept for a while"


def test_10_2_2_a_provider_may_leave_its_name_out_if_it_never_said_it_would_not(
    house: House, visit: Callable[..., Visit]
) -> None:
    house.sends_issuer = False
    assert visit().sign_in("grace").location == "/"


def test_10_2_2_an_answer_does_not_fit_another_provider(app: Flask, house: House) -> None:
    with running(House(key=house.key, callback="http://localhost/oidc/barn/callback")) as barn:
        know(app, house, barn)
        browser = Visit(app.test_client(), house)
        browser.leave()
        answer = with_answer(house.visit(browser.url, "grace")).replace("/oidc/house/", "/oidc/barn/")
        assert browser.client.get(answer).location == "/session/new"
    assert browser.person is None
    assert "began in another browser" in browser.said


def test_who_says_no_there_is_told_so(house: House, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.leave()
    assert browser.come_back(None).location == "/session/new"
    assert browser.said == "North house did not let you in, or you said no there."
    assert nothing_came_of_it()


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://evil.example/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_10_5_3_a_provider_that_calls_itself_otherwise_is_not_asked(
    house: House, visit: Callable[..., Visit], metadata: Claims
) -> None:
    house.metadata = metadata
    browser = visit()
    assert browser.leave().location == "/session/new"
    assert browser.said == "North house does not answer just now. Try again, or sign in another way."


def test_a_redirect_of_a_provider_is_not_followed(house: House, visit: Callable[..., Visit]) -> None:
    house.metadata = {"jwks_uri": f"{house.issuer}/elsewhere"}
    browser = visit()
    assert browser.sign_in("grace").location == "/session/new"
    assert browser.person is None


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("token_endpoint", "text={}"),
        ("token_endpoint", 'text={"access_token":"x","token_type":"Bearer"}'),
        ("token_endpoint", 'text={"access_token":"x","token_type":"Bearer","id_token":"a.b.c"}'),
        ("token_endpoint", 'text={"access_token":"x","token_type":"Bearer","id_token":7}'),
        ("token_endpoint", "text=<html>&status=502"),
        ("token_endpoint", "text=<html>"),
        ("token_endpoint", 'text={"error":"invalid_grant","error_description":"canary"}&status=400'),
        ("jwks_uri", "text=[]"),
        ("jwks_uri", "text={}"),
        ("jwks_uri", 'text={"keys":7}'),
        ("jwks_uri", 'text={"keys":[{"kty":"RSA"}]}'),
        ("jwks_uri", "text=<html>"),
    ],
)
def test_a_provider_that_talks_nonsense_lets_nobody_in(
    house: House, visit: Callable[..., Visit], endpoint: str, told: str
) -> None:
    house.metadata = {endpoint: f"{house.issuer}/echo?{told}"}
    browser = visit()
    assert browser.sign_in("grace").location == "/session/new"
    assert browser.said.startswith(("North house does not answer", "What North house answered cannot be trusted"))
    assert browser.person is None
    assert nothing_came_of_it()


def test_a_provider_that_reports_an_error_lets_nobody_in(house: House, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.leave()
    answer = with_answer(house.visit(browser.url, "grace"), code=None, error="server_error", error_description="<b>")
    assert browser.client.get(answer).location == "/session/new"
    assert browser.said.startswith("What North house answered cannot be trusted")


def test_a_provider_need_not_tell_of_people_apart(house: House, visit: Callable[..., Visit]) -> None:
    house.metadata = {"userinfo_endpoint": None}
    assert visit().sign_in("grace").location == "/"
    house.leaves_out = ("email",)
    assert visit().sign_in("edgar").location == "/session/new"


def test_a_provider_that_is_away_says_so(app: Flask, house: House) -> None:
    know(app, House(issuer=f"http://localhost:{free_port()}"))
    browser = Visit(app.test_client(), house)
    assert browser.leave(next="/help").location == "/session/new?next=/help"
    assert "does not answer just now" in browser.said


# Whose account


def test_6_8_1_only_an_address_that_is_confirmed_there_makes_an_account(
    house: House, visit: Callable[..., Visit]
) -> None:
    for who in ("vera", "nobody"):
        browser = visit()
        browser.sign_in(who)
        assert browser.person is None
        assert "does not say that an e-mail address is yours" in browser.said
    assert nothing_came_of_it()


def test_an_address_may_come_from_what_is_told_apart_from_the_token(house: House, visit: Callable[..., Visit]) -> None:
    house.leaves_out = ("email", "email_verified", "name")
    browser = visit()
    browser.sign_in("grace")
    assert browser.person is not None
    assert browser.person.email == "grace@north.example"


def test_what_is_told_of_another_is_not_believed(house: House, visit: Callable[..., Visit]) -> None:
    house.leaves_out = ("email",)
    house.userinfo = {"sub": "a-3"}
    browser = visit()
    browser.sign_in("grace")
    assert browser.person is None
    assert nothing_came_of_it()


def test_an_account_is_never_linked_by_its_address(house: House, visit: Callable[..., Visit], ada: Actor) -> None:
    """No auto-link: whoever has the account signs in to it first."""
    browser = visit()
    answer = browser.sign_in("ada")
    assert browser.person is None
    assert answer.location == "/session/new?next=/account/identities"
    assert "There is an account with the address ada@example.org" in browser.said
    assert nothing_came_of_it()


def test_whoever_has_signed_in_links_their_account_and_comes_in_by_it(
    house: House, visit: Callable[..., Visit], as_ada: Browser, ada: Actor
) -> None:
    linking = visit(as_ada.client)
    for _turn in range(2):
        assert linking.leave("/account/identities", provider="house").status_code == 200
        assert linking.come_back("ada").location == "/account/identities"
    assert "North house" in as_ada.get("/account/identities").text
    other = visit()
    other.sign_in("ada")
    assert other.person is not None
    assert other.person.id == ada.id


def test_what_is_linked_to_one_cannot_be_linked_to_another(
    house: House, visit: Callable[..., Visit], as_ada: Browser, as_eve: Browser, ada: Actor
) -> None:
    for browser in (as_ada, as_eve):
        linking = visit(browser.client)
        linking.leave("/account/identities", provider="house")
        linking.come_back("grace")
    assert one(Identity).user_id == ada.id
    assert "is linked to another one here" in unescape(as_eve.get("/account/identities").text)


def test_linking_is_for_whoever_began_it(
    app: Flask, house: House, visit: Callable[..., Visit], as_ada: Browser, as_eve: Browser, eve: Actor
) -> None:
    linking = visit(as_ada.client)
    linking.leave("/account/identities", provider="house")
    with as_eve.client.session_transaction() as session:
        hers = session["_user_id"]
    with as_ada.client.session_transaction() as session:
        session["_user_id"] = hers
    linking.come_back("edgar")
    assert nothing_came_of_it()
    with as_ada.client.session_transaction() as session:
        del session["_user_id"]
    linking.come_back("edgar")
    assert nothing_came_of_it()


def test_the_last_way_in_stays(house: House, visit: Callable[..., Visit], as_ada: Browser) -> None:
    browser = visit()
    browser.sign_in("grace")
    identity = one(Identity)
    refused = browser.client.delete(f"/account/identities/{identity.id}")
    assert refused.status_code == 409
    assert "This is your only way in" in refused.text
    assert as_ada.plain("DELETE", f"/account/identities/{identity.id}").status_code == 404
    assert as_ada.get(f"/account/identities/{identity.id}/edit").status_code == 404
    assert db.session.get(Identity, identity.id) is not None


def test_7_4_3_unlinking_ends_the_other_sessions(
    house: House, visit: Callable[..., Visit], as_ada: Browser, ada: Actor
) -> None:
    linking = visit(as_ada.client)
    linking.leave("/account/identities", provider="house")
    linking.come_back("ada")
    other = visit()
    other.sign_in("ada")
    identity = one(Identity)
    assert as_ada.get(f"/account/identities/{identity.id}/edit").status_code == 200
    assert as_ada.plain("DELETE", f"/account/identities/{identity.id}").location == "/account/identities"
    assert other.client.get("/").status_code == 303
    assert as_ada.get("/").status_code == 200
    assert "identity.unlinked" in db.session.scalars(sa.select(AuditEntry.action)).all()


def test_7_5_1_whoever_has_no_password_proves_it_again_where_they_sign_in(
    house: House, visit: Callable[..., Visit]
) -> None:
    browser = visit()
    browser.sign_in("grace")
    with travel(timedelta(minutes=16)):
        assert browser.client.get("/account/identities").status_code == 200
        asked = browser.client.post("/account/identities", data={"provider": "house"})
        assert asked.location == "/session/confirmation/new?next=/account/identities"
        assert "Show it by North house" in browser.client.get(asked.location).text
        house.bend = _with(auth_time=int(now().timestamp()), iat=int(now().timestamp()) - 1, exp=4_000_000_000)
        browser.leave("/oidc/house", again="1", next="/account/identities")
        assert (house.visit(browser.url, "grace") and house.seen[-1]["prompt"]) == "login"
        assert browser.come_back("grace").location == "/account/identities"
        assert browser.client.post("/account/identities", data={"provider": "house"}).status_code == 200


@pytest.mark.parametrize(
    ("who", "bend"),
    [
        ("edgar", None),
        ("grace", lambda _header, claims: claims.pop("auth_time")),
        ("grace", lambda _header, claims: claims.update(auth_time=claims["iat"] - 3600)),
        ("grace", lambda _header, claims: claims.update(auth_time="now")),
    ],
)
def test_7_5_1_somebody_else_or_an_old_sign_in_proves_nothing(
    house: House, visit: Callable[..., Visit], who: str, bend: Callable[[Claims, Claims], None] | None
) -> None:
    browser = visit()
    browser.sign_in("grace")
    person = browser.person
    assert person is not None
    fresh_at = one(Session).fresh_at
    house.bend = bend
    browser.leave("/oidc/house", again="1")
    assert browser.come_back(who).location == "/session/confirmation/new"
    assert one(Session, user_id=person.id).fresh_at == fresh_at


def test_7_5_1_a_second_factor_is_not_replaced_by_the_first(house: House, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.sign_in("grace")
    assert browser.person is not None
    fresh_at = one(Session).fresh_at
    protect(browser.person)
    browser.leave("/oidc/house", again="1")
    browser.come_back("grace")
    assert one(Session).fresh_at == fresh_at


# What holds for every way in


@pytest.mark.parametrize("setting", ["closed", "invited"])
def test_signup_bleed_nobody_registers_by_another_door(house: House, visit: Callable[..., Visit], setting: str) -> None:
    """SignupBleed: closed registration that is open elsewhere."""
    set_site("registration", setting)
    browser = visit()
    browser.sign_in("grace")
    assert browser.person is None
    said = browser.said
    assert "You have no account here yet" in said
    assert ("Ask for an invitation" in said) == (setting == "invited"), "where nobody comes in it would not help"
    assert nothing_came_of_it()


def test_whoever_is_invited_may_come_so(
    house: House, visit: Callable[..., Visit], ada: Actor, workspace: Workspace
) -> None:
    set_site("registration", "invited")
    with transaction() as session:
        session.add(
            Invitation(
                workspace_id=workspace.id,
                role="member",
                email="edgar@north.example",
                secret_hash="0" * 64,
                expires_at=now() + timedelta(days=1),
            )
        )
    invited, other = visit(), visit()
    invited.sign_in("edgar")
    other.sign_in("grace")
    assert invited.person is not None
    assert other.person is None
    with travel(timedelta(days=2)):
        late = visit()
        late.sign_in("grace")
        assert late.person is None


def test_cve_2026_33668_a_disabled_person_stays_out(house: House, visit: Callable[..., Visit]) -> None:
    first = visit()
    first.sign_in("grace")
    table = User.__table__
    with transaction() as session:
        session.execute(sa.update(table).where(table.c.email == "grace@north.example").values(disabled_at=now()))
    again = visit()
    again.sign_in("grace")
    assert again.person is None
    assert again.said == "This account is disabled. Ask an admin of the site."
    assert first.client.get("/").status_code == 303


def protect(user: User) -> None:
    with transaction() as session:
        session.add(Totp(user_id=user.id, sealed=seal("x")))


def test_cve_2026_34727_the_second_factor_is_asked_here_as_well(house: House, visit: Callable[..., Visit]) -> None:
    first = visit()
    first.sign_in("grace")
    assert first.person is not None
    protect(first.person)
    again = visit()
    again.sign_in("grace")
    assert again.person is None
    assert again.client.get("/").status_code == 303


@pytest.mark.parametrize(("factors", "told", "is_asked"), [
    (("mfa", "urn:two"), {"amr": ["pwd", "mfa"]}, False),
    (("mfa", "urn:two"), {"amr": ["pwd"]}, True),
    (("mfa", "urn:two"), {"acr": "urn:two"}, False),
    (("mfa", "urn:two"), {"acr": "urn:one", "amr": "mfa"}, True),
    (("mfa", "urn:two"), {"amr": [{}, ["mfa"]], "acr": {"urn:two": 1}}, True),
    ((), {"amr": ["mfa"], "acr": "urn:two"}, True),
])  # fmt: skip
def test_6_8_4_a_factor_that_was_asked_there_counts_where_the_settings_say_so(
    app: Flask,
    house: House,
    visit: Callable[..., Visit],
    factors: tuple[str, ...],
    told: Claims,
    is_asked: bool,
) -> None:
    first = visit()
    first.sign_in("grace")
    assert first.person is not None
    protect(first.person)
    know(app, house, factors=factors)
    house.bend = _with(**told)
    again = visit()
    assert again.sign_in("grace").status_code == 303
    assert (again.person is None) is is_asked


def test_casbleed_two_who_sign_in_at_once_are_never_swapped(app: Flask, house: House) -> None:
    """Turn by turn, and then all at once."""
    names = {"grace": "grace@north.example", "edgar": "edgar@north.example"}
    one_, other = Visit(app.test_client(), house), Visit(app.test_client(), house)
    one_.leave()
    other.leave()
    back = with_answer(house.visit(one_.url, "grace")), with_answer(house.visit(other.url, "edgar"))
    other.client.get(back[1])
    one_.client.get(back[0])
    assert one_.person is not None
    assert other.person is not None
    assert (one_.person.email, other.person.email) == tuple(names.values())

    def go(number: int) -> bool:
        who = list(names)[number % 2]
        browser = Visit(app.test_client(), house)
        browser.sign_in(who)
        with app.app_context():
            return browser.person is not None and browser.person.email == names[who]

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(go, range(18)))


def test_two_windows_of_one_browser_do_not_disturb_each_other(house: House, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.leave(next="/help")
    first = browser.url
    browser.leave()
    browser.url = first
    assert browser.come_back("grace").location == "/help"


def test_no_secret_of_a_sign_in_reaches_the_log(
    house: House, visit: Callable[..., Visit], capsys: pytest.CaptureFixture[str]
) -> None:
    codes: list[str] = []
    for bend in (None, _with(nonce="another"), _with(aud="other")):
        house.bend = bend
        browser = visit()
        browser.leave()
        answer = house.visit(browser.url, "grace")
        codes += [parse_qs(urlsplit(answer).query)[name][0] for name in ("code", "state")]
        codes.append(house.seen[-1]["nonce"])
        browser.client.get(with_answer(answer))
    visit().sign_in("grace", code="made-up")
    written = capsys.readouterr().err
    assert "oidc_answer_refused" in written
    assert [secret for secret in [*codes, house.client_secret, "made-up"] if secret in written] == []
