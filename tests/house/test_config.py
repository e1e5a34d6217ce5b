"""Settings: where they come from, what they become, and what a wrong one says."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import config

KEY = "Wq3x7Zk9Lp2mNv5cBt8yHd1fGj4sRa6u0eTo"
ROOT = Path(config.__file__).parent


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment without settings, and an empty `.env`."""
    for variable in config.VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
        monkeypatch.delenv(f"{variable.name}_FILE", raising=False)
    monkeypatch.setenv("KANBAN_ENV_FILE", str(tmp_path / ".env"))
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path / "instance"))


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"KANBAN_ENV": "production", "SECRET_KEY": KEY, "BASE_URL": "https://kanban.test"}.items():
        monkeypatch.setenv(name, value)


def problems() -> list[str]:
    with pytest.raises(config.Misconfigured) as wrong:
        config.load()
    return wrong.value.problems


def test_development_needs_nothing(tmp_path: Path) -> None:
    found = config.load()
    assert found["DATABASE_URL"] == f"sqlite:///{tmp_path}/instance/kanban.sqlite3"
    assert found["REDIS_URL"] == f"unix://{tmp_path}/instance/valkey.sock"
    assert found["BASE_URL"] == "http://localhost:8000"
    assert found["LOG_FORMAT"] == "console"


def test_a_development_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first, second = config.load()["SECRET_KEY"], config.load()["SECRET_KEY"]
    assert first == second
    assert len(first) >= 48
    assert (tmp_path / "instance" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in (tmp_path / "instance").iterdir()] == ["secret_key"]


def test_a_second_starter_keeps_the_secret_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = config.load()["SECRET_KEY"]
    # As it looks to one who asked just before the other had written it.
    asked = iter([False])
    monkeypatch.setattr(Path, "exists", lambda _self: next(asked, True))
    assert config.load()["SECRET_KEY"] == first


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=9001\nREGISTRATION=closed\n")
    monkeypatch.setenv("PORT", "9002")
    found = config.load()
    assert (found["PORT"], found["REGISTRATION"]) == (9002, "closed")


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert config.load()["PORT"] == 8000


def test_a_secret_can_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert config.load()["SECRET_KEY"] == KEY


def test_a_secret_is_given_in_one_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert problems() == ["Set SECRET_KEY or SECRET_KEY_FILE, not both."]


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert problems() == [f"SECRET_KEY_FILE names {tmp_path}/key, which cannot be read."]


def test_production_with_all_it_needs_starts(production: None) -> None:
    found = config.load()
    assert (found["SECRET_KEY"], found["LOG_FORMAT"]) == (KEY, "json")


def test_production_says_everything_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANBAN_ENV", "production")
    assert [line.split(":")[0] for line in problems()] == ["SECRET_KEY is missing", "BASE_URL is missing"]


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("tiny-key", "is shorter than 32 characters"),
        ("a" * 64, "is a sample that everybody knows"),
        ("change-me-0123456789-abcdefghijklmnop", "is a sample that everybody knows"),
    ],
)
def test_a_weak_secret_is_refused_and_not_shown(
    production: None, monkeypatch: pytest.MonkeyPatch, key: str, fault: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", key)
    (line,) = problems()
    assert line.startswith(f"SECRET_KEY {fault}")
    assert key not in line


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://kanban.test", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://kanban.test", False),
    ],
)
def test_in_production_passwords_travel_encrypted(
    production: None, monkeypatch: pytest.MonkeyPatch, url: str, is_taken: bool
) -> None:
    monkeypatch.setenv("BASE_URL", url)
    if is_taken:
        assert config.load()["BASE_URL"] == url
    else:
        assert problems() == ["BASE_URL must begin with https:// in production: passwords travel over it."]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORT", "eighty", "a whole number from 1 to 65535, not 'eighty'"),
        ("PORT", "70000", "a whole number from 1 to 65535, not '70000'"),
        ("PORT", "-1", "a whole number from 1 to 65535, not '-1'"),
        ("REGISTRATION", "maybe", "open or invited or closed, not 'maybe'"),
        ("MAIL_USE_TLS", "perhaps", "true or false, not 'perhaps'"),
        ("KANBAN_ENV", "staging", "development or production, not 'staging'"),
        ("LOG_FORMAT", "xml", "json or console, not 'xml'"),
        ("BASE_URL", "kanban.test", "an address like https://kanban.example.com, not 'kanban.test'"),
        ("BASE_URL", "https://a.test/?x=1", "an address like https://kanban.example.com, not 'https://a.test/?x=1'"),
        (
            "BASE_URL",
            "https://a.test/kanban",
            "an address without a path: Kanban lives at the root of its host, not 'https://a.test/kanban'",
        ),
        ("DATABASE_URL", "mysql://u:p@h/d", "sqlite:///path/to/file or postgresql://user:password@host/name"),
        ("REDIS_URL", "http://h", "redis://host:6379/0, rediss://… or unix:///path/to/socket"),
        ("REDIS_URL", "redis://", "redis://host:6379/0, rediss://… or unix:///path/to/socket"),
    ],
)
def test_a_wrong_value_says_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)
    assert problems() == [f"{name} must be {reason}."]


def test_mail_settings_must_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"MAIL_SERVER": "smtp.test", "MAIL_USE_TLS": "on", "MAIL_USE_SSL": "on"}.items():
        monkeypatch.setenv(name, value)
    assert problems() == [
        "Set MAIL_USE_TLS (port 587) or MAIL_USE_SSL (port 465), not both.",
        "MAIL_DEFAULT_SENDER is missing: mail needs an address it comes from.",
    ]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_by_any_of_its_names(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://ada:pw@db.test/kanban")
    assert config.load()["DATABASE_URL"] == "postgresql+psycopg://ada:pw@db.test/kanban"


def test_a_file_of_sqlite_can_lie_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/kanban.db")
    assert config.load()["DATABASE_URL"] == "sqlite:////srv/kanban.db"


@pytest.mark.parametrize(
    ("given", "redis", "celery", "limits"),
    [
        ("redis://:pw@r.test:6379/2", "redis://:pw@r.test:6379/2", "redis://:pw@r.test:6379/2", None),
        ("rediss://r.test", "rediss://r.test", "rediss://r.test", None),
        ("unix:///run/v.sock", "unix:///run/v.sock", "redis+socket:///run/v.sock", "redis+unix:///run/v.sock"),
        ("/run/v.sock", "unix:///run/v.sock", "redis+socket:///run/v.sock", "redis+unix:///run/v.sock"),
        ("redis+socket:///run/v.sock", "unix:///run/v.sock", "redis+socket:///run/v.sock", "redis+unix:///run/v.sock"),
        (
            "unix:///run/v.sock?db=3",
            "unix:///run/v.sock?db=3",
            "redis+socket:///run/v.sock?virtual_host=3",
            "redis+unix:///run/v.sock?db=3",
        ),
    ],
)
def test_each_reader_of_redis_gets_its_spelling(
    monkeypatch: pytest.MonkeyPatch, given: str, redis: str, celery: str, limits: str | None
) -> None:
    monkeypatch.setenv("REDIS_URL", given)
    found = config.load()
    assert found["REDIS_URL"] == redis
    assert found["CELERY_BROKER_URL"] == celery
    assert found["RATELIMIT_STORAGE_URI"] == (limits or redis)


def test_a_long_path_moves_the_socket_to_a_short_one() -> None:
    long = Path("/", *["a-folder-with-a-long-name"] * 5)
    path = config.socket_path(long)
    assert len(str(path)) <= 100
    assert path != config.socket_path(long / "other")


def test_a_wrong_start_ends_with_a_line_for_each_thing_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("REGISTRATION", "maybe")
    with pytest.raises(SystemExit) as end:
        config.settings()
    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        "kanban: PORT must be a whole number from 1 to 65535, not '0'.",
        "kanban: REGISTRATION must be open or invited or closed, not 'maybe'.",
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "--config", "bin/gunicorn.conf.py", "wsgi:app"],
        ["flask", "routes"],
        ["celery", "--app", "wsgi:queue", "status"],
    ],
)
def test_no_process_starts_in_production_without_a_secret(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "KANBAN_ENV": "production", "BASE_URL": "https://kanban.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("kanban: SECRET_KEY is missing")


def test_every_setting_is_documented_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    documented: dict[str, Any] = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert documented == {variable.name: variable.default for variable in config.VARIABLES}
    for number, line in enumerate(lines):
        name = line.split("=")[0]
        if any(each.name == name and each.is_secret for each in config.VARIABLES):
            comment = []
            while lines[number - 1 - len(comment)].startswith("#"):
                comment.append(lines[number - 1 - len(comment)])
            assert any("(file)" in each for each in comment), f"{name} can be read from a file: say so."


def test_the_example_itself_starts_nothing_in_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANBAN_ENV_FILE", str(ROOT / ".env.example"))
    monkeypatch.setenv("KANBAN_ENV", "production")
    assert len(problems()) == 2


def test_a_folder_that_cannot_be_made_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANCE_PATH", "/dev/null/instance")
    assert problems() == [
        "/dev/null/instance cannot be written to (Not a directory): set INSTANCE_PATH to a folder that can."
    ]


PROVIDER = {
    "OIDC_PROVIDERS": "acme, north-sea",
    "OIDC_ACME_ISSUER": "https://login.acme.test/realms/a",
    "OIDC_ACME_CLIENT_ID": "kanban",
    "OIDC_ACME_CLIENT_SECRET": "acme-tells-nobody",
    "OIDC_ACME_LABEL": "Acme single sign-on",
    "OIDC_ACME_FACTORS": "mfa, otp",
    "OIDC_NORTH_SEA_ISSUER": "http://localhost:9000",
    "OIDC_NORTH_SEA_CLIENT_ID": "boards",
}
DIRECTORY = {
    "LDAP_URL": "ldaps://ldap.acme.test",
    "LDAP_BASE_DN": "dc=acme,dc=test",
    "LDAP_BIND_DN": "cn=reader,dc=acme,dc=test",
    "LDAP_BIND_PASSWORD": "the-reader-tells-nobody",
}


def given(monkeypatch: pytest.MonkeyPatch, *settings: dict[str, str]) -> None:
    for each in settings:
        for name, value in each.items():
            monkeypatch.setenv(name, value)


def test_providers_are_told_by_their_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "client").write_text("from-a-file\n")
    given(monkeypatch, PROVIDER, {"OIDC_NORTH_SEA_CLIENT_SECRET_FILE": str(tmp_path / "client")})
    acme, north = config.load()["OIDC_PROVIDERS"]
    assert acme == {
        "name": "acme",
        "issuer": "https://login.acme.test/realms/a",
        "client_id": "kanban",
        "client_secret": "acme-tells-nobody",
        "label": "Acme single sign-on",
        "scopes": "openid email profile",
        "factors": ("mfa", "otp"),
    }
    assert (north["label"], north["client_secret"]) == ("North sea", "from-a-file")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("OIDC_PROVIDERS", "Acme", "OIDC_PROVIDERS must be different names of small letters, digits and hyphens"),
        ("OIDC_PROVIDERS", "acme,acme", "OIDC_PROVIDERS must be different names of small letters, digits and hyphens"),
        ("OIDC_PROVIDERS", "directory", "OIDC_PROVIDERS must be other names than directory"),
        ("OIDC_ACME_ISSUER", "", "OIDC_ACME_ISSUER is missing: OIDC_PROVIDERS names acme."),
        ("OIDC_ACME_ISSUER", "http://login.acme.test", "OIDC_ACME_ISSUER must be an address with https://"),
        ("OIDC_ACME_ISSUER", "acme", "OIDC_ACME_ISSUER must be the address that the provider calls itself"),
        ("OIDC_ACME_CLIENT_ID", "", "OIDC_ACME_CLIENT_ID is missing: OIDC_PROVIDERS names acme."),
        ("OIDC_ACME_SCOPES", "email", "OIDC_ACME_SCOPES must be scopes with openid among them"),
        ("OIDC_ACME_CLIENT_SECRET_FILE", "x", "Set OIDC_ACME_CLIENT_SECRET or OIDC_ACME_CLIENT_SECRET_FILE, not both."),
        ("LDAP_URL", "https://ldap.acme.test", "LDAP_URL must be ldaps://host or ldap://host"),
        ("LDAP_URL", "ldaps://", "LDAP_URL must be ldaps://host or ldap://host"),
        ("LDAP_URL", "ldaps://ldap.acme.test:x", "LDAP_URL must be ldaps://host or ldap://host"),
        ("LDAP_URL", "ldap://ldap.acme.test", "LDAP_URL must begin with ldaps://, or LDAP_START_TLS be true"),
        ("LDAP_START_TLS", "true", "Set LDAP_START_TLS with an ldap:// address alone"),
        ("LDAP_BASE_DN", "", "LDAP_BASE_DN is missing"),
        ("LDAP_BIND_DN", "", "Set LDAP_BIND_DN and LDAP_BIND_PASSWORD, or neither"),
        ("LDAP_CA_FILE", "/nowhere/ca.pem", "LDAP_CA_FILE must be a file that is there"),
        ("LDAP_USER_FILTER", "(uid=*)", "LDAP_USER_FILTER must be an LDAP filter with {name}"),
        ("LDAP_USER_FILTER", "((uid={name})", "LDAP_USER_FILTER must be an LDAP filter with {name}"),
        ("LDAP_ID_ATTRIBUTE", "entry UUID", "LDAP_ID_ATTRIBUTE must be the name of an attribute"),
        ("LDAP_GROUPS", "cn=staff -> 3", "LDAP_GROUPS must be like cn=staff,ou=groups"),
        (
            "LDAP_GROUPS",
            "cn=staff -> 3:king",
            "LDAP_GROUPS must be like cn=staff,ou=groups",
        ),
    ],
)
def test_what_is_wrong_with_another_way_in_is_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    given(monkeypatch, PROVIDER, DIRECTORY, {name: value})
    (problem,) = problems()
    assert problem.startswith(line)
    assert "tells-nobody" not in problem


@pytest.mark.parametrize(
    "settings",
    [{"LDAP_URL": "ldap://ldap.acme.test", "LDAP_START_TLS": "true"}, {"LDAP_URL": "ldap://localhost:3890"}, {}],
)
def test_a_directory_is_reached_encrypted_or_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    given(monkeypatch, DIRECTORY, settings)
    assert config.load()["LDAP_BASE_DN"] == "dc=acme,dc=test"


def test_groups_of_a_directory_stand_for_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "cn=staff,ou=groups,dc=acme,dc=test -> 3:member; cn=leads,dc=acme,dc=test->3:owner ;"
    given(monkeypatch, DIRECTORY, {"LDAP_GROUPS": text})
    assert config.load()["LDAP_GROUPS"] == (
        ("cn=staff,ou=groups,dc=acme,dc=test", 3, "member"),
        ("cn=leads,dc=acme,dc=test", 3, "owner"),
    )
