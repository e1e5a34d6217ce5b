"""Access tokens: JWTs as RFC 9068 has them, signed with Ed25519, and checked more strictly than it asks for."""

import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask

from kanban.support.clock import now

ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
# Nothing else may stand in a header: whoever names a key, or where to fetch one, is not us (RFC 8725, 3.10).
_HEADER = frozenset({"alg", "kid", "typ"})
_TIMES = ("exp", "nbf", "iat")
_LONGEST = 2_000
# Clocks of two machines may be so far apart; an end is never put off by it.
_APART = timedelta(seconds=30)

_issuer = ""


class Claims(NamedTuple):
    """What an access token says: whose it is, of which sign-in, what it may do, and its times."""

    subject: str
    family: str
    scope: str
    id: str
    expires_at: datetime


def init_app(app: Flask) -> None:
    """Sign in the name of BASE_URL, and take no token of another site."""
    global _issuer
    _issuer = app.config["BASE_URL"]


def new_key() -> str:
    """A fresh private key, as text (PKCS #8 in PEM)."""
    # Imported where it is needed, here and below: most processes never sign anything.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = Ed25519PrivateKey.generate()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def sign(key: str, key_id: str, *, subject: str, family: str, scope: str, expires_at: datetime) -> str:
    """A token signed with a private key of ours."""
    import jwt

    at = int(now().timestamp())
    claims = {
        "iss": _issuer,
        "aud": _audience(),
        "sub": subject,
        "sid": family,
        "scope": scope,
        "jti": secrets.token_urlsafe(16),
        "iat": at,
        "nbf": at,
        "exp": int(expires_at.timestamp()),
    }
    return jwt.encode(claims, _private(key), algorithm=ALGORITHM, headers={"kid": key_id, "typ": _TYPE})


def key_id_of(token: str) -> str | None:
    """The key that a token says it was signed with; None for anything that is no access token of ours."""
    import jwt

    if len(token) > _LONGEST:
        return None
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        return None
    if header.keys() != _HEADER or header["alg"] != ALGORITHM or header["typ"] != _TYPE:
        return None
    key_id: str = header["kid"]
    # It is looked up before anything is proved: no sign in it may be one that a database chokes on.
    return key_id if key_id.isprintable() else None


def read(token: str, key: str) -> Claims | None:
    """What a token says, if it was signed with this key of ours, for us, and is good at this moment."""
    import jwt

    try:
        found = jwt.decode(
            token,
            _private(key).public_key(),
            # Never what the token asks for: that is how "none" and a swapped kind of key come in (RFC 8725, 3.1).
            algorithms=[ALGORITHM],
            issuer=_issuer,
            audience=_audience(),
            # The times are held to our own clock, below.
            options={
                "require": [*_TIMES, "iss", "aud", "sub", "sid", "scope", "jti"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "strict_aud": True,
            },
        )
    except jwt.PyJWTError:
        return None
    return _claims(found)


def _claims(found: dict[str, Any]) -> Claims | None:
    if not all(type(found[name]) is int for name in _TIMES):
        return None
    at = now().timestamp()
    early = at + _APART.total_seconds()
    if found["exp"] <= at or found["nbf"] > early or found["iat"] > early:
        return None
    return Claims(
        subject=found["sub"],
        family=found["sid"],
        scope=found["scope"],
        id=found["jti"],
        expires_at=datetime.fromtimestamp(found["exp"], now().tzinfo),
    )


def _audience() -> str:
    return f"{_issuer}/api/v1"


@lru_cache(maxsize=8)
def _private(key: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(key.encode(), password=None)
