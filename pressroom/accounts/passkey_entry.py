"""A passkey in the place of a password and a code: checked outside every transaction, then used up in one."""

from __future__ import annotations

from datetime import datetime

from pressroom.accounts import actions, challenges, failures, passkeys, queries, tries
from pressroom.accounts.entry import Begun
from pressroom.accounts.models import Passkey, User
from pressroom.accounts.passkeys import Answer, PasskeyError
from pressroom.accounts.rules import SignInError, Whose
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting

PASSKEY = "passkey"  # what is counted
REFUSED = "That passkey was not accepted. Try it once more, or use another way to sign in."
NOT_PROVED = "That passkey was not accepted. Try it once more, or write your password."


def sign_in(text: str, *, now: datetime, address: str, agent: str) -> Begun:
    """Sign in with a passkey; the caller commits, also when it was refused.

    It stands for both proofs: the authenticator is what somebody has, and it looked who is there.

    Args:
        text: what the browser answered.
        now: the instant.
        address: the network address that it comes from.
        agent: what the browser calls itself.

    Raises:
        LimitError: this passkey or this network has to wait.
        SignInError: with a sentence, the same one whatever was wrong.
    """
    try:
        key = _used(text, challenges.SIGN_IN, None, now=now, address=address)
    except PasskeyError:
        _note(text, now, address)
        raise SignInError(REFUSED) from None
    hours, how = setting("session_hours"), "with a passkey"
    device, token = actions.sign_in(key.user, now=now, hours=hours, address=address, agent=agent, how=how)
    return Begun(token, device, how)


def prove(user: User, text: str, *, now: datetime, address: str) -> None:
    """That *user*, who is signed in, is still there; the caller commits, also when it was refused.

    Raises:
        LimitError: this passkey or this network has to wait.
        SignInError: with a sentence.
    """
    try:
        _used(text, challenges.PROVE, user.id, now=now, address=address)
    except PasskeyError:
        failures.note_within(user.whose, PASSKEY, now=now, address=address)
        raise SignInError(NOT_PROVED) from None


def _note(text: str, now: datetime, address: str) -> None:
    """Count it for whoever has that passkey, in the transaction that the caller commits."""
    try:
        key = queries.passkey(passkeys.read(text).credential_id)
    except PasskeyError:
        key = None
    failures.note_within(key.user.whose if key else Whose.nobody("user"), PASSKEY, now=now, address=address)


def _used(text: str, purpose: str, user_id: int | None, *, now: datetime, address: str) -> Passkey:
    """The passkey that *text* is signed with, of this person if one is asked for; noted as used."""
    if passkeys.obstacle():
        raise PasskeyError("none are taken here")
    answer = passkeys.read(text)
    with reading():
        tries.count(PASSKEY, answer.credential_id, address)
        try:
            public_key = _owned(answer, user_id).public_key
        finally:
            db.session.rollback()  # what follows writes, and has to see what is there then
        challenges.check(answer.challenge, purpose, now=now)
        count = passkeys.check_shown(answer, public_key)
        tries.right(PASSKEY, answer.credential_id, address)
    key = _owned(answer, user_id)  # in the transaction that writes: it may have been taken away meanwhile
    if key.public_key != public_key or not actions.use_challenge(answer.challenge, now=now):
        raise PasskeyError("a challenge that was used")
    if not actions.use_passkey(key, count, now=now):
        raise PasskeyError("it counts back")
    return key


def _owned(answer: Answer, user_id: int | None) -> Passkey:
    """The passkey, if it is of somebody with access, of whom its authenticator says the same; and the one asked for.

    Where it is known who should answer, an authenticator may leave that out (level 3, section 7.2, step 6).
    """
    key = queries.passkey(answer.credential_id)
    if key is None or not key.user.active or user_id not in {None, key.user_id}:
        raise PasskeyError("of nobody, or of somebody else")
    if answer.handle != key.user.passkey_handle and not (user_id and not answer.handle):
        raise PasskeyError("made for somebody else")
    return key
