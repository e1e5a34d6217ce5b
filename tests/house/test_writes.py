"""Who writes: the guard sees what goes through the session, and this what would go round it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from kanban.models import KINDS
from kanban.models.events import ACTIONS
from kanban.support.db import Model

CODE = Path(__file__).resolve().parents[2] / "kanban"
# What an import has staged, what the purge takes away, and the numbers of the log itself.
MAY = {"actions/staging.py", "actions/housekeeping.py", "eventlog/numbers.py"}
# Make no history: whatever is not recorded.
UNRECORDED = {mapper.class_.__name__ for mapper in Model.registry.mappers} - {kind.__name__ for kind in KINDS.values()}
WRITES = {"insert", "update", "delete"}
BULK = {"bulk_insert_mappings", "bulk_update_mappings", "bulk_save_objects"}
# A sentence may begin with such a word; a statement goes on in a certain way.
SQL = re.compile(r"\s*(insert\s+into|update\s+\w+\s+set|delete\s+from|merge\s+into|truncate)\b", re.IGNORECASE)

MODULES = {path.relative_to(CODE).as_posix(): path for path in sorted(CODE.rglob("*.py"))}


def test_nothing_is_written_past_the_event_log_but_where_it_must() -> None:
    found = {name: list(_detours(ast.parse(path.read_text()))) for name, path in MODULES.items()}
    assert {name: lines for name, lines in found.items() if lines and name not in MAY} == {}
    assert {name for name in MAY if found[name]} == MAY


def test_every_action_is_listed_and_every_listed_one_is_used() -> None:
    named = re.compile(rf"(?:{'|'.join(KINDS)})\.[a-z_]+")
    used = {
        node.value
        for name, path in MODULES.items()
        if name.startswith("actions/")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.fullmatch(node.value)
    }
    assert used == set(ACTIONS)


def test_actions_alone_record() -> None:
    """What is recorded is decided in one row: nobody else opens a recording."""
    for name, path in MODULES.items():
        if not name.startswith(("actions/", "eventlog/")):
            calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
            assert not any(isinstance(call, ast.Name) and call.id == "recording" for call in calls), name


def _detours(tree: ast.Module) -> Iterator[str]:
    """Statements that change rows without passing the session's flush, except of what makes no history."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _call(node, node.func)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from (f"line {node.lineno}: {name.name}" for name in node.names if name.name in WRITES)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield f"line {node.lineno}: {node.value[:40]!r}"


def _call(node: ast.Call, function: ast.Attribute) -> Iterator[str]:
    owner = function.value
    if function.attr in BULK:
        yield f"line {node.lineno}: {function.attr}()"
    if function.attr not in WRITES:
        return
    on_table = isinstance(owner, ast.Attribute) and owner.attr == "__table__"
    on_query = isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) and owner.func.attr == "query"
    if on_table or on_query:
        yield f"line {node.lineno}: {ast.unparse(owner)}.{function.attr}()"
    if isinstance(owner, ast.Name) and owner.id in {"sa", "sqlalchemy"}:
        what = node.args[0] if node.args else None
        if not (isinstance(what, ast.Name) and what.id in UNRECORDED):
            yield f"line {node.lineno}: {ast.unparse(node)[:60]}"
