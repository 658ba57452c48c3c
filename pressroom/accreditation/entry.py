"""A journalist's way in: counted first, the password checked outside every transaction, and only then a row."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from pressroom import publishing
from pressroom.accounts import passwords, tries
from pressroom.accounts.rules import SignInError, normal_email
from pressroom.accreditation import actions, mailing
from pressroom.accreditation.models import Journalist
from pressroom.kit import limits
from pressroom.kit.db import db, reading
from pressroom.kit.networks import digest, network
from pressroom.kit.settings import setting

AGAIN = timedelta(minutes=10)
"""Another link is made when the last one is as old."""

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
        stored = _stored_hash(email)
        if not passwords.is_right(password, stored):
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


def send_link(email: str, *, now: datetime, address: str) -> None:
    """Send a link that sets a password to the journalist with this address, if there is one; to nobody else.

    An earlier link that was sent in the last minutes stays good, so that nobody makes it useless by asking again.

    Raises:
        LimitError: too many were asked for, for this address or from this network.
    """
    with reading():
        tries.count_request("journalist forgot", email, address)
        days = setting("invitation_days")
        db.session.rollback()
    with publishing.as_staff():
        journalist = _by_email(email)
        if journalist is None or journalist.ended_at is not None:
            return
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


def _stored_hash(email: str) -> str | None:
    with publishing.as_staff():
        journalist = _by_email(email)
        return journalist.password_hash if journalist and actions.is_open(journalist) else None


def _by_email(email: str) -> Journalist | None:
    if not email.isprintable():  # PostgreSQL refuses a null character even in a question
        return None
    return db.session.scalar(select(Journalist).where(Journalist.email == normal_email(email)))
