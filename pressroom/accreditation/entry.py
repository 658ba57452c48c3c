"""A journalist's way in: counted first, the password checked outside every transaction, and only then a row."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from pressroom import publishing
from pressroom.accounts import passwords
from pressroom.accounts.rules import SignInError, network, normal_email
from pressroom.accreditation import actions
from pressroom.accreditation.models import Journalist
from pressroom.kit import limits
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting

REFUSED = "The e-mail address and the password do not belong together. Check both and try again."


def sign_in(email: str, password: str, *, now: datetime, address: str, agent: str) -> str:
    """Sign a journalist in; gives the token for the cookie.

    The text and about the time of a refusal are the same for an unknown address and for a wrong password.

    Raises:
        LimitError: too many failed for this account or this address.
        SignInError: with a sentence.
    """
    tries = [("journalist", "network", _digest(network(address)))]
    tries.append(("journalist", "account", _digest(normal_email(email))))
    with reading():  # counting has transactions of its own, and hashing must hold none
        for key in tries:
            limits.hit(setting("sign_in_limit"), *key)
        stored = _stored_hash(email)
        if not passwords.is_right(password, stored):
            raise SignInError(REFUSED)
        for key in tries:
            limits.give_back(setting("sign_in_limit"), *key)
        hours = setting("session_hours")
        db.session.rollback()
    with publishing.as_staff():
        journalist = _by_email(email)
        if journalist is None or not actions.is_open(journalist) or journalist.password_hash != stored:
            raise SignInError(REFUSED)  # access ended while the password was checked
        token = actions.sign_in(journalist, now=now, hours=hours, address=address, agent=agent)
        db.session.commit()
    return token


def count_application(address: str) -> None:
    """Count one application from this network.

    Raises:
        LimitError: there were as many as are taken.
    """
    with reading():
        limits.hit(setting("accreditation_limit"), "application", _digest(network(address)))


def _stored_hash(email: str) -> str | None:
    with publishing.as_staff():
        journalist = _by_email(email)
        return journalist.password_hash if journalist and actions.is_open(journalist) else None


def _by_email(email: str) -> Journalist | None:
    if not email.isprintable():  # PostgreSQL refuses a null character even in a question
        return None
    return db.session.scalar(select(Journalist).where(Journalist.email == normal_email(email)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
