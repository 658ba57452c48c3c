"""A journalist's way in: counted first, the password checked outside every transaction, and only then a row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from pressroom import mail, publishing
from pressroom.accounts import failures, passwords, tries
from pressroom.accounts.rules import SignInError, Whose, normal_email
from pressroom.accreditation import actions, mailing
from pressroom.accreditation.models import Journalist, LinkRequest
from pressroom.kit import limits
from pressroom.kit.db import db, reading
from pressroom.kit.networks import digest, network
from pressroom.kit.settings import setting

AGAIN = timedelta(minutes=10)
"""Another link is made when the last one is as old."""

LASTS = timedelta(hours=1)
"""Whoever asked longer ago, while no worker ran, has asked again or called."""

REFUSED = "The e-mail address and the password do not belong together. Check both and try again."


def sign_in(email: str, password: str, *, now: datetime, address: str, agent: str) -> str:
    """Sign a journalist in; gives the token for the cookie.

    The text and about the time of a refusal are the same for an unknown address and for a wrong password.

    Raises:
        LimitError: this account or this network has to wait.
        SignInError: with a sentence.
    """
    with reading():  # counting has transactions of its own, and hashing must hold none
        tries.count("journalist", email, address)
        whose, stored = _stored(email)
        if not passwords.is_right(password, stored):
            failures.note(whose, "password", now=now, address=address)
            raise SignInError(REFUSED)
        tries.right("journalist", email, address)
        hours = setting("session_hours")
        db.session.rollback()
    with publishing.as_staff():
        journalist = _by_email(email)
        if journalist is None or not actions.is_open(journalist) or journalist.password_hash != stored:
            raise SignInError(REFUSED)  # access ended while the password was checked
        token = actions.sign_in(journalist, now=now, hours=hours, address=address, agent=agent)
        db.session.commit()
    return token


def ask_for_link(email: str, *, now: datetime, address: str) -> None:
    """Note that a journalist with this address forgot the password, whether or not there is one; the worker looks.

    Raises:
        LimitError: too many were asked for, for this address or from this network.
    """
    with reading():
        tries.count_request("journalist forgot", email, address)
    with publishing.as_staff():
        db.session.add(LinkRequest(email=normal_email(email), at=now))
        db.session.commit()


def answer(number: int, *, now: datetime) -> None:
    """Answer one request, in a transaction of its own: whoever deletes the row has it. Others hear nothing.

    An earlier link that was sent in the last minutes stays good, so that nobody makes it useless by asking again.
    """
    asked = db.session.get(LinkRequest, number)
    if asked is None:
        return
    email, at = asked.email, asked.at
    result: Any = db.session.execute(delete(LinkRequest).where(LinkRequest.id == number))
    journalist = _by_email(email) if result.rowcount and now - at < LASTS and mail.is_on() else None
    if journalist is not None and journalist.ended_at is None:
        days = setting("invitation_days")
        made_at = journalist.invite_expires_at and journalist.invite_expires_at - timedelta(days=days)
        if made_at is None or made_at <= now - AGAIN:
            token = actions.invite(journalist, by=None, now=now, days=days)
            mailing.link(journalist, token, days=days, new=False, by=None, now=now)
    db.session.commit()


def count_application(address: str) -> None:
    """Count one application from this network.

    Raises:
        LimitError: there were as many as are taken.
    """
    with reading():
        limits.hit(setting("accreditation_limit"), "application", digest(network(address)))


def _stored(email: str) -> tuple[Whose, str | None]:
    """Whose address this is, and the hash if they have access; the connection is given back at once."""
    with publishing.as_staff():
        journalist = _by_email(email)
        whose = Whose("journalist", journalist.id, journalist.name) if journalist else Whose.nobody("journalist")
        stored = journalist.password_hash if journalist and actions.is_open(journalist) else None
        db.session.rollback()
        return whose, stored


def _by_email(email: str) -> Journalist | None:
    if not email.isprintable():  # PostgreSQL refuses a null character even in a question
        return None
    return db.session.scalar(select(Journalist).where(Journalist.email == normal_email(email)))
