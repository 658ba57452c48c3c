"""Passwords: Argon2id. Hashing is slow by design, so it is never done inside a write transaction."""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pressroom.accounts import policy
from pressroom.accounts.rules import LONGEST_PASSWORD
from pressroom.kit.settings import setting

hasher = PasswordHasher()  # the parameters of RFC 9106, section 4, second recommendation

# No l, o, 0 or 1: a password that is read out or copied from a note.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class Hashed(str):
    """The hash of a password, as it is stored."""

    __slots__ = ()


def check(password: str, *, name: str = "", email: str = "") -> str:
    """*password*, if the person called *name* with the address *email* can have it in this press room.

    Raises:
        AccountError: with what to do.
    """
    here = (setting("organisation_name"), setting("organisation_short_name"), setting("site_url"))
    return policy.check(password, about=(name, email, *here))


def hashed(password: str) -> Hashed:
    """The hash of *password*, with a salt of its own."""
    return Hashed(hasher.hash(policy.normal(password)))


def is_right(password: str, stored: str | None) -> bool:
    """Whether *password* is the one behind *stored*.

    Without a hash (an unknown e-mail address) the answer is no, after as much work.
    """
    try:
        right = hasher.verify(stored or _nobodys(hasher), policy.normal(password[: LONGEST_PASSWORD + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether *stored* was made with other parameters than those in use."""
    return hasher.check_needs_rehash(stored)


def generate() -> str:
    """A password to hand out: four groups of five, about 100 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def new_token() -> str:
    """What a device's cookie holds: 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What is stored of a token. It is random and long, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(4)
def _nobodys(with_hasher: PasswordHasher) -> str:
    """A hash of a password that nobody has, at the cost of *with_hasher*."""
    return with_hasher.hash(secrets.token_hex(16))
