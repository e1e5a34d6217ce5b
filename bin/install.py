"""Make .venv hold what a file of requirements lists; quick when it already does.

python bin/install.py requirements.txt
"""

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"


def main(wanted: list[Path]) -> int:
    """Make the environment and install, one starter at a time."""
    VENV.mkdir(exist_ok=True)
    with (VENV / ".lock").open("w") as lock:
        # A second starter waits here, and then finds everything done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = VENV / "bin" / "python"
        if not _works(python):
            print("Making a virtual environment in .venv …", flush=True)
            _make()
        for file in wanted:
            _install(python, file)
    return 0


def _make() -> None:
    try:
        venv.create(VENV, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SystemExit(
            f"kanban: no virtual environment could be made in {VENV} ({error}). On Debian: apt-get install python3-venv"
        ) from None


def _install(python: Path, file: Path) -> None:
    mark = VENV / f".{file.parent.name or 'run'}-{file.stem}.sha256"
    state = _fingerprint(python, file)
    if mark.exists() and mark.read_text() == state:
        return
    print(f"Installing {file} …", flush=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input"]
    done = subprocess.run([*pip, "install", "--requirement", str(file)], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise SystemExit(f"kanban: {file} could not be installed; the lines above say why.")
    mark.write_text(state)


def _works(python: Path) -> bool:
    """Whether the environment has a Python with pip: one cut off half-way is made anew."""
    check = (
        "import sys; from importlib.util import find_spec; sys.exit(sys.version_info < (3, 11) or not find_spec('pip'))"
    )
    probe = [str(python), "-c", check]
    return python.exists() and subprocess.run(probe, check=False, capture_output=True).returncode == 0


def _fingerprint(python: Path, file: Path) -> str:
    """What must be installed, and by which Python: another one has its packages elsewhere."""
    seen = hashlib.sha256(str(python.resolve()).encode())
    for each in (ROOT / "requirements.txt", ROOT / file):
        seen.update(each.read_bytes())
    return seen.hexdigest()


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
