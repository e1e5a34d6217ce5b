"""Signing in by a directory: an LDAP client (RFC 4511) that looks somebody up and tries their password."""

import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Flask, current_app

log = structlog.get_logger(__name__)

_PATIENCE = 5  # seconds to connect; twice that for an answer
_LONGEST_NAME, _LONGEST_PASSWORD = 254, 1024
_MEMBERS = "(|(member={dn})(uniqueMember={dn})(memberUid={uid}))"


class DirectoryAway(Exception):
    """The directory does not answer, or not to us; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory as the settings name it. `groups` are the DNs of those that are asked for."""

    url: str
    base_dn: str
    user_filter: str
    start_tls: bool = False
    ca_file: str = ""
    bind_dn: str = ""
    bind_password: str = field(default="", repr=False)
    id_attribute: str = "entryUUID"
    label: str = "Directory"
    groups: tuple[str, ...] = ()

    @property
    def issuer(self) -> str:
        """What its people's ids belong to: not the address of the server, which may move."""
        return f"ldap:{self.base_dn.lower()}"[:512]


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in the directory who has proved who they are."""

    subject: str
    name: str
    email: str
    groups: frozenset[str]


def init_app(app: Flask, known: Directory | None) -> None:
    """Know this directory, or none."""
    app.extensions["directory"] = known


def directory() -> Directory | None:
    """The directory of this application."""
    found: Directory | None = current_app.extensions["directory"]
    return found


def check_password(known: Directory, name: str, password: str) -> Entry | None:
    """Who has this name and this password; None where they do not belong together. Raises DirectoryAway.

    An empty password is refused here: to a server it is an anonymous bind, which succeeds
    (RFC 4513, 5.1.2).
    """
    from ldap3.utils.conv import escape_filter_chars

    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        return None
    # What was typed is a value in the filter, whatever signs of the filter it holds (RFC 4515).
    return _check(known, known.user_filter.replace("{name}", escape_filter_chars(name)), password)


def check_again(known: Directory, subject: str, password: str) -> Entry | None:
    """As check_password, for somebody of whom we know who they are there."""
    from ldap3.utils.conv import escape_bytes, escape_filter_chars

    value = escape_filter_chars(subject)
    if known.id_attribute.lower() == "objectguid":
        value = escape_bytes(uuid.UUID(subject).bytes_le)
    return _check(known, f"({known.id_attribute}={value})", password)


def _check(known: Directory, who: str, password: str) -> Entry | None:
    if not 0 < len(password) <= _LONGEST_PASSWORD:
        return None
    with _bound(known) as connection:
        found = _entry_of(connection, known, who)
        # Somebody unknown costs a bind as well, so that the time does not tell them apart.
        dn = found["dn"] if found is not None else f"cn=nobody,{known.base_dn}"
        if not _proves(known, dn, password) or found is None:
            return None
        subject = _subject(found, known.id_attribute)
        if not subject:
            raise DirectoryAway(f"an entry has no {known.id_attribute}")
        return Entry(
            subject=subject,
            name=_text(found, "displayName") or _text(found, "cn"),
            email=_text(found, "mail"),
            groups=frozenset(group for group in known.groups if _is_in(connection, group, found)),
        )


@contextmanager
def _bound(known: Directory) -> Iterator[Any]:
    """A connection as the account that may look people up. Raises DirectoryAway, for whatever fails within."""
    from ldap3.core.exceptions import LDAPException

    connection = None
    try:
        connection = _connect(known, known.bind_dn, known.bind_password)
        connection.bind()
        yield connection
    except (LDAPException, OSError, LookupError, ValueError, TypeError) as error:
        # The library stumbles over what is no LDAP in ways of its own. What it says can hold a name or a filter.
        raise DirectoryAway(type(error).__name__) from None
    finally:
        _close(connection)


def _proves(known: Directory, dn: str, password: str) -> bool:
    from ldap3.core.exceptions import LDAPBusyResult, LDAPOperationResult, LDAPUnavailableResult

    connection = _connect(known, dn, password)
    try:
        return bool(connection.bind())
    except (LDAPBusyResult, LDAPUnavailableResult):
        raise
    except LDAPOperationResult:
        # Wrong, expired, locked: what it is does not concern whoever tries.
        return False
    finally:
        _close(connection)


def _connect(known: Directory, dn: str, password: str) -> Any:
    """An encrypted connection, not bound yet."""
    # Imported when somebody signs in so: most sites have no directory.
    from ldap3 import NONE, Connection, Server, Tls

    # No setting turns the check of the certificate off.
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=known.ca_file or None)
    server = Server(known.url, tls=tls, get_info=NONE, connect_timeout=_PATIENCE)
    connection = Connection(
        server,
        user=dn or None,
        # As octets: a text would be prepared (RFC 4013), which changes some passwords and refuses others.
        password=password.encode() if dn else None,
        receive_timeout=2 * _PATIENCE,
        raise_exceptions=True,
        read_only=True,
        auto_referrals=False,
    )
    connection.open()
    if known.start_tls and not connection.start_tls():
        raise DirectoryAway("it does not encrypt")
    return connection


def _close(connection: Any) -> None:
    from ldap3.core.exceptions import LDAPException

    if connection is None:
        return
    # It may be broken, which is why we close it.
    with suppress(LDAPException, OSError):
        connection.unbind()


def _entry_of(connection: Any, known: Directory, who: str) -> dict[str, Any] | None:
    """The only entry that a filter finds; None for none, and for several."""
    from ldap3 import SUBTREE

    connection.search(
        known.base_dn,
        who,
        SUBTREE,
        attributes=[known.id_attribute, "cn", "displayName", "mail", "uid"],
        size_limit=2,
        time_limit=_PATIENCE,
    )
    found = _found(connection)
    return found[0] if len(found) == 1 else None


def _is_in(connection: Any, group: str, entry: dict[str, Any]) -> bool:
    from ldap3 import BASE
    from ldap3.core.exceptions import LDAPInvalidDnError, LDAPInvalidDNSyntaxResult, LDAPNoSuchObjectResult
    from ldap3.utils.conv import escape_filter_chars

    members = _MEMBERS.format(dn=escape_filter_chars(entry["dn"]), uid=escape_filter_chars(_text(entry, "uid") or "-"))
    try:
        connection.search(group, members, BASE, attributes=["1.1"], time_limit=_PATIENCE)
    except (LDAPNoSuchObjectResult, LDAPInvalidDNSyntaxResult, LDAPInvalidDnError):
        log.warning("directory_group_missing", group=group)
        return False
    return bool(_found(connection))


def _found(connection: Any) -> list[dict[str, Any]]:
    """The entries that a search has found; several where there are more than it was allowed to find.

    Raises DirectoryAway where it ended early: then one entry does not mean the only one.
    """
    from ldap3.core.results import RESULT_SIZE_LIMIT_EXCEEDED, RESULT_SUCCESS

    # The library does not raise for these.
    if connection.result["result"] not in {RESULT_SUCCESS, RESULT_SIZE_LIMIT_EXCEEDED}:
        raise DirectoryAway(str(connection.result["description"]))
    return [each for each in connection.response or () if each["type"] == "searchResEntry"]


def _subject(entry: dict[str, Any], attribute: str) -> str:
    values = entry["raw_attributes"].get(attribute) or []
    if len(values) != 1:
        return ""
    octets: bytes = values[0]
    if attribute.lower() == "objectguid" and len(octets) == 16:
        # Active Directory keeps it in binary, in its own order of octets (MS-DTYP 2.3.4).
        return str(uuid.UUID(bytes_le=octets))
    return octets.decode("utf-8", "replace")[:255]


def _text(entry: dict[str, Any], attribute: str) -> str:
    """The first value of an attribute, or nothing."""
    values = entry["raw_attributes"].get(attribute) or [b""]
    first: bytes = values[0]
    return first.decode("utf-8", "replace")
