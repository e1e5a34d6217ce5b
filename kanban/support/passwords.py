"""Passwords: argon2id hashes (RFC 9106), checked and renewed; and which ones everybody knows."""

import gzip
import secrets
import unicodedata
from functools import cache
from pathlib import Path

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

COMMON = Path(__file__).parent / "data" / "common_passwords.txt.gz"

log = structlog.get_logger(__name__)
_hasher = PasswordHasher()
# A hash of nothing anyone knows: checking against it makes an unknown address cost the
# same time as a known one.
_nobody: str | None = None


def hash_password(password: str) -> str:
    """An argon2id hash in its encoded form, salt and parameters included."""
    return _hasher.hash(_as_bytes(password))


def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long when there is none."""
    global _nobody
    if hashed is None and _nobody is None:
        _nobody = _hasher.hash(secrets.token_urlsafe())
    try:
        return _hasher.verify(hashed or _nobody or "", _as_bytes(password)) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(hashed)


def is_common(password: str) -> bool:
    """Whether the password is one of those that are tried first: the most frequent of what was ever stolen.

    Where the list cannot be read every password passes, and the log says so.
    """
    word = unicodedata.normalize("NFKC", password).casefold()
    return "\n" not in word and f"\n{word}\n" in _common()


@cache
def _common() -> str:
    try:
        with gzip.open(COMMON, "rt", encoding="utf-8") as file:
            return "\n" + file.read()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        log.warning("common_passwords_unreadable", error=type(error).__name__)
        return ""


def _as_bytes(password: str) -> bytes:
    """What is hashed: NFC as RFC 8265 has it, since two keyboards may spell one letter in two ways; nothing cut."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
