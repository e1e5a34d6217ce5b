"""Secrets: making them, keeping only what recognises them, and sealing those that must be read again."""

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask

_key: Fernet | None = None


def init_app(app: Flask) -> None:
    """Seal with a key made from SECRET_KEY (HKDF, RFC 5869): another use of that secret gives no hint of it."""
    global _key
    derived = HKDF(SHA256(), 32, salt=None, info=b"kanban: sealed values").derive(app.config["SECRET_KEY"].encode())
    _key = Fernet(base64.urlsafe_b64encode(derived))


def new_secret() -> str:
    """256 random bits, for a URL or a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret of ours. It is random and long, so that a quick hash is enough (unlike a password)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seal(text: str) -> str:
    """Encrypt what must be read again, such as the secret of an authenticator (Fernet: AES-CBC with HMAC)."""
    return _sealer().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """What was sealed, or None where SECRET_KEY is another one by now, or somebody changed it."""
    try:
        return _sealer().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _sealer() -> Fernet:
    if _key is None:
        raise RuntimeError("init_app() has not been called.")
    return _key
