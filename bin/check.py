"""What bin/test runs, once .venv is there: one step after another, all of them, then a verdict."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
WORKERS = os.environ.get("TEST_WORKERS", "2")
# What needs no server beside the application, and is quick; the other rows go through requests.
UNIT = ("support", "models", "policies", "queries", "actions", "render", "transfer", "effects")
LINT = (
    ("ruff", "check", "--config", "bin/ruff.toml", "."),
    ("ruff", "format", "--check", "--config", "bin/ruff.toml", "."),
    ("mypy", "--config-file", "bin/mypy.ini", "kanban", "config.py", "wsgi.py"),
    ("lint-imports", "bin/importlinter.toml"),
    ("djlint", "--configuration", "bin/djlint.toml", "--lint", "--quiet", "templates"),
)
# What lets people in and says what they may: tested to its last branch.
DOORS = (
    "kanban/policies.py",
    "kanban/*/sessions.py",
    "kanban/*/tokens.py",
    "kanban/*/account_sessions.py",
    "kanban/*/other_sessions.py",
    "kanban/actions/grants.py",
    "kanban/actions/keys.py",
    "kanban/actions/pending_sign_ins.py",
    "kanban/support/jwt.py",
    "kanban/api/*.py",
)
# So many journeys may fail for want of time; more are no accident.
FEW = 3
tally: Counter[str] = Counter()
STEPS = ("lint", "unit", "sqlite", "postgres", "journeys")


def main(arguments: list[str]) -> int:
    """Run the steps that are named, or all; what is no step goes to pytest."""
    os.chdir(ROOT)
    steps = [each for each in arguments if each in STEPS]
    rest = [each for each in arguments if each not in STEPS]
    if not steps:
        steps = ["sqlite"] if rest else ["lint", "sqlite", "postgres", "journeys"]
    whole = not arguments
    if "journeys" in steps:
        _need_chromium()
    if {"sqlite", "postgres"} & set(steps) and not rest:
        _want_slapd()
    failed = []
    for step in steps:
        started = time.monotonic()
        good = _lint() if step == "lint" else _tests(step, rest, measured=whole)
        print(f"--- {step}: {'passed' if good else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
        if not good:
            failed.append(step)
    if whole and not _coverage():
        failed.append("coverage")
    if failed:
        print(f"bin/test: failed: {', '.join(failed)}", file=sys.stderr, flush=True)
    if tally.total():
        verdict = ", ".join(f"{tally[each]} {each}" for each in ("passed", "failed", "skipped"))
        steady = f" ({tally['unsteady']} at the second attempt)" if tally["unsteady"] else ""
        print(f"tests: {verdict}{steady}", flush=True)
    return 1 if failed else 0


def _lint() -> bool:
    # All of them, whatever the first one finds.
    results = [_run(*command) for command in LINT]
    return all(results)


def _tests(step: str, rest: list[str], *, measured: bool) -> bool:
    paths = [each for each in rest if each.startswith("tests")]
    options = [each for each in rest if not each.startswith("tests")]
    if not paths:
        paths = {
            "unit": [
                *map(str, sorted(Path("tests").glob("test_*.py"))),
                *(f"tests/{row}" for row in UNIT if Path("tests", row).is_dir()),
            ],
            "journeys": ["tests/journeys"],
        }.get(step, ["tests", "--ignore=tests/journeys"])
    if step == "unit":
        options += ["-m", "not slow"]
    workers = "0" if len(paths) == 1 and paths[0].endswith(".py") else WORKERS
    measure = (
        ["--cov", "--cov-config=bin/coverage.ini", "--cov-append", "--cov-report=", "--cov-fail-under=0"]
        if measured
        else []
    )
    if measured and step == "sqlite":
        _run("coverage", "erase", "--rcfile=bin/coverage.ini")
    database = "postgres" if step == "postgres" else "sqlite"
    counted = Path(tempfile.gettempdir()) / f"kanban-{os.getpid()}-{step}.xml"
    command = ("pytest", "-q", "-n", workers, "--dist", "loadfile", f"--junitxml={counted}", *measure, *paths, *options)
    good = _run(*command, KANBAN_TEST_DATABASE=database)
    bad = _count(counted)
    if step == "journeys" and 0 < bad <= FEW:
        # A browser on a machine that has no time for it is late now and then; what is broken fails again, alone.
        print(f"--- journeys: {bad} unsteady, tried once more", flush=True)
        good = _run("pytest", "-q", "-n", "0", "--last-failed", "--last-failed-no-failures=none", *paths, *options)
        if good:
            tally.update(passed=bad, failed=-bad, unsteady=bad)
    return good


def _count(report: Path) -> int:
    """Add to the tally; how many failed."""
    failed = 0
    if not report.exists():
        return failed
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest wrote it
        ran, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        tally["passed"] += ran - skipped - bad
        tally["failed"] += bad
        tally["skipped"] += skipped
        failed += bad
    report.unlink()
    return failed


def _coverage() -> bool:
    report = ("coverage", "report", "--rcfile=bin/coverage.ini")
    # Both, whatever the first one finds.
    return all([_run(*report), _run(*report, f"--include={','.join(DOORS)}", "--fail-under=100")])


def _need_chromium() -> None:
    if os.environ.get("CHROMIUM") or any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        return
    if _install("Chromium", "chromium", "fonts-dejavu-core"):
        return
    raise SystemExit(
        "bin/test: the journeys need Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM."
    )


def _want_slapd() -> None:
    """The LDAP server of the tests of the directory, which fail without it and say so."""
    if shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/usr/libexec") is None:
        _install("slapd", "slapd")


def _install(what: str, *packages: str) -> bool:
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {what} …", flush=True)
    # Nothing is to be started by it: the run level says so to what Debian starts services by.
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    return _run("apt-get", "update", "-qq", **quiet) and _run(
        "apt-get", "install", "-qq", "--no-install-recommends", *packages, **quiet
    )


def _run(*command: str, **environment: str) -> bool:
    print(f"$ {' '.join(command)}", flush=True)
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
