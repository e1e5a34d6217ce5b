"""Sending a browser to an identity provider, and knowing it again when it comes back."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import current_app, render_template, request, session, url_for
from flask_babel import gettext as _

from kanban.actions.challenges import pose_challenge, take_challenge
from kanban.actions.identities import Outsider
from kanban.models import User
from kanban.queries.identities import identities_of
from kanban.support.errors import Invalid
from kanban.support.oidc import Attempt, Claims, Client, Provider, ProviderAway, clients
from kanban.support.tokens import digest, new_secret, seal, unseal
from kanban.web.finding import not_found
from kanban.web.guards import safe_next

log = structlog.get_logger(__name__)

# What for: to sign in, to link an account there to the one here, to prove oneself again.
SIGN_IN, LINK, CONFIRM = "sign in", "link", "confirm"
_ASKED = "oidc"
_WITHIN = timedelta(minutes=10)
# Set in the cookie of whoever leaves: an answer that somebody slips to another browser is not taken there.
_BROWSER = "oidc_browser"


@dataclass(frozen=True, slots=True)
class Return:
    """What somebody who comes back had left for."""

    purpose: str
    attempt: Attempt
    next: str | None
    user_id: int | None


def client_of(provider: str) -> Client:
    """The provider of this name. Raises NotFound."""
    found = clients().get(provider)
    if found is None:
        not_found()
    return found


def linked_providers(person: User) -> list[Provider]:
    """The providers by which a person can come in."""
    linked = {identity.provider for identity in identities_of(person)}
    return [client.provider for client in clients().values() if client.provider.name in linked]


def leave_for(provider: str, purpose: str, *, next_: str | None = None, person: User | None = None) -> str:
    """The page that takes the browser to a provider. Raises NotFound, and Invalid where the provider is away."""
    client = client_of(provider)
    try:
        url, attempt = client.begin(callback_of(provider), is_anew=purpose == CONFIRM)
    except ProviderAway as reason:
        raise Invalid(away(client, reason)) from None
    browser = session.setdefault(_BROWSER, new_secret())
    kept = {
        "provider": provider,
        "purpose": purpose,
        "browser": digest(browser),
        "nonce": attempt.nonce,
        "verifier": seal(attempt.verifier),
        "next": safe_next(next_) or "",
    }
    pose_challenge(attempt.state, _ASKED, kept, within=_WITHIN, user=person)
    # A page that goes on by itself, not a redirect: form-action of our policy holds for where a form's answer
    # leads as well, and nobody can list the hosts that a provider leads on to.
    return render_template("oidc/leaving.html", url=url, label=client.provider.label)


def come_back(provider: str) -> Return | None:
    """What this browser had left for, which is used up; None where it had not, or too long ago."""
    question = take_challenge(request.args.get("state", ""), _ASKED)
    if question is None:
        return None
    kept = question.value
    verifier = unseal(str(kept["verifier"]))
    is_ours = kept["browser"] == digest(session.get(_BROWSER, "")) and kept["provider"] == provider
    if not is_ours or verifier is None:
        return None
    return Return(
        str(kept["purpose"]),
        Attempt(request.args["state"], str(kept["nonce"]), verifier, kept["purpose"] == CONFIRM),
        safe_next(str(kept["next"])),
        question.user_id,
    )


def outsider_of(client: Client, claims: Claims) -> Outsider:
    """Who somebody is at a provider, as actions take it."""
    return Outsider(
        claims.issuer, claims.subject, client.provider.name, client.provider.label, email=claims.email, name=claims.name
    )


def callback_of(provider: str) -> str:
    """Where the provider sends browsers back to: by the address in the settings, whatever host was asked for."""
    return f"{current_app.config['BASE_URL']}{url_for('oidc.show', provider=provider)}"


def away(client: Client, reason: ProviderAway) -> str:
    """The sentence for a provider that does not answer; the log says what was wrong."""
    log.warning("oidc_provider_away", provider=client.provider.name, reason=str(reason))
    return _("%(label)s does not answer just now. Try again, or sign in another way.", label=client.provider.label)
