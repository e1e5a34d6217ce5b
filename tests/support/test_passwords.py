"""Passwords as they are kept."""

import pytest
from argon2 import PasswordHasher

from kanban.support import passwords
from kanban.support.passwords import hash_password, needs_rehash, verify_password


def test_a_hash_belongs_to_its_password_alone_and_is_salted() -> None:
    hashed = hash_password("a long engine of brass")
    assert hashed.startswith("$argon2id$")
    assert hashed != hash_password("a long engine of brass")
    assert verify_password(hashed, "a long engine of brass")
    assert not verify_password(hashed, "a long engine of Brass")


@pytest.mark.parametrize("hashed", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$broken"])
def test_without_a_hash_nothing_is_right(hashed: str | None) -> None:
    for password in ("", "guess"):
        assert not verify_password(hashed, password)


def test_an_unknown_address_costs_a_check_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_nobody", None)
    assert not verify_password(None, "guess")
    assert passwords._nobody is not None
    assert not needs_rehash(passwords._nobody)


def test_a_weaker_hash_wants_to_be_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("a long engine of brass")
    assert verify_password(weak, "a long engine of brass")
    assert needs_rehash(weak)
    assert not needs_rehash(hash_password("a long engine of brass"))
