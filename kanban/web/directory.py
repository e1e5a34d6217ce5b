"""Proving oneself by the site's directory: name and password are checked there, and never kept here."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import current_app
from flask_babel import gettext as _

from kanban.actions.audit import note
from kanban.actions.directories import follow_groups
from kanban.actions.identities import Outsider, come_in, link_identity
from kanban.models import Actor, User
from kanban.models.workspaces import WORKSPACE_ROLES
from kanban.queries.identities import identities_of
from kanban.support.brakes import tries
from kanban.support.db import transaction
from kanban.support.directory import Directory, DirectoryAway, Entry, check_again, check_password, directory
from kanban.support.errors import Invalid
from kanban.support.limits import whose
from kanban.web.finding import not_found
from kanban.web.guards import place

log = structlog.get_logger(__name__)

PROVIDER = "directory"


def come_in_by_directory(name: str, password: str) -> User:
    """The person that this name and password belong to, in the workspaces that their groups stand for.

    Raises Invalid and Conflict, with what to do.
    """
    outsider, entry = _prove(name, password)
    person = come_in(outsider, place())
    follow_groups(person, outsider, _roles(entry))
    return person


def link_directory(actor: Actor, name: str, password: str) -> None:
    """Link the entry of this name and password to an account. Raises Invalid and Conflict."""
    outsider, entry = _prove(name, password)
    link_identity(actor, outsider)
    follow_groups(actor.user, outsider, _roles(entry))


def prove_again(person: User, password: str) -> None:
    """Raise Invalid unless this is the password that somebody who is signed in has in the directory."""
    known = _known()
    subject = subject_of(person)
    with _answering(known, "factor", person.email or ""):
        entry = check_again(known, subject, password) if subject is not None else None
    if entry is None:
        with transaction():
            note(None, "confirmation.refused", person, address=place().address)
        raise Invalid(_("This is not your password. Check it."), field="password")


def subject_of(person: User) -> str | None:
    """By which id the directory knows a person, if they are linked to it."""
    known = directory()
    mine = (identity for identity in identities_of(person) if known and identity.issuer == known.issuer)
    return next((identity.subject for identity in mine), None)


def _prove(name: str, password: str) -> tuple[Outsider, Entry]:
    """Who this name and password belong to. Raises Invalid with one sentence, whatever is wrong with them."""
    known = _known()
    with _answering(known, "sign_in", name):
        entry = check_password(known, name, password)
    if entry is None:
        with transaction():
            note(None, "session.refused", address=place().address, method="ldap")
        raise Invalid(_("That name and password do not belong together. Check both."), field="password")
    return Outsider(known.issuer, entry.subject, PROVIDER, known.label, entry.email, entry.name), entry


def _known() -> Directory:
    known = directory()
    if known is None:
        not_found()
    return known


@contextmanager
def _answering(known: Directory, kind: str, account: str) -> Iterator[None]:
    """Say so where the directory does not answer."""
    try:
        yield
    except DirectoryAway as reason:
        log.error("directory_away", reason=str(reason))
        # Nothing has been tried: nobody has to wait for it when the directory is back.
        tries.forgive(kind, account, whose())
        raise Invalid(
            _("%(label)s does not answer just now. Try again, or sign in another way.", label=known.label)
        ) from None


def _roles(entry: Entry) -> dict[int, str]:
    """The highest role that somebody's groups stand for, by workspace."""
    found: dict[int, str] = {}
    for group, workspace_id, role in current_app.config["LDAP_GROUPS"]:
        if group in entry.groups:
            found[workspace_id] = max(found.get(workspace_id, role), role, key=WORKSPACE_ROLES.index)
    return found
