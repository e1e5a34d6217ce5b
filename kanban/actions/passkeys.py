"""Passkeys (WebAuthn Level 2): keys by which people sign in, and prove that it is them."""

import json
import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.audit import note
from kanban.actions.challenges import pose_challenge, take_challenge
from kanban.actions.factors import after_change, is_protected
from kanban.actions.identities import keep_a_way_in
from kanban.actions.sessions import Place, hold_account
from kanban.models import Actor, Passkey, User, limits
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Conflict, Invalid, NotFound
from kanban.support.tokens import new_secret

# The library for it, with the certificates it knows, takes 15 MB: it is imported where it is used.

# What a challenge was asked for; an answer to one is none to another.
SIGN_IN, FACTOR, CONFIRM, ADD = "passkey_sign_in", "passkey_factor", "passkey_confirm", "passkey_add"
_WITHIN = timedelta(minutes=5)
_LARGEST = 16_384
_MOST_KEYS = 25
_WORD = re.compile(r"[a-z-]{1,20}")
_CREDENTIAL_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")
_REFUSED = _("This passkey was not accepted. Try again, or choose another way.")


class Party(NamedTuple):
    """Who asks, as browsers know it: the host that keys are bound to, and the address of its pages."""

    host: str
    origin: str


class Asked(NamedTuple):
    """What a browser is to ask a key, and the secret by which the answer finds the question again."""

    options: dict[str, Any]
    secret: str


def ask_new_passkey(actor: Actor, party: Party) -> Asked:
    """Ask a browser to make a key for somebody."""
    from webauthn import generate_registration_options
    from webauthn.helpers import structs

    options = generate_registration_options(
        rp_id=party.host,
        rp_name="Kanban",
        user_id=_bytes(_handle_of(actor)),
        user_name=actor.user.email or actor.user.name,
        user_display_name=actor.user.name,
        # One that can be found without a name also signs in by itself.
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(actor.user),
    )
    return _asked(ADD, options, actor.user)


def ask_passkey(purpose: str, party: Party, user: User | None = None) -> Asked:
    """Ask a browser for the proof of a key: of one of this person's, or of any that it knows for this site."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import structs

    needed = structs.UserVerificationRequirement
    options = generate_authentication_options(
        rp_id=party.host,
        allow_credentials=_descriptors(user) if user is not None else None,
        user_verification=needed.REQUIRED if purpose == SIGN_IN else needed.PREFERRED,
    )
    return _asked(purpose, options, user)


def add_passkey(actor: Actor, name: str, credential: str, secret: str, party: Party, *, session_id: int | None) -> None:
    """Keep a key that a browser has just made for somebody."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    name = values.line(name, limits.NAME, "name")
    challenge = _take(secret, ADD, actor.user)
    sent = _sent(credential)
    try:
        found = verify_registration_response(
            credential=sent, expected_challenge=challenge, expected_rp_id=party.host, expected_origin=party.origin
        )
    except _faults():
        raise Invalid(_REFUSED, field="credential") from None
    key = Passkey(
        user_id=actor.id,
        name=name,
        credential_id=bytes_to_base64url(found.credential_id),
        public_key=bytes_to_base64url(found.credential_public_key),
        sign_count=found.sign_count,
        transports=_transports(sent),
    )
    if len(key.credential_id) > 1400:
        raise Invalid(_REFUSED, field="credential")
    with transaction() as session:
        hold_account(actor.user)
        known = session.scalars(sa.select(Passkey).where(Passkey.user_id == actor.id)).all()
        if len(known) >= _MOST_KEYS:
            raise Invalid(_("You have %(most)d passkeys. Remove one that you do not use.", most=_MOST_KEYS))
        was_protected = is_protected(actor.user)
        session.add(key)
        try:
            session.flush()
        except sa.exc.IntegrityError:
            raise Conflict(_("This passkey is known already."), field="credential") from None
        # The first factor ends what was begun without one.
        after_change(actor, "passkey_added", but=session_id, name=name, ends=not was_protected)


def check_passkey(
    purpose: str, credential: str, secret: str, party: Party, place: Place, *, user: User | None = None
) -> User:
    """The person whose key has answered this question: that very person, where one is given.

    Alone, in place of a password, a key must have checked on its side who holds it. Raises
    Invalid. Whatever comes of it, the question is used up.
    """
    challenge = _take(secret, purpose, user)
    sent = _sent(credential)
    with transaction() as session:
        # Two answers of one key are counted one after the other.
        query = sa.select(Passkey).where(Passkey.credential_id == str(sent.get("id"))).with_for_update()
        key = session.scalar(query.execution_options(populate_existing=True))
        owner = session.get(User, key.user_id, populate_existing=True) if key is not None else None
        if key is not None and owner is not None and _is_whole(key, owner, sent, challenge, party, purpose, user):
            key.used_at = now()
            return owner
        note(None, "passkey.refused", owner, address=place.address)
    raise Invalid(_REFUSED, field="credential")


def find_passkey(actor: Actor, passkey_id: int) -> Passkey:
    """One of the actor's own keys. Raises NotFound."""
    query = sa.select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == actor.id)
    key = db.session.scalar(query)
    if key is None:
        raise NotFound(_("There is nothing here for you. It may be private, moved or deleted."))
    return key


def rename_passkey(actor: Actor, passkey_id: int, name: str) -> None:
    """Call a key something else."""
    with transaction():
        key = find_passkey(actor, passkey_id)
        key.name = values.line(name, limits.NAME, "name")


def remove_passkey(actor: Actor, passkey_id: int, *, usable: Collection[str], session_id: int | None) -> None:
    """Take a key off: nobody comes in with it any more.

    `usable` are the providers that the site still has. Raises Conflict for the actor's last way in.
    """
    with transaction() as session:
        key = find_passkey(actor, passkey_id)
        keep_a_way_in(actor, key, usable)
        session.delete(key)
        after_change(actor, "passkey_removed", but=session_id, name=key.name)


def _asked(purpose: str, options: Any, user: User | None) -> Asked:
    from webauthn import options_to_json

    secret, said = new_secret(), json.loads(options_to_json(options))
    pose_challenge(secret, purpose, {"challenge": said["challenge"]}, within=_WITHIN, user=user)
    return Asked(said, secret)


def _take(secret: str, purpose: str, user: User | None) -> bytes:
    """What was asked, which is used up by this. Raises Invalid."""
    question = take_challenge(secret, purpose)
    if question is None or question.user_id != (user.id if user is not None else None):
        raise Invalid(_("This took too long, or was sent twice. Use the passkey once more."), field="credential")
    return _bytes(str(question.value["challenge"]))


def _is_whole(
    key: Passkey, owner: User, sent: dict[str, Any], challenge: bytes, party: Party, purpose: str, user: User | None
) -> bool:
    from webauthn import verify_authentication_response

    if owner.disabled_at is not None or owner.verified_at is None or (user is not None and user.id != owner.id):
        return False
    try:
        found = verify_authentication_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=_bytes(key.public_key),
            # A count that does not grow is one of a copied key: the library refuses it.
            credential_current_sign_count=key.sign_count,
            require_user_verification=purpose == SIGN_IN,
        )
    except _faults():
        return False
    # The key says whose it is: that must be who it was made for (WebAuthn Level 2, 7.2, step 6).
    handle = sent["response"].get("userHandle")
    if handle is None and user is None:
        return False
    if handle is not None and not _is_same(str(handle), owner.passkey_handle or ""):
        return False
    key.sign_count = found.new_sign_count
    return True


def _is_same(sent: str, ours: str) -> bool:
    return secrets.compare_digest(sent.encode("utf-8", "surrogatepass"), ours.encode())


def _handle_of(actor: Actor) -> str:
    with transaction() as session:
        session.refresh(actor.user, ["passkey_handle"], with_for_update=True)
        if actor.user.passkey_handle is None:
            actor.user.passkey_handle = new_secret()
        return actor.user.passkey_handle


def _descriptors(user: User) -> list[Any]:
    from webauthn.helpers import structs

    known = {each.value: each for each in structs.AuthenticatorTransport}
    keys = db.session.scalars(sa.select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()
    return [
        structs.PublicKeyCredentialDescriptor(
            id=_bytes(key.credential_id),
            transports=[known[each] for each in key.transports.split() if each in known] or None,
        )
        for key in keys
    ]


def _sent(credential: str) -> dict[str, Any]:
    """What a browser has sent, as it says it. Raises Invalid."""
    try:
        found = json.loads(credential) if len(credential) <= _LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise Invalid(_REFUSED, field="credential")
    # It is looked up before anything is proved: no sign in it may be one that a database chokes on.
    if not isinstance(found.get("id"), str) or not _CREDENTIAL_ID.fullmatch(found["id"]):
        raise Invalid(_REFUSED, field="credential")
    return found


def _transports(sent: dict[str, Any]) -> str:
    """How a key is reached, as the browser says: usb, nfc, internal; some words and no more."""
    told = sent["response"].get("transports")
    words = told if isinstance(told, list) else []
    return " ".join(each for each in words if isinstance(each, str) and _WORD.fullmatch(each))[:120]


def _bytes(text: str) -> bytes:
    from webauthn import base64url_to_bytes

    return base64url_to_bytes(text)


def _faults() -> tuple[type[Exception], ...]:
    """What the library and the parsers under it raise for an answer that is wrong or none at all."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError
