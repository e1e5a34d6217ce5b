"""Passwords: argon2id hashes (RFC 9106), checked and renewed."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# A hash of nothing anyone knows: checking against it makes an unknown address cost the
# same time as a known one.
_nobody: str | None = None


def hash_password(password: str) -> str:
    """An argon2id hash in its encoded form, salt and parameters included."""
    return _hasher.hash(password)


def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long when there is none."""
    global _nobody
    if hashed is None and _nobody is None:
        _nobody = _hasher.hash(secrets.token_urlsafe())
    try:
        return _hasher.verify(hashed or _nobody or "", password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(hashed)
