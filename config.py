"""Every setting: its name, default and reader, and what is wrong with a bad one.

Settings come from the environment, then from a `.env` beside this file (or the one that
KANBAN_ENV_FILE names). A secret can also be read from a file: `SECRET_KEY_FILE=/run/secrets/key`
instead of `SECRET_KEY=…`.
"""

import hashlib
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from decouple import Config, RepositoryEmpty, RepositoryEnv

ROOT = Path(__file__).resolve().parent
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Whatever stands in an example is known to everybody.
_SAMPLE_WORDS = ("change", "example", "sample", "secret", "password", "insecure", "default")


class Misconfigured(Exception):
    """The settings are wrong; `problems` holds a sentence for each thing."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Variable:
    """One setting. `read` turns its text into a value, or raises ValueError saying what it must be."""

    name: str
    default: str
    read: Callable[[str], Any]
    is_secret: bool = False


def settings() -> dict[str, Any]:
    """The settings of this process; a wrong one ends it with a line for each thing, and code 2."""
    try:
        return load()
    except Misconfigured as wrong:
        for problem in wrong.problems:
            print(f"kanban: {problem}", file=sys.stderr)
        raise SystemExit(2) from None


def load() -> dict[str, Any]:
    """Read and check everything at once, so that one start shows all that is wrong."""
    problems: list[str] = []
    env_file = Path(os.environ.get("KANBAN_ENV_FILE") or ROOT / ".env")
    source = Config(RepositoryEnv(str(env_file)) if env_file.is_file() else RepositoryEmpty())
    found = {variable.name: _value(variable, source, problems) for variable in VARIABLES}
    found["OIDC_PROVIDERS"] = [_provider(name, source, problems) for name in found["OIDC_PROVIDERS"] or ()]
    if not problems:
        _check(found, problems)
    if problems:
        raise Misconfigured(problems)
    return _derived(found)


def unwritable(instance: Path, error: OSError) -> str:
    """The line that says so of the instance's folder."""
    return f"{instance} cannot be written to ({error.strerror or error}): set INSTANCE_PATH to a folder that can."


def socket_path(instance: Path) -> Path:
    """Where the Valkey of an instance listens: in its folder, or in the temporary one.

    The second, since the system refuses paths of sockets beyond about 100 bytes.
    """
    path = instance / "valkey.sock"
    if len(os.fsencode(path)) <= 100:
        return path
    mark = hashlib.sha256(os.fsencode(instance)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"kanban-{os.getuid()}-{mark}" / "valkey.sock"


def redis_forms(url: str) -> dict[str, str]:
    """One address as each of its readers spells it: redis-py, Celery, the rate limits."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return {"REDIS_URL": url, "CELERY_BROKER_URL": url, "RATELIMIT_STORAGE_URI": url}
    database = parse_qs(parts.query).get("db")
    celery = f"redis+socket://{parts.netloc}{parts.path}"
    return {
        "REDIS_URL": url,
        "CELERY_BROKER_URL": f"{celery}?virtual_host={database[0]}" if database else celery,
        "RATELIMIT_STORAGE_URI": f"redis+{url}",
    }


def _value(variable: Variable, source: Config, problems: list[str]) -> Any:
    text = str(source.get(variable.name, default="")).strip()
    path = str(source.get(f"{variable.name}_FILE", default="")).strip() if variable.is_secret else ""
    if text and path:
        problems.append(f"Set {variable.name} or {variable.name}_FILE, not both.")
        return None
    if path:
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            problems.append(f"{variable.name}_FILE names {path}, which cannot be read.")
            return None
    try:
        return variable.read(text or variable.default)
    except ValueError as reason:
        # A secret is never shown, not even a wrong one: this line ends up in logs.
        shown = "" if variable.is_secret else f", not {text!r}"
        problems.append(f"{variable.name} must be {reason}{shown}.")
        return None


def _provider(name: str, source: Config, problems: list[str]) -> dict[str, Any]:
    """The settings of one identity provider: those of PROVIDER_VARIABLES under its own name."""
    prefix = f"OIDC_{name.upper().replace('-', '_')}_"
    found: dict[str, Any] = {"name": name}
    for variable in PROVIDER_VARIABLES:
        own = replace(variable, name=prefix + variable.name)
        found[variable.name.lower()] = _value(own, source, problems)
        if found[variable.name.lower()] == "" and variable.name in {"ISSUER", "CLIENT_ID"}:
            problems.append(f"{own.name} is missing: OIDC_PROVIDERS names {name}.")
    found["label"] = found["label"] or name.replace("-", " ").capitalize()
    return found


def _check(found: dict[str, Any], problems: list[str]) -> None:
    """Say what is wrong between settings, and what production does not take."""
    if found["MAIL_USE_TLS"] and found["MAIL_USE_SSL"]:
        problems.append("Set MAIL_USE_TLS (port 587) or MAIL_USE_SSL (port 465), not both.")
    if found["MAIL_SERVER"] and not found["MAIL_DEFAULT_SENDER"]:
        problems.append("MAIL_DEFAULT_SENDER is missing: mail needs an address it comes from.")
    if found["LDAP_URL"]:
        _check_directory(found, problems)
    key, production = found["SECRET_KEY"], found["KANBAN_ENV"] == "production"
    if production and not key:
        problems.append(
            "SECRET_KEY is missing: make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
        )
    if key and (fault := _weakness(key)):
        problems.append(
            f"SECRET_KEY {fault}: make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
        )
    if production and not found["BASE_URL"]:
        problems.append("BASE_URL is missing: the address people open, such as https://kanban.example.com.")
    elif production and _is_open_to_eavesdroppers(found["BASE_URL"]):
        problems.append("BASE_URL must begin with https:// in production: passwords travel over it.")


def _check_directory(found: dict[str, Any], problems: list[str]) -> None:
    if not found["LDAP_BASE_DN"]:
        problems.append("LDAP_BASE_DN is missing: where in the directory people are looked for.")
    if bool(found["LDAP_BIND_DN"]) != bool(found["LDAP_BIND_PASSWORD"]):
        problems.append("Set LDAP_BIND_DN and LDAP_BIND_PASSWORD, or neither: then people are looked for anonymously.")
    url = urlsplit(found["LDAP_URL"])
    if url.scheme == "ldaps" and found["LDAP_START_TLS"]:
        problems.append("Set LDAP_START_TLS with an ldap:// address alone: ldaps:// is encrypted from the first byte.")
    if url.scheme == "ldap" and not found["LDAP_START_TLS"] and url.hostname not in _LOOPBACK:
        problems.append("LDAP_URL must begin with ldaps://, or LDAP_START_TLS be true: passwords travel over it.")


def _weakness(key: str) -> str | None:
    if len(key) < 32:
        return "is shorter than 32 characters"
    if len(set(key)) < 12 or any(word in key.lower() for word in _SAMPLE_WORDS):
        return "is a sample that everybody knows"
    return None


def _is_open_to_eavesdroppers(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme != "https" and parts.hostname not in _LOOPBACK


def _derived(found: dict[str, Any]) -> dict[str, Any]:
    """The settings with what follows from others."""
    instance: Path = found["INSTANCE_PATH"]
    base = found["BASE_URL"] or f"http://localhost:{found['PORT']}"
    database = found["DATABASE_URL"] or f"sqlite:///{instance / 'kanban.sqlite3'}"
    return {
        **found,
        **redis_forms(found["REDIS_URL"] or f"unix://{socket_path(instance)}"),
        "SECRET_KEY": found["SECRET_KEY"] or _kept_secret(instance),
        "BASE_URL": base,
        "DATABASE_URL": database,
        "LOG_FORMAT": found["LOG_FORMAT"] or ("json" if found["KANBAN_ENV"] == "production" else "console"),
    }


def _kept_secret(instance: Path) -> str:
    """The secret of a development instance, made at its first start and readable by its owner alone."""
    path = instance / "secret_key"
    try:
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Misconfigured([unwritable(instance, error)]) from None


def _write_once(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    try:
        # A link appears whole and only once, so two starters end up with the same text.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _text(text: str) -> str:
    return text


def _path(text: str) -> Path:
    return (ROOT / Path(text).expanduser()).resolve()


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("true or false")


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        for choice in choices:
            if text.lower() == choice.lower():
                return choice
        raise ValueError(" or ".join(choice for choice in choices if choice))

    return read


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ValueError("an address like https://kanban.example.com")
    if parts.path.strip("/"):
        raise ValueError("an address without a path: Kanban lives at the root of its host")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    if text.startswith("sqlite:///"):
        return text
    scheme, divider, rest = text.partition("://")
    if text and (scheme not in {"postgres", "postgresql", "postgresql+psycopg"} or not divider or not rest):
        raise ValueError("sqlite:///path/to/file or postgresql://user:password@host/name")
    return f"postgresql+psycopg://{rest}" if text else ""


def _redis_url(text: str) -> str:
    parts = urlsplit(text)
    for alias in ("redis+socket", "redis+unix"):
        if parts.scheme == alias:
            return _redis_url("unix" + text.removeprefix(alias))
    if text.startswith("/"):
        return f"unix://{text}"
    reachable = (
        parts.hostname if parts.scheme in {"redis", "rediss"} else parts.path if parts.scheme == "unix" else None
    )
    if text and not reachable:
        raise ValueError("redis://host:6379/0, rediss://… or unix:///path/to/socket")
    return text


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if any(not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", name) for name in names) or len(set(names)) < len(names):
        raise ValueError("different names of small letters, digits and hyphens, with commas between them")
    if "directory" in names:
        raise ValueError("other names than directory, which is that of LDAP")
    return names


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _scopes(text: str) -> str:
    scopes = _words(text)
    if "openid" not in scopes:
        raise ValueError("scopes with openid among them")
    return " ".join(scopes)


def _issuer(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ValueError("the address that the provider calls itself, such as https://login.example.com")
    if text and _is_open_to_eavesdroppers(text):
        raise ValueError("an address with https://")
    return text


def _directory_url(text: str) -> str:
    parts = urlsplit(text)
    try:
        is_good = parts.scheme in {"ldap", "ldaps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if (text and not (is_good and parts.path in {"", "/"})) or parts.username or parts.query:
        raise ValueError("ldaps://host or ldap://host, with a port if it is not the usual one")
    return text


def _readable(text: str) -> str:
    if text and not Path(text).is_file():
        raise ValueError("a file that is there")
    return text


def _attribute(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", text):
        raise ValueError("the name of an attribute")
    return text


def _user_filter(text: str) -> str:
    if "{name}" not in text or not text.startswith("(") or text.count("(") != text.count(")"):
        raise ValueError("an LDAP filter with {name} where the typed name goes, such as (uid={name})")
    return text


def _groups(text: str) -> tuple[tuple[str, int, str], ...]:
    """Lines or `;` apart: `DN of a group -> id of a workspace:role`."""
    found = []
    for line in filter(None, map(str.strip, re.split(r"[;\n]", text))):
        parts = re.fullmatch(r"(\S.*?)\s*->\s*([0-9]{1,9})\s*:\s*(guest|member|admin|owner)", line)
        if parts is None:
            raise ValueError(
                "like cn=staff,ou=groups,dc=example,dc=com -> 3:member, several with ; between them "
                "(3 is a workspace, the role one of guest, member, admin and owner)"
            )
        found.append((parts[1], int(parts[2]), parts[3]))
    return tuple(found)


# What each provider in OIDC_PROVIDERS is told by: OIDC_<NAME>_ISSUER and so on.
PROVIDER_VARIABLES = (
    Variable("ISSUER", "", _issuer),
    Variable("CLIENT_ID", "", _text),
    Variable("CLIENT_SECRET", "", _text, is_secret=True),
    Variable("LABEL", "", _text),
    Variable("SCOPES", "openid email profile", _scopes),
    Variable("FACTORS", "", _words),
)
VARIABLES = (
    # What kind of place this is
    Variable("KANBAN_ENV", "development", _one_of("development", "production")),
    Variable("SECRET_KEY", "", _text, is_secret=True),
    Variable("BASE_URL", "", _base_url),
    Variable("INSTANCE_PATH", "instance", _path),
    # Databases
    Variable("DATABASE_URL", "", _database_url, is_secret=True),
    Variable("SQLITE_SYNCHRONOUS", "NORMAL", _one_of("NORMAL", "FULL")),
    Variable("REDIS_URL", "", _redis_url, is_secret=True),
    # The web server
    Variable("HOST", "127.0.0.1", _text),
    Variable("PORT", "8000", _whole(1, 65535)),
    Variable("WEB_WORKERS", "2", _whole(1, 64)),
    Variable("WEB_THREADS", "300", _whole(2, 10_000)),
    Variable("WORKER_THREADS", "2", _whole(1, 64)),
    Variable("TRUSTED_PROXIES", "0", _whole(0, 5)),
    # People
    Variable("REGISTRATION", "open", _one_of("open", "invited", "closed")),
    Variable("SESSION_DAYS", "30", _whole(1, 365)),
    Variable("MAX_UPLOAD_MB", "128", _whole(1, 4096)),
    Variable("PURGE_DAYS", "30", _whole(1, 3650)),
    # Other ways in
    Variable("OIDC_PROVIDERS", "", _names),
    Variable("LDAP_URL", "", _directory_url),
    Variable("LDAP_START_TLS", "false", _flag),
    Variable("LDAP_CA_FILE", "", _readable),
    Variable("LDAP_BIND_DN", "", _text),
    Variable("LDAP_BIND_PASSWORD", "", _text, is_secret=True),
    Variable("LDAP_BASE_DN", "", _text),
    Variable("LDAP_USER_FILTER", "(&(objectClass=person)(|(uid={name})(mail={name})))", _user_filter),
    Variable("LDAP_ID_ATTRIBUTE", "entryUUID", _attribute),
    Variable("LDAP_LABEL", "Directory", _text),
    Variable("LDAP_GROUPS", "", _groups),
    # Mail
    Variable("MAIL_SERVER", "", _text),
    Variable("MAIL_PORT", "587", _whole(1, 65535)),
    Variable("MAIL_USE_TLS", "true", _flag),
    Variable("MAIL_USE_SSL", "false", _flag),
    Variable("MAIL_USERNAME", "", _text),
    Variable("MAIL_PASSWORD", "", _text, is_secret=True),
    Variable("MAIL_DEFAULT_SENDER", "", _text),
    # Watching it run
    Variable("LOG_LEVEL", "INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR")),
    Variable("LOG_FORMAT", "", _one_of("json", "console", "")),
    Variable("SENTRY_DSN", "", _text, is_secret=True),
)
