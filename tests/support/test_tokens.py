"""Secrets that are shown once, and those that are read again."""

import pytest
from flask import Flask

from kanban.support import tokens


def test_what_is_sealed_is_read_again_and_by_nobody_who_changed_it(app: Flask) -> None:
    sealed = tokens.seal("a secret of somebody's")
    assert "secret" not in sealed
    assert tokens.unseal(sealed) == "a secret of somebody's"
    changed = sealed[:-9] + ("A" if sealed[-9] != "A" else "B") + sealed[-8:]
    assert tokens.unseal(changed) is None
    assert tokens.unseal("no seal at all") is None


def test_nothing_is_sealed_before_there_is_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_key", None)
    with pytest.raises(RuntimeError, match="init_app"):
        tokens.seal("a secret of somebody's")
