"""A small OpenID provider for tests, over HTTP: Authlib's own server, with discovery, keys, and PKCE that is required.

Who is signed in there stands in a cookie. What it says can be bent, to be a provider that lies or is broken.
"""

import base64
import contextlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

from kanban.support import oidc

Claims = dict[str, Any]
PEOPLE: dict[str, Claims] = {
    "grace": {"sub": "g-1", "name": "Grace Hopper", "email": "grace@north.example", "email_verified": True},
    "edgar": {"sub": "e-2", "name": "Edgar Codd", "email": "edgar@north.example", "email_verified": True},
    # Has the address of somebody who has an account here.
    "ada": {"sub": "a-3", "name": "Ada Elsewhere", "email": "ada@example.org", "email_verified": True},
    "vera": {"sub": "v-4", "name": "Vera New", "email": "vera@north.example", "email_verified": False},
    "nobody": {"sub": "n-5"},
}


@dataclass
class House:
    """The provider: who may ask it, what it says, and how."""

    issuer: str = ""
    client_id: str = "kanban"
    client_secret: str = "a-secret-between-the-two-of-them"
    callback: str = "http://localhost/oidc/house/callback"
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    # How it lies: changes the header and the claims of an ID token; signs with another key; what else it answers.
    bend: Callable[[Claims, Claims], None] | None = None
    signer: Any = None
    metadata: Claims = field(default_factory=dict)
    sends_issuer: bool = True
    issuer_sent: str | None = None
    userinfo: Claims | None = None
    leaves_out: tuple[str, ...] = ()
    codes: dict[str, "Code"] = field(default_factory=dict)
    tokens: dict[str, Claims] = field(default_factory=dict)
    seen: list[Claims] = field(default_factory=list)

    def rotate(self) -> None:
        """Have another key from now on, of another kind, and forget the one before."""
        self.key = ECKey.generate_key("P-256", {"kid": f"kid-{time.monotonic_ns()}", "use": "sig"})

    def discovery(self) -> Claims:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": self.sends_issuer,
            **self.metadata,
        }
        return {name: value for name, value in told.items() if value is not None}

    def sign(self, claims: Claims) -> str:
        """An ID token of these claims, bent as it was asked."""
        key = self.signer or self.key
        kind = "oct" if isinstance(key, bytes) else key.key_type
        header: Claims = {"alg": {"RSA": "RS256", "EC": "ES256", "oct": "HS256"}[kind], "kid": self.key.kid}
        if self.bend is not None:
            self.bend(header, claims)
        if header["alg"] == "none":
            return f"{_packed(header)}.{_packed(claims)}."
        if isinstance(key, bytes):
            # By hand: the library does not take a public key as a secret.
            told = f"{_packed(header)}.{_packed(claims)}"
            return f"{told}.{_base64(hmac.digest(key, told.encode(), 'sha256'))}"
        return jwt.encode(header, claims, key, [header["alg"]])

    def visit(self, url: str, who: str | None) -> str:
        """What the browser of somebody who is signed in here does with an address: where it is sent on to."""
        answer = httpx2.get(url, cookies={"who": who} if who else {})
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A code that was given out."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    who: str
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> list[str]:
        return list(PEOPLE[self.who].get("amr", []))


class _Client(ClientMixin):  # type: ignore[misc]
    def __init__(self, house: House) -> None:
        self.house = house

    def get_client_id(self) -> str:
        return self.house.client_id

    def get_default_redirect_uri(self) -> str:
        return self.house.callback

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.house.callback

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.house.client_secret

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def provider(house: House) -> Flask:
    """The provider's own web application."""
    app = Flask("house", root_path=str(Path(__file__).parent))
    server = AuthorizationServer(app, lambda _id: _Client(house), lambda _token, _request: None)

    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, asked: Any) -> None:
            told = asked.payload.data
            house.codes[code] = Code(
                code,
                asked.payload.redirect_uri,
                asked.scope,
                told.get("nonce"),
                asked.user,
                told.get("code_challenge"),
                told.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, _client: Any) -> Code | None:
            return house.codes.get(code)

        def delete_authorization_code(self, code: Code) -> None:
            del house.codes[code.code]

        def authenticate_user(self, code: Code) -> str:
            return code.who

    class Ids(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, _nonce: str, _request: Any) -> bool:
            return False

        def get_client_claims(self, _client: Any) -> Claims:
            return {"iss": house.issuer}

        def generate_user_info(self, user: str, scope: str) -> UserInfo:
            told = UserInfo(PEOPLE[user]).filter(scope)
            return UserInfo({name: value for name, value in told.items() if name not in house.leaves_out})

        def encode_id_token(self, token: Claims, asked: Any) -> str:
            claims = self.get_compatible_claims(asked)
            claims.update(self.get_authorization_code_claims(asked.authorization_code))
            claims.update(self.generate_user_info(asked.user, token["scope"]))
            house.tokens[token["access_token"]] = {**PEOPLE[asked.user], **(house.userinfo or {})}
            return house.sign(claims)

    class Sender(IssuerParameter):  # type: ignore[misc]
        def get_issuer(self) -> str | None:
            return (house.issuer_sent or house.issuer) if house.sends_issuer else None

    server.register_grant(Grant, [CodeChallenge(required=True), Ids(require_nonce=True)])
    server.register_extension(Sender())

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(house.discovery())

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(KeySet([house.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> Any:
        house.seen.append(request.args.to_dict())
        if request.args.get("code_challenge_method") != "S256":
            return redirect(f"{house.callback}?error=invalid_request&iss={house.issuer}")
        grant = server.get_consent_grant(end_user=request.cookies.get("who"))
        return server.create_authorization_response(grant_user=request.cookies.get("who"), grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/userinfo")
    def userinfo() -> Any:
        return jsonify(house.tokens[request.headers["Authorization"].removeprefix("Bearer ")])

    @app.route("/echo", methods=["GET", "POST"])
    def echo() -> Any:
        return Response(request.args["text"], int(request.args.get("status", 200)), mimetype="application/json")

    @app.get("/elsewhere")
    def elsewhere() -> Any:
        return redirect("/keys")

    return app


def _packed(part: Claims) -> str:
    return _base64(json.dumps(part).encode())


def _base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def with_answer(url: str, **changes: str | None) -> str:
    """The address of an answer with some of it changed, or left out."""
    parts = urlsplit(url)
    told = {**dict(parse_qsl(parts.query)), **changes}
    return f"{parts.path}?{urlencode({name: value for name, value in told.items() if value is not None})}"


class _Quiet(WSGIRequestHandler):
    """Its own log would hold the codes that ours must not."""

    def log_request(self, *_told: Any) -> None:
        pass


@contextlib.contextmanager
def running(house: House) -> Iterator[House]:
    """The provider, answering on a port of its own for as long as the block lasts."""
    server = make_server("localhost", 0, provider(house), threaded=True, request_handler=_Quiet)
    house.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def first_house() -> Iterator[House]:
    with running(House()) as house:
        yield house


@pytest.fixture
def house(first_house: House, app: Flask) -> Iterator[House]:
    """The provider as it is at first, known to the application under the name `house`."""
    fresh = House(issuer=first_house.issuer, key=first_house.key)
    key = first_house.key
    first_house.__dict__.update(fresh.__dict__)
    before = app.extensions["oidc"]
    know(app, first_house)
    yield first_house
    app.extensions["oidc"] = before
    first_house.key = key


def know(app: Flask, *houses: House, names: tuple[str, ...] = ("house", "barn"), factors: tuple[str, ...] = ()) -> None:
    """Have the application know these providers, as settings do."""
    oidc.init_app(
        app,
        [
            oidc.Provider(name, house.issuer, house.client_id, house.client_secret, f"North {name}", factors=factors)
            for name, house in zip(names, houses, strict=False)
        ],
    )
