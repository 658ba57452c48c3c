"""Signing in: counted first, the password checked outside every transaction, and only then a row."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pressroom.accounts import actions, passwords, queries
from pressroom.accounts.models import DeviceSession
from pressroom.accounts.passwords import Hashed
from pressroom.accounts.rules import SignInError, network, normal_email
from pressroom.kit import limits
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting

REFUSED = "The e-mail address and the password do not belong together. Check both and try again."


def sign_in(email: str, password: str, *, now: datetime, address: str, agent: str) -> tuple[DeviceSession, str]:
    """Begin a sign-in; the caller commits.

    The text and about the time of a refusal are the same for an unknown address and for a wrong password.

    Args:
        email: as it was typed.
        password: as it was typed.
        now: the instant.
        address: the network address that it comes from.
        agent: what the browser calls itself.

    Returns:
        The row, and the token for the device's cookie.

    Raises:
        LimitError: too many failed for this account or this address.
        SignInError: with a sentence.
    """
    tries = _tries(email, address)
    with reading():  # counting has transactions of its own, and hashing must hold none
        for key in tries:
            limits.hit(setting("sign_in_limit"), *key)
        stored = _stored_hash(email)
        right = passwords.is_right(password, stored)
        if stored is None or not right:
            raise SignInError(REFUSED)
        for key in tries:
            limits.give_back(setting("sign_in_limit"), *key)
        rehashed = passwords.hashed(password) if passwords.is_outdated(stored) else None
    return _begin(email, stored, rehashed, now=now, address=address, agent=agent)


def _stored_hash(email: str) -> str | None:
    """The hash of the person with this address, if they have access; the connection is given back at once."""
    user = queries.by_email(email)
    stored = user.password_hash if user and user.active else None
    db.session.rollback()
    return stored


def _begin(
    email: str, stored: str, rehashed: Hashed | None, *, now: datetime, address: str, agent: str
) -> tuple[DeviceSession, str]:
    user = queries.by_email(email)  # in the transaction that writes: access may have ended meanwhile
    if user is None or not user.active or user.password_hash != stored:
        raise SignInError(REFUSED)
    hours = setting("session_hours")
    return actions.sign_in(user, now=now, hours=hours, address=address, agent=agent, rehashed=rehashed)


def _tries(email: str, address: str) -> tuple[tuple[str, ...], ...]:
    """What a try is counted for. The network first: used up, it cannot use up an account's tries as well.

    Digests, since the table is no list of who tried to sign in from where.
    """
    return ("sign-in", "network", _digest(network(address))), (
        "sign-in",
        "account",
        _digest(normal_email(email)),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
