"""Hashes: Argon2id, never right without one, made anew when the parameters change."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type

from pressroom.accounts import passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def test_argon2id_by_default() -> None:
    assert passwords.hasher.type is Type.ID


def test_a_hash_knows_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    stored = passwords.hashed("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert passwords.is_right("correct horse battery", stored)
    assert not passwords.is_right("correct horse", stored)
    assert not passwords.is_right("correct horse battery", None)
    assert not passwords.is_right("correct horse battery", "not a hash")


def test_other_parameters_make_a_hash_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    stored = passwords.hashed("correct horse battery")
    assert not passwords.is_outdated(stored)
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    assert passwords.is_outdated(stored)


def test_what_is_handed_out_is_long_and_never_twice_the_same() -> None:
    made = {passwords.generate() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 23 for password in made)
