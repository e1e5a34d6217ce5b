"""The sprite holds every icon that is drawn, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
SPRITE = ROOT / "static" / "img" / "icons.svg"

_environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
_TEMPLATES = [_environment.parse(path.read_text()) for path in sorted((ROOT / "templates").rglob("*.html"))]


def test_every_icon_that_is_drawn_is_there_and_no_other() -> None:
    there = re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text())
    assert len(there) == len(set(there))
    assert set(there) == set(_drawn())


def _drawn() -> Iterator[str]:
    """The names that reach `icon`, in its own calls and in those of macros that hand one on to it."""
    handing = {("icon", 0, "name")}
    todo = list(handing)
    while todo:
        macro, place, keyword = todo.pop()
        for tree in _TEMPLATES:
            for given in _given(tree, macro, place, keyword):
                yield from (const.value for const in _outcomes(given))
                for name in _names(given):
                    yield from _in_loops(tree, name)
                    found = set(_macros_with(tree, name, given)) - handing
                    handing |= found
                    todo += found


def _given(tree: nodes.Template, macro: str, place: int, keyword: str) -> Iterator[nodes.Expr]:
    called = {macro} | {
        name[1]
        for taken in tree.find_all(nodes.FromImport)
        for name in taken.names
        if isinstance(name, tuple) and name[0] == macro
    }
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in called:
            yield from call.args[place : place + 1]
            yield from (each.value for each in call.kwargs if each.key == keyword)
    for defined in tree.find_all(nodes.Macro):
        # The last parameters are those with a default.
        at = place - len(defined.args) + len(defined.defaults)
        if defined.name == macro and 0 <= at < len(defined.defaults):
            yield defined.defaults[at]


def _outcomes(given: nodes.Expr) -> Iterator[nodes.Const]:
    """What an expression can come to, where that is written out."""
    if isinstance(given, nodes.Const) and given.value:
        yield given
    elif isinstance(given, nodes.CondExpr):
        for branch in (given.expr1, given.expr2):
            yield from _outcomes(branch) if branch is not None else ()


def _names(given: nodes.Expr) -> set[str]:
    if isinstance(given, nodes.CondExpr):
        return {name for branch in (given.expr1, given.expr2) if branch is not None for name in _names(branch)}
    return {given.name} if isinstance(given, nodes.Name) else set()


def _in_loops(tree: nodes.Template, name: str) -> Iterator[str]:
    """The names of icons in a list of tuples that a loop goes through."""
    for loop in tree.find_all(nodes.For):
        targets = loop.target.items if isinstance(loop.target, nodes.Tuple) else []
        for at, target in enumerate(targets):
            if isinstance(target, nodes.Name) and target.name == name and isinstance(loop.iter, nodes.List):
                for row in loop.iter.items:
                    yield from (const.value for const in _outcomes(row.items[at]))  # type: ignore[attr-defined]


def _macros_with(tree: nodes.Template, name: str, given: nodes.Expr) -> Iterator[tuple[str, int, str]]:
    for macro in tree.find_all(nodes.Macro):
        if any(node is given for node in macro.find_all(type(given))):
            for at, parameter in enumerate(macro.args):
                if parameter.name == name:
                    yield macro.name, at, name
