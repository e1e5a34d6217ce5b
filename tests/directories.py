"""A real LDAP server for tests: Debian's slapd on ports of its own, with a directory made for it, and encrypted."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from ldap3 import MODIFY_ADD, MODIFY_DELETE, Connection

from kanban.support import directory, tether
from tests.servers import free_port

BASE = "dc=north,dc=example"
READER, READERS_PASSWORD = f"cn=reader,{BASE}", "what-the-reader-knows"
PASSWORD = "höher als ein Turm"
STAFF, LEADS, POSIX = (f"cn={name},ou=groups,{BASE}" for name in ("staff", "leads", "posix"))
# Grace's id as Active Directory would have it.
GUID = UUID("f47ac10b-58cc-4372-a567-0e02b2c3d479")
_SCHEMAS = ("core", "cosine", "inetorgperson", "nis")
_PEOPLE = (
    ("grace", "Grace Hopper", "grace@north.example"),
    ("edgar", "Edgar Codd", "edgar@north.example"),
    ("ada", "Ada Elsewhere", "ada@example.org"),
    ("twin", "First Twin", "first@north.example"),
    ("star*", "Star Name", "star@north.example"),
)


@dataclass
class Slapd:
    """Where the server listens, and how it is known."""

    port: int
    tls_port: int
    ca_file: str
    other_ca_file: str
    folder: Path

    @property
    def known(self) -> directory.Directory:
        """The directory as good settings name it."""
        return directory.Directory(
            url=f"ldaps://localhost:{self.tls_port}",
            base_dn=BASE,
            user_filter="(&(objectClass=person)(|(uid={name})(mail={name})))",
            ca_file=self.ca_file,
            bind_dn=READER,
            bind_password=READERS_PASSWORD,
            label="North directory",
            groups=(STAFF, LEADS, POSIX),
        )


@contextmanager
def outside(server: Slapd, group: str, uid: str) -> Iterator[None]:
    """Somebody is not in a group of several for as long as the block lasts."""
    member = f"uid={uid},ou=people,{BASE}"
    with Connection(f"ldap://localhost:{server.port}", f"cn=admin,{BASE}", "master-of-the-tests") as master:
        assert master.modify(group, {"member": [(MODIFY_DELETE, [member])]}), master.result
        try:
            yield
        finally:
            assert master.modify(group, {"member": [(MODIFY_ADD, [member])]}), master.result


def server_binary() -> str:
    """Where slapd is. Without it these tests fail, for nothing else proves what they prove."""
    found = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/usr/libexec")
    if found is None:
        pytest.fail("These tests need an LDAP server: install slapd (Debian: apt-get install slapd).")
    return found


@pytest.fixture(scope="session")
def slapd() -> Iterator[Slapd]:
    """The server, for all tests of this worker."""
    binary = server_binary()
    with tempfile.TemporaryDirectory(prefix="kanban-ldap-") as name:
        folder = Path(name)
        ports = free_port(), free_port()
        known = Slapd(*ports, str(folder / "ca.pem"), str(folder / "other.pem"), folder)
        _certificates(folder)
        (folder / "data").mkdir()
        (folder / "slapd.conf").write_text(_settings(folder))
        (folder / "people.ldif").write_text(_people())
        subprocess.run(
            [binary, "-T", "add", "-f", str(folder / "slapd.conf"), "-l", str(folder / "people.ldif")],
            check=True,
            capture_output=True,
        )
        urls = f"ldap://localhost:{known.port} ldaps://localhost:{known.tls_port}"
        parent = os.getpid()
        process = subprocess.Popen(
            [binary, "-f", str(folder / "slapd.conf"), "-h", urls, "-d", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: tether.hold(parent, signal.SIGTERM),
        )
        try:
            _wait_for(known.tls_port, process)
            yield known
        finally:
            process.terminate()
            process.wait()


@pytest.fixture
def north(slapd: Slapd, app: Flask) -> Iterator[directory.Directory]:
    """The application knows the directory; no group stands for anything yet."""
    before, groups = app.extensions["directory"], app.config["LDAP_GROUPS"]
    directory.init_app(app, slapd.known)
    yield slapd.known
    directory.init_app(app, before)
    app.config["LDAP_GROUPS"] = groups


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("slapd does not answer") from None
            time.sleep(0.02)


def _settings(folder: Path) -> str:
    schemas = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in _SCHEMAS)
    # An empty password binds as nobody, as it does on many servers: the application must not rely on them.
    return f"""{schemas}
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
allow bind_anon_cred
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.11 NAME 'thingOfActiveDirectory' SUP top AUXILIARY MAY objectGUID )
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
suffix "{BASE}"
rootdn "cn=admin,{BASE}"
rootpw master-of-the-tests
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{READER}" read by * none
"""


def _people() -> str:
    entries = [
        f"dn: {BASE}\nobjectClass: domain\ndc: north",
        f"dn: ou=people,{BASE}\nobjectClass: organizationalUnit\nou: people",
        f"dn: ou=groups,{BASE}\nobjectClass: organizationalUnit\nou: groups",
        f"dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\n"
        f"userPassword: {READERS_PASSWORD}",
    ]
    for uid, name, mail in _PEOPLE:
        entries.append(
            f"dn: uid={uid},ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {name}\n"
            f"sn: {name.split()[-1]}\nmail: {mail}\nuserPassword: {PASSWORD}"
        )
    entries[4] += f"\nobjectClass: thingOfActiveDirectory\nobjectGUID:: {base64.b64encode(GUID.bytes_le).decode()}"
    # Has the name of somebody, and the same password.
    entries.append(
        f"dn: cn=Second Twin,ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: twin\ncn: Second Twin\nsn: Twin\n"
        f"userPassword: {PASSWORD}"
    )
    entries += [
        f"dn: {STAFF}\nobjectClass: groupOfNames\ncn: staff\nmember: uid=grace,ou=people,{BASE}\n"
        f"member: uid=edgar,ou=people,{BASE}",
        f"dn: {LEADS}\nobjectClass: groupOfUniqueNames\ncn: leads\nuniqueMember: uid=grace,ou=people,{BASE}",
        f"dn: {POSIX}\nobjectClass: posixGroup\ncn: posix\ngidNumber: 1000\nmemberUid: edgar",
    ]
    return "\n\n".join(entries) + "\n"


def _certificates(folder: Path) -> None:
    """An authority and a certificate of it for localhost; and another authority, which nobody here trusts."""
    for name in ("ca", "other"):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Tests {name}")])
        authority = _builder(subject, subject, key).add_extension(x509.BasicConstraints(True, None), True)
        signed = authority.sign(key, hashes.SHA256())
        (folder / f"{name}.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        if name == "ca":
            _server_certificate(folder, subject, key)


def _server_certificate(folder: Path, issuer: x509.Name, signer: ec.EllipticCurvePrivateKey) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    signed = _builder(subject, issuer, key).add_extension(names, False).sign(signer, hashes.SHA256())
    (folder / "server.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    at = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=2))
    )
