"""The tables in docs/performance.md."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.instance import ROOT
from tests.bench.rows import Row, tables

_PAGE = ROOT / "docs" / "performance.md"
_BEGIN, _END = "<!-- measured -->", "<!-- end of measured -->"


def write(rows: Sequence[Row]) -> None:
    """Put the tables between the page's two marks."""
    before, _mark, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    _PAGE.write_text(f"{before}{_BEGIN}\n{_machine()}\n\n{tables(rows)}\n{_END}{after}", encoding="utf-8")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} with Python {platform.python_version()} on {platform.system()} "
        f"({platform.machine()}), {os.cpu_count()} cores{_processor()}, {memory:.0f} GiB of memory. "
        "The clients run on the same machine, and share its cores."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f" ({name})" if name else ""
