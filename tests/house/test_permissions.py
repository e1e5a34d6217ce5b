"""The table of policies in words: every verb has some, and the page of the documentation says what the table says."""

from pathlib import Path

from flask import Flask

from kanban.policies import BOARD_VERBS, LINK_VERBS, WORKSPACE_VERBS
from kanban.render.permissions import BOARD_WORDS, WORKSPACE_WORDS, permissions_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def test_every_verb_is_said_in_words(app: Flask) -> None:
    assert list(BOARD_WORDS) == list(BOARD_VERBS)
    assert list(WORKSPACE_WORDS) == list(WORKSPACE_VERBS)
    assert LINK_VERBS.keys() <= BOARD_VERBS.keys()
    said = [str(words) for words in (*BOARD_WORDS.values(), *WORKSPACE_WORDS.values())]
    assert len(set(said)) == len(said)


def test_v8_1_1_the_page_says_what_the_table_says(app: Flask) -> None:
    """Where it does not: `flask permissions > docs/permissions.md`."""
    assert PAGE.read_text() == permissions_page()


def test_the_command_prints_the_page(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["permissions"]).output == permissions_page()
