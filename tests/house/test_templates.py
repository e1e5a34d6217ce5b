"""Templates: what is broadcast knows no reader, and every word can be translated."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))

# Sent to everybody who looks at a board, in the same bytes.
BROADCAST = ("cards/_tile.html", "lists/_list.html", "lists/_head.html", "streams/board.html", "streams/counts.html")
# What differs by who asks, and how.
OF_THE_READER = {
    "config",
    "csrf_token",
    "current_user",
    "error_for",
    "g",
    "get_flashed_messages",
    "person",
    "rail",
    "request",
    "session",
    "typed",
    "viewer",
}

_environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def _parsed(name: str) -> nodes.Template:
    return _environment.parse((TEMPLATES / name).read_text())


def _reached(name: str, seen: set[str] | None = None) -> set[str]:
    """A template and all that it takes from others."""
    seen = set() if seen is None else seen
    if name not in seen:
        seen.add(name)
        for node in _parsed(name).find_all((nodes.FromImport, nodes.Import, nodes.Include, nodes.Extends)):
            if isinstance(node.template, nodes.Const):  # type: ignore[attr-defined]
                _reached(node.template.value, seen)  # type: ignore[attr-defined]
    return seen


@pytest.mark.parametrize("name", BROADCAST)
def test_what_is_broadcast_knows_no_reader(name: str) -> None:
    for each in _reached(name):
        named = {node.name for node in _parsed(each).find_all(nodes.Name) if node.ctx == "load"}
        assert not named & OF_THE_READER, each


@pytest.mark.parametrize("name", [name for name in ALL if "/_" in name])
def test_a_partial_is_named_like_a_macro_it_holds(name: str) -> None:
    macros = {node.name for node in _parsed(name).find_all(nodes.Macro)}
    assert macros, "a partial holds macros"


@pytest.mark.parametrize("name", ALL)
def test_no_script_and_no_style_stands_in_an_attribute(name: str) -> None:
    markup = _markup(name)
    assert not re.search(r"\son[a-z]+\s*=", markup)
    # A mail has nothing but attributes to be styled by: its readers drop style sheets.
    assert name.startswith(("mail/", "layouts/mail")) or not re.search(r"\sstyle\s*=", markup)
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", (TEMPLATES / name).read_text()):
        assert 'nonce="{{ csp_nonce() }}"' in tag


@pytest.mark.parametrize("name", ALL)
def test_every_form_carries_the_token(name: str) -> None:
    """Those of the macro do; whatever form is written out must."""
    for form in re.findall(r"<form\b.*?</form>", (TEMPLATES / name).read_text(), flags=re.DOTALL):
        assert 'method="get"' in form.partition(">")[0] or 'name="csrf_token"' in form


@pytest.mark.parametrize("name", ALL)
def test_every_word_can_be_translated(name: str) -> None:
    assert list(_words(name)) == []


def _words(name: str) -> Iterator[str]:
    """Words that a reader would see and no catalogue holds."""
    markup = _markup(name)
    for attribute, value in re.findall(r'\s(title|aria-label|placeholder|alt)="([^"]*)"', markup):
        # Names of keys and the beginning of an address are the same in every language.
        if re.search(r"[A-Za-z]{2}", re.sub(r"https://|\(Esc\)", "", value)):
            yield f'{attribute}="{value}"'
    text = re.sub(r"<(kbd|code|script|style)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text)
    # What macros put into tags stands outside of one here.
    text = re.sub(r'[\w-]+="[^"]*"|\b(?:autofocus|required|checked|selected|open)\b|&\w+;', " ", text)
    yield from re.findall(r"[A-Za-z]{2,}", text.replace("Kanban", " "))


def _markup(name: str) -> str:
    """A template without its comments, statements and expressions, and without the blocks that fill attributes."""
    source = (TEMPLATES / name).read_text()
    source = re.sub(r"\{% block \w+_(class|attributes) %\}.*?\{% endblock %\}", "", source, flags=re.DOTALL)
    return re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
