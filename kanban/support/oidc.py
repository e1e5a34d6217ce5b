"""Signing in elsewhere: a client of OpenID Connect (Core 1.0; authorization code with PKCE).

What is kept here is of the providers alone: their addresses and keys. What belongs to one
sign-in travels in arguments, so that two which run at once have nothing to swap.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app

from kanban.support.clock import now
from kanban.support.tokens import new_secret

# Signatures by a key that the provider alone has: neither `none`, nor HMAC with a secret that is shared.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_KEPT = 3600.0  # seconds that addresses and keys of a provider are good for
_LEEWAY = 60  # seconds that its clock may differ from ours
_RECENT = 600  # seconds that somebody may take to come back from proving themselves anew
_LONGEST = {"subject": 255, "issuer": 512}


class ProviderAway(Exception):
    """The provider does not answer, or not in its own language; the text is for the log."""


class AnswerRefused(Exception):
    """What came back must not be believed; the text is for the log, and holds no secret."""


class SignInDeclined(Exception):
    """The person, or the provider, has said no."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider as the settings name it.

    `factors` are the values of `acr` or `amr` that mean a second factor was asked there.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    label: str = ""
    scopes: str = "openid email profile"
    factors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must come back with the answer, or be sent for it (RFC 6749, RFC 7636, Core 3.1.2.1)."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    # Whether the person was to prove themselves anew, even if the provider still knew them.
    is_anew: bool = False


@dataclass(frozen=True, slots=True)
class Claims:
    """Who somebody is there. `email` is empty unless the provider says that it is theirs."""

    issuer: str
    subject: str
    email: str
    name: str
    has_factor: bool


class Client:
    """We, as one provider knows us."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, Any] | None = None

    def begin(self, redirect_uri: str, *, is_anew: bool = False) -> tuple[str, Attempt]:
        """Where to send the browser, and what to keep until it returns. Raises ProviderAway."""
        attempt = Attempt(new_secret(), new_secret(), new_secret(), is_anew)
        metadata = self._discovered()
        with self._http(metadata) as http:
            url, _state = http.create_authorization_url(
                metadata["authorization_endpoint"],
                state=attempt.state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
                redirect_uri=redirect_uri,
                **({"prompt": "login", "max_age": "0"} if is_anew else {}),
            )
        return url, attempt

    def finish(self, answer: Mapping[str, str], attempt: Attempt, redirect_uri: str) -> Claims:
        """Who has signed in, by what the browser brought back.

        Raises SignInDeclined, AnswerRefused and ProviderAway.
        """
        metadata = self._discovered()
        self._check_sender(answer.get("iss"), metadata)
        if "error" in answer:
            if answer["error"] in {"access_denied", "login_required", "interaction_required", "consent_required"}:
                raise SignInDeclined
            raise AnswerRefused("the provider reports an error")
        if not answer.get("code"):
            raise AnswerRefused("no code")
        token = self._redeem(answer["code"], attempt, redirect_uri, metadata)
        claims = self._verified(token, attempt.nonce, metadata)
        if attempt.is_anew and not _is_recent(claims.get("auth_time")):
            raise AnswerRefused("they did not prove themselves anew")
        if "email" not in claims and metadata.get("userinfo_endpoint"):
            claims = {**self._userinfo(token, claims["sub"], metadata), **claims}
        return self._read(claims)

    def _check_sender(self, issuer: str | None, metadata: dict[str, Any]) -> None:
        """See that the answer is of the provider that was asked, and not of another one's (RFC 9207)."""
        if issuer is None and metadata.get("authorization_response_iss_parameter_supported") is True:
            raise AnswerRefused("no iss in the answer, of a provider that sends it")
        if issuer is not None and issuer != self.provider.issuer:
            raise AnswerRefused("the answer names another issuer")

    def _redeem(self, code: str, attempt: Attempt, redirect_uri: str, metadata: dict[str, Any]) -> dict[str, Any]:
        import httpx2
        from authlib.integrations.base_client import OAuthError

        try:
            with self._http(metadata) as http:
                token: dict[str, Any] = http.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                    redirect_uri=redirect_uri,
                )
        except OAuthError:
            # Its description can quote the code.
            raise AnswerRefused("the code was not redeemed") from None
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from None
        if not isinstance(token.get("id_token"), str):
            raise AnswerRefused("no ID token")
        return token

    def _verified(self, token: dict[str, Any], nonce: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """The claims of an ID token whose signature, issuer, audience, times and nonce are right (Core 3.1.3.7)."""
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        decoded = self._decoded(token["id_token"], metadata)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
            },
            params={
                "nonce": nonce,
                "client_id": self.provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        try:
            claims.validate(now=int(now().timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise AnswerRefused(f"the ID token is wrong: {_fault(error)}") from None
        return dict(claims)

    def _decoded(self, text: str, metadata: dict[str, Any]) -> Any:
        """The token, if a key of the provider has signed it.

        A key we do not know makes us ask for the keys once more: providers change them.
        Nobody can have us do so at will, since the token came from the provider itself.
        """
        from joserfc import jws, jwt
        from joserfc.errors import JoseError

        try:
            header = jws.extract_compact(text.encode()).headers()
        except (JoseError, ValueError) as error:
            raise AnswerRefused(f"the ID token is no token: {_fault(error)}") from None
        if header.get("alg") not in ALGORITHMS:
            raise AnswerRefused("the ID token is signed by an algorithm that is not on the list")
        keys = self._fitting(header, metadata, anew=False) or self._fitting(header, metadata, anew=True)
        fault: Exception = ValueError("unknown key")
        for key in keys:
            try:
                return jwt.decode(text, key, algorithms=list(ALGORITHMS))
            except (JoseError, ValueError) as error:
                fault = error
        raise AnswerRefused(f"the signature of the ID token is wrong: {_fault(fault)}")

    def _fitting(self, header: Mapping[str, Any], metadata: dict[str, Any], *, anew: bool) -> list[Any]:
        """The keys that can have signed a token with this header."""
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        if anew or self._keys is None or time.monotonic() > self._keys[0]:
            found = self._get(metadata["jwks_uri"])
            try:
                self._keys = (time.monotonic() + _KEPT, KeySet.import_key_set(found))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise ProviderAway(f"its keys: {type(error).__name__}") from None
        kid = header.get("kid")
        return [key for key in self._keys[1].keys if (kid is None or key.kid == kid) and key.get("use", "sig") == "sig"]

    def _userinfo(self, token: dict[str, Any], subject: str, metadata: dict[str, Any]) -> dict[str, Any]:
        found = self._get(metadata["userinfo_endpoint"], Authorization=f"Bearer {token.get('access_token', '')}")
        if found.get("sub") != subject:
            raise AnswerRefused("what is told of the person is of another one")
        return {name: found[name] for name in ("email", "email_verified", "name") if name in found}

    def _read(self, claims: dict[str, Any]) -> Claims:
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject.isprintable() or not 0 < len(subject) <= _LONGEST["subject"]:
            raise AnswerRefused("the subject is no short text")
        # Some say it in a word.
        is_verified = claims.get("email_verified") in (True, "true") and isinstance(claims.get("email"), str)
        methods = claims.get("amr") or []
        # Not a set: what a provider sends there may be anything.
        proved = [claims.get("acr"), *(methods if isinstance(methods, list) else ())]
        name = claims.get("name") or claims.get("preferred_username") or ""
        return Claims(
            issuer=self.provider.issuer,
            subject=subject,
            email=claims["email"] if is_verified else "",
            name=name if isinstance(name, str) else "",
            has_factor=any(factor in proved for factor in self.provider.factors),
        )

    def _discovered(self) -> dict[str, Any]:
        """The addresses of the provider (Discovery 1.0)."""
        if self._metadata is not None and time.monotonic() < self._metadata[0]:
            return self._metadata[1]
        found = self._get(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.provider.issuer:
            raise ProviderAway("it calls itself by another name than the settings")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
            if name not in found and name == "userinfo_endpoint":
                continue
            if not _is_safe(found.get(name), self.provider.issuer):
                raise ProviderAway(f"its {name} is missing, or not encrypted")
        self._metadata = (time.monotonic() + _KEPT, found)
        return found

    def _get(self, url: str, **headers: str) -> dict[str, Any]:
        import httpx2

        try:
            with httpx2.Client(**_manners()) as http:
                answer = http.get(url, headers={"Accept": "application/json", **headers})
                answer.raise_for_status()
                found = answer.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise ProviderAway(type(error).__name__) from None
        if not isinstance(found, dict):
            raise ProviderAway("no object")
        return found

    def _http(self, metadata: dict[str, Any]) -> Any:
        # Imported when somebody signs in so: it takes 28 MB, and most sites have no provider.
        from authlib.integrations.httpx_client import OAuth2Client

        offered = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        return OAuth2Client(
            self.provider.client_id,
            self.provider.client_secret or None,
            token_endpoint_auth_method=method if self.provider.client_secret else "none",
            scope=self.provider.scopes,
            code_challenge_method="S256",
            **_manners(),
        )


def init_app(app: Flask, providers: list[Provider]) -> None:
    """Know these providers, in this order."""
    app.extensions["oidc"] = {provider.name: Client(provider) for provider in providers}


def clients() -> dict[str, Client]:
    """The providers of this application, by name."""
    found: dict[str, Client] = current_app.extensions["oidc"]
    return found


@cache
def _manners() -> dict[str, Any]:
    """How we ask: not for long, without following a redirect, which could lead a secret elsewhere.

    Certificates are checked against the list of the system, which is read once: it takes 30 ms.
    """
    import httpx2

    return {"timeout": 5.0, "follow_redirects": False, "verify": httpx2.create_ssl_context()}


def _is_recent(at: Any) -> bool:
    return isinstance(at, int | float) and abs(now().timestamp() - at) <= _RECENT


def _is_safe(url: Any, issuer: str) -> bool:
    """Whether an address is one of the web, and encrypted, unless the provider itself is not (on this machine)."""
    parts = urlsplit(url) if isinstance(url, str) else None
    allowed = {"https", urlsplit(issuer).scheme}
    return parts is not None and parts.scheme in allowed and bool(parts.hostname)


def _fault(error: Exception) -> str:
    """What was wrong, without the value: the name of the claim, or the kind of failure."""
    claim = getattr(error, "claim", None)
    return f"{type(error).__name__} {claim}" if isinstance(claim, str) else type(error).__name__
