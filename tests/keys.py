"""Authenticators for tests: an app that shows codes, and a key that answers as WebAuthn Level 2 says."""

import hashlib
import json
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn import base64url_to_bytes
from webauthn.helpers import bytes_to_base64url

from kanban.models import Passkey, Totp, User
from kanban.support.clock import now
from kanban.support.db import transaction
from kanban.support.tokens import seal

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ORIGIN = "http://localhost"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def give_totp(user: User, secret: str = SECRET) -> None:
    """Have a person own an authenticator that has used no code yet."""
    with transaction() as session:
        session.merge(Totp(user_id=user.id, sealed=seal(secret), last_step=0, wrong=0))


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """What an authenticator shows so many half minutes from now."""
    return pyotp.HOTP(secret).at(int(now().timestamp()) // 30 + steps)


class SoftKey:
    """A security key without a case."""

    def __init__(self, name: bytes = b"a soft key") -> None:
        self.id = hashlib.sha256(name).digest()
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.count = 0
        self.handle = ""

    def give(self, user: User, name: str = "Soft key") -> Passkey:
        """Have a person own this key."""
        with transaction() as session:
            session.refresh(user)
            user.passkey_handle = self.handle = user.passkey_handle or bytes_to_base64url(b"h" * 32)
            key = Passkey(
                user_id=user.id,
                name=name,
                credential_id=bytes_to_base64url(self.id),
                public_key=bytes_to_base64url(self._cose()),
                sign_count=self.count,
                transports="usb",
            )
            session.add(key)
        return key

    def make(self, options: dict[str, Any], *, origin: str = ORIGIN) -> str:
        """The answer to a question for a new key."""
        self.handle = options["user"]["id"]
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._cose()
        data = self._data(options["rp"]["id"], _PRESENT | _VERIFIED | _ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", options["challenge"], origin)
        return self._said(clientDataJSON=client, attestationObject=statement)

    def answer(self, options: dict[str, Any], *, origin: str = ORIGIN, is_verified: bool = True, **other: str) -> str:
        """The answer to a question for a proof; `other` replaces parts of it."""
        self.count += 1
        data = self._data(options["rpId"], _PRESENT | (_VERIFIED if is_verified else 0))
        client = _client("webauthn.get", options["challenge"], origin)
        signature = self._private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        said = json.loads(self._said(clientDataJSON=client, authenticatorData=data, signature=signature))
        said["response"] |= {"userHandle": self.handle, **other}
        return json.dumps(said)

    def _said(self, **parts: bytes) -> str:
        id_ = bytes_to_base64url(self.id)
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": response})

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _cose(self) -> bytes:
        point = self._private.public_key().public_numbers()
        # COSE (RFC 9053): an elliptic curve key, ES256, P-256, x, y.
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})


def tampered(answer: str, part: str = "signature") -> str:
    """An answer with one byte of a part changed."""
    said = json.loads(answer)
    raw = bytearray(base64url_to_bytes(said["response"][part]))
    raw[-1] ^= 1
    said["response"][part] = bytes_to_base64url(bytes(raw))
    return json.dumps(said)


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()
