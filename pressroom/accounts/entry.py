"""Signing in: counted first, the password checked outside every transaction, and only then a row.

Whoever has a second factor gets half of a sign-in for the password, and the other half for a code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pressroom.accounts import actions, failures, passwords, queries, tries
from pressroom.accounts.models import DeviceSession, User
from pressroom.accounts.passwords import Hashed
from pressroom.accounts.rules import SignInError, StepOverError, Whose
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting

REFUSED = "The e-mail address and the password do not belong together. Check both and try again."
WRONG_CODE = "That code is wrong, or was used before. Wait for the next one that the app shows."
NOT_YOURS = "That is not your password. Write the one that you sign in with."
OVER = "Too much time went by, or too many codes were wrong. Sign in again."

PASSWORD, CODE = "sign-in", "code"
"""What is counted. A right password does not forgive wrong codes."""

WRONG_PASSWORD = "password"  # noqa: S105 - as the audit is told; what is counted above bears a longer name


@dataclass(frozen=True)
class Begun:
    """How far a sign-in came.

    Attributes:
        token: for the browser's cookie.
        device: the sign-in; None when a code is still needed, and *token* is for that.
        how: what was shown beside the password.
    """

    token: str
    device: DeviceSession | None = None
    how: str = ""


def sign_in(email: str, password: str, *, now: datetime, address: str, agent: str) -> Begun:
    """Begin a sign-in; the caller commits.

    The text and about the time of a refusal are the same for an unknown address and for a wrong password.

    Args:
        email: as it was typed.
        password: as it was typed.
        now: the instant.
        address: the network address that it comes from.
        agent: what the browser calls itself.

    Raises:
        LimitError: this account or this network has to wait.
        SignInError: with a sentence.
    """
    with reading():  # counting has transactions of its own, and hashing must hold none
        tries.count(PASSWORD, email, address)
        whose, stored = _stored(email)
        right = passwords.is_right(password, stored)
        if stored is None or not right:
            failures.note(whose, WRONG_PASSWORD, now=now, address=address)
            raise SignInError(REFUSED)
        tries.right(PASSWORD, email, address)
        rehashed = passwords.hashed(password) if passwords.is_outdated(stored) else None
    return _begin(email, stored, rehashed, now=now, address=address, agent=agent)


def give_code(token: str, typed: str, *, now: datetime, address: str, agent: str) -> Begun:
    """The other half of a sign-in; the caller commits, also when the code was wrong.

    Args:
        token: of the first half, from the browser's cookie.
        typed: a code of the app, or a recovery code.

    Raises:
        LimitError: this account or this network has to wait.
        StepOverError: the first half is over.
        SignInError: the code is wrong.
    """
    with reading():
        begun = queries.step(token, now=now)
        if begun is None:
            raise StepOverError(OVER)
        email = begun.user.email
        db.session.rollback()  # what follows writes, and has to see what is there then
        tries.count(CODE, email, address)
    step = queries.step(token, now=now)
    if step is None or not actions.try_code(step):
        raise StepOverError(OVER)
    user = step.user
    how = actions.use_code(user, typed, now=now)
    if not how:
        failures.note_within(user.whose, CODE, now=now, address=address)
        raise SignInError(WRONG_CODE)
    if not actions.end_step(step):
        raise StepOverError(OVER)
    device, proof = actions.sign_in(
        user, now=now, hours=setting("session_hours"), address=address, agent=agent, how=how
    )
    return Begun(proof, device, how)


def right_code(user: User, address: str) -> None:
    """Forgive the code that was counted. After the commit: it has transactions of its own."""
    email = user.email
    with reading():
        tries.right(CODE, email, address)


@dataclass(frozen=True)
class Proof:
    """What somebody who is signed in types to show that it is they.

    Attributes:
        wrong: what was wrong, by field; empty when all of it was right.
    """

    wrong: dict[str, str]


def prove(
    user: User,
    password: str,
    code: str,
    *,
    now: datetime,
    address: str,
    passkey: Callable[[User], None] | None = None,
) -> Proof:
    """Check *user*'s password again, and a code if they have a second factor. Counted as a sign-in is.

    Args:
        passkey: checks the passkey that was shown in the place of a code; it raises what :func:`sign_in` raises.

    A transaction that the caller had is over afterwards; in the new one a code that was right is used up, and the
    caller commits.

    Raises:
        LimitError: this account or this network has to wait.
    """
    user_id, email, stored, two = user.id, user.email, user.password_hash, user.has_second_factor
    whose = user.whose
    with reading():
        tries.count(PASSWORD, email, address)
        if not passwords.is_right(password, stored):
            failures.note(whose, WRONG_PASSWORD, now=now, address=address)
            return Proof({"password": NOT_YOURS})
        tries.right(PASSWORD, email, address)
        if two and passkey is None:
            tries.count(CODE, email, address)
    again = queries.by_id(user_id)
    if again is None or again.password_hash != stored:
        return Proof({"password": NOT_YOURS})
    if again.has_second_factor and passkey is not None:
        try:
            passkey(again)
        except SignInError as refusal:
            db.session.commit()  # what it says of a passkey that counts back stays
            return Proof({"code": str(refusal)})
    elif again.has_second_factor and not actions.use_code(again, code, now=now):
        failures.note_within(whose, CODE, now=now, address=address)
        db.session.commit()
        return Proof({"code": WRONG_CODE})
    return Proof({})


def _stored(email: str) -> tuple[Whose, str | None]:
    """Whose address this is, and the hash if they have access; the connection is given back at once."""
    user = queries.by_email(email)
    whose = user.whose if user else Whose.nobody("user")
    stored = user.password_hash if user and user.active else None
    db.session.rollback()
    return whose, stored


def _begin(email: str, stored: str, rehashed: Hashed | None, *, now: datetime, address: str, agent: str) -> Begun:
    user = queries.by_email(email)  # in the transaction that writes: access may have ended meanwhile
    if user is None or not user.active or user.password_hash != stored:
        raise SignInError(REFUSED)
    if user.has_second_factor:
        if rehashed:
            actions.rehash(user, stored, rehashed)
        return Begun(actions.begin_sign_in(user, now=now))
    hours = setting("session_hours")
    device, token = actions.sign_in(user, now=now, hours=hours, address=address, agent=agent, rehashed=rehashed)
    return Begun(token, device)
