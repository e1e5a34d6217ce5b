"""Access tokens: what is good, and all that only looks like it (ASVS 5.0: V9.1, V9.2)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from flask import Flask

from kanban.support import jwt
from kanban.support.clock import now, travel

KEY_ID = "key1"


@pytest.fixture(autouse=True)
def issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt, "_issuer", "https://kanban.example.org")


@pytest.fixture
def key() -> str:
    return jwt.new_key()


def claims(**other: Any) -> dict[str, Any]:
    """Those of a good token; None takes one away."""
    at = int(now().timestamp())
    found = {
        "iss": "https://kanban.example.org",
        "aud": "https://kanban.example.org/api/v1",
        "sub": "user:7",
        "sid": "9",
        "scope": "read",
        "jti": "x" * 22,
        "iat": at,
        "nbf": at,
        "exp": at + 60,
        **other,
    }
    return {name: value for name, value in found.items() if value is not None}


def made(key: Any, said: dict[str, Any] | None = None, *, algorithm: str = "EdDSA", **header: Any) -> str:
    """A token with whatever claims and header."""
    stated = {"kid": KEY_ID, "typ": "at+jwt", **header}
    stated = {name: value for name, value in stated.items() if value is not None}
    return pyjwt.encode(said or claims(), key, algorithm=algorithm, headers=stated)


def is_good(token: str, key: str) -> bool:
    """As the guard asks: the header first, then all the rest."""
    return jwt.key_id_of(token) == KEY_ID and jwt.read(token, key) is not None


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def public_pem(key: str) -> bytes:
    public: Any = load_pem_private_key(key.encode(), password=None).public_key()
    pem: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def test_what_is_signed_is_read(key: str) -> None:
    end = now() + timedelta(minutes=15)
    token = jwt.sign(key, KEY_ID, subject="user:7", family="9", scope="read write", expires_at=end)
    assert jwt.key_id_of(token) == KEY_ID
    found = jwt.read(token, key)
    assert found is not None
    assert (found.subject, found.family, found.scope) == ("user:7", "9", "read write")
    assert abs(found.expires_at - end) < timedelta(seconds=1)
    assert len(found.id) >= 22, "ASVS 11.5.1: 128 bits"
    header = pyjwt.get_unverified_header(token)
    assert header == {"alg": "EdDSA", "kid": KEY_ID, "typ": "at+jwt"}
    said = pyjwt.decode(token, options={"verify_signature": False})
    assert set(said) == {"iss", "aud", "sub", "sid", "scope", "jti", "iat", "nbf", "exp"}


def test_each_has_an_id_of_its_own(key: str) -> None:
    sent = {"subject": "user:7", "family": "9", "scope": "read", "expires_at": now() + timedelta(minutes=1)}
    assert jwt.sign(key, KEY_ID, **sent) != jwt.sign(key, KEY_ID, **sent)


def test_the_issuer_is_the_address_of_the_site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    jwt.init_app(app)
    assert jwt._issuer == app.config["BASE_URL"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda key: f"{part({'alg': 'none', 'kid': KEY_ID, 'typ': 'at+jwt'})}.{part(claims())}.",
        lambda key: f"{part({'alg': 'None', 'kid': KEY_ID, 'typ': 'at+jwt'})}.{part(claims())}.",
        lambda key: f"{part({'kid': KEY_ID, 'typ': 'at+jwt'})}.{part(claims())}.",
        lambda key: f"{part({'alg': 'EdDSA', 'kid': KEY_ID, 'typ': 'at+jwt'})}.{part(claims())}.",
    ],
)
def test_v9_1_2_an_unsigned_one_is_refused(key: str, forge: Callable[[str], str]) -> None:
    assert not is_good(forge(key), key)
    assert jwt.read(forge(key), key) is None, "Whatever was made of its header."


def test_v9_1_2_a_public_key_is_no_shared_secret(key: str) -> None:
    """HS/RS swap: signed with HMAC by what everybody may know of a key."""
    head = f"{part({'alg': 'HS256', 'kid': KEY_ID, 'typ': 'at+jwt'})}.{part(claims())}"
    for known in (public_pem(key), public_pem(key).strip(), b""):
        mac = base64.urlsafe_b64encode(hmac.new(known, head.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
        assert not is_good(f"{head}.{mac}", key)
        assert jwt.read(f"{head}.{mac}", key) is None


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_v9_1_2_another_kind_of_key_is_refused(key: str, algorithm: str) -> None:
    token = made(rsa.generate_private_key(65537, 2048), algorithm=algorithm)
    assert not is_good(token, key)
    assert jwt.read(token, key) is None


def test_v9_1_1_another_key_of_the_same_kind_is_refused(key: str) -> None:
    assert not is_good(made(jwt.new_key()), key)


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://evil.example/keys"},
        {"jwk": {"kty": "OKP"}},
        {"x5u": "https://evil.example/chain"},
        {"x5c": ["x"]},
        {"crit": ["exp"]},
        {"cty": "JWT"},
        {"typ": "JWT"},
        {"typ": "rt+jwt"},
        {"typ": None},
        {"kid": None},
    ],
)
def test_v9_1_3_a_header_with_more_or_less_than_ours_is_refused(key: str, header: dict[str, Any]) -> None:
    """Signed by the right key all the same: whoever names a key, or where to fetch one, is not listened to."""
    try:
        token = made(key, **header)
    except (pyjwt.PyJWTError, TypeError):
        pytest.fail("The forged token must exist to be refused.")
    assert not is_good(token, key)


def test_v9_1_3_a_key_id_is_only_a_name(key: str) -> None:
    for kid in ("../../etc/passwd", "' OR 1=1 --", "", "https://evil.example/key"):
        assert jwt.key_id_of(made(key, kid=kid)) == kid
    head = part({"alg": "EdDSA", "kid": 7, "typ": "at+jwt"})
    assert jwt.key_id_of(f"{head}.{part(claims())}.x") is None


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("sub", "user:8"),
        ("sid", "10"),
        ("scope", "read write admin"),
        ("exp", 2**33),
        ("iss", "https://evil.example"),
    ],
)
def test_v9_1_1_an_altered_claim_breaks_the_seal(key: str, claim: str, value: Any) -> None:
    head, _said, seal = made(key).split(".")
    assert not is_good(f"{head}.{part(claims(**{claim: value}))}.{seal}", key)


@pytest.mark.parametrize(
    "other",
    [
        {"iss": "https://kanban.example.org/"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "https://kanban.example.org"},
        {"aud": "https://other.example/api/v1"},
        {"aud": ["https://kanban.example.org/api/v1"]},
        {"aud": ["https://kanban.example.org/api/v1", "https://other.example/api/v1"]},
        {"aud": None},
        {"sub": None},
        {"sub": 7},
        {"sid": None},
        {"scope": None},
        {"jti": None},
        {"exp": None},
        {"nbf": None},
        {"iat": None},
        {"exp": "9999999999"},
        {"exp": 9999999999.5},
        {"exp": True},
        {"iat": "0"},
        {"nbf": 0.5},
    ],
)
def test_v9_2_3_a_claim_that_is_not_ours_is_refused(key: str, other: dict[str, Any]) -> None:
    assert is_good(made(key, claims()), key)
    assert not is_good(made(key, claims(**other)), key)


def test_v9_2_1_it_ends_and_does_not_begin_early(key: str) -> None:
    token = made(key)
    for away, good in ((-40, False), (-20, True), (0, True), (50, True), (60, False), (3600, False)):
        with travel(timedelta(seconds=away)):
            assert is_good(token, key) == good, away
    at = int(now().timestamp())
    assert not is_good(made(key, claims(nbf=at + 40)), key)
    assert not is_good(made(key, claims(iat=at + 40)), key)
    with travel(timedelta(minutes=2)):
        assert not is_good(token, key)
    with travel(timedelta(hours=-1)):
        assert not is_good(token, key), "A clock put back revives nothing."


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "x" * 43, "é.é.é", "\x00", "kbr_x", "." * 1_000, "x" * 3_000])
def test_what_is_no_token_is_none(key: str, text: str) -> None:
    assert jwt.key_id_of(text) is None
    assert jwt.read(text, key) is None
