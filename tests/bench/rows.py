"""A measure as one row, and rows as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Between the parts of a timing's name: what, of what size, where, by how many, which figure.
DOT = " · "
_COLUMNS = ("1 client · p50", "1 client · p95", "8 clients · p50", "8 clients · p95", "8 clients · rate")


@dataclass(frozen=True, slots=True)
class Row:
    """`goal` is the most it may come to, or for what is counted a second the least."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    goal: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def ok(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.unit == "/s" else self.value <= self.goal

    def as_json(self) -> dict[str, Any]:
        """The row as `--json` prints it."""
        return {
            "name": self.name,
            "value": round(self.value, 2),
            "unit": self.unit,
            "floor": self.floor and round(self.floor, 2),
            "ratio": self.ratio and round(self.ratio, 2),
            "goal": self.goal,
            "ok": self.ok,
        }


def tables(rows: Sequence[Row]) -> str:
    """All rows as Markdown: timings side by side, the others one below another."""
    timings: dict[str, dict[str, Row]] = {}
    others: list[Row] = []
    for row in rows:
        what, column = row.name.rsplit(DOT, 2)[0], DOT.join(row.name.split(DOT)[-2:])
        if column in _COLUMNS:
            timings.setdefault(what, {})[column] = row
        else:
            others.append(row)
    return "\n\n".join(filter(None, [_side_by_side(timings), _below_each_other(others)]))


def _side_by_side(timings: dict[str, dict[str, Row]]) -> str:
    if not timings:
        return ""
    lines = [
        "| milliseconds | 1 client: half within | × floor | goal | 95 % within "
        "| 8 clients: half within | 95 % within | a second | goal |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for what, row in timings.items():
        half, most, half_of_many, most_of_many, rate = (row.get(column) for column in _COLUMNS)
        cells = [
            *(_value(half), _number(half.ratio if half else None), _goal(half), _value(most)),
            *(_value(half_of_many), _value(most_of_many), _value(rate), _goal(rate)),
        ]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _below_each_other(rows: list[Row]) -> str:
    if not rows:
        return ""
    lines = ["| | measured | floor | × floor | goal |", "|---|--:|--:|--:|--:|"]
    for row in rows:
        cells = [f"{_value(row)} {row.unit}".strip(), _number(row.floor), _number(row.ratio), _goal(row)]
        lines.append(f"| {row.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _value(row: Row | None) -> str:
    return _number(row.value) if row else ""


def _goal(row: Row | None) -> str:
    if row is None or row.goal is None:
        return ""
    sign = "≥" if row.unit == "/s" else "≤"
    return f"{sign} {_number(row.goal)}{'' if row.ok else ' **not met**'}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")
