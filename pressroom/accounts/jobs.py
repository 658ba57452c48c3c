"""What the worker does for accounts: answers forgotten passwords, and tidies up what is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select

from pressroom import jobs, publishing
from pressroom.accounts import actions, delivery, failures, queries
from pressroom.accounts.delivery import Letter
from pressroom.accounts.models import AccountLink, DeviceSession, ResetRequest, SecondFactor, SignInStep, UsedChallenge
from pressroom.accounts.rules import RESET_MINUTES, SET_UP_MINUTES, LinkFor
from pressroom.kit import delays, limits, web
from pressroom.kit.db import db

KEPT = timedelta(days=30)


@jobs.periodic("forgotten passwords")
def answer_requests(now: datetime) -> None:
    """Send a link to whoever forgot their password and has access; others hear nothing, as the page said."""
    waiting = db.session.scalars(select(ResetRequest.id).order_by(ResetRequest.id)).all()
    db.session.rollback()  # each request has a transaction of its own
    for number in waiting:
        with publishing.as_staff():
            _answer(number, now)


def _answer(number: int, now: datetime) -> None:
    """One request, in a transaction of its own: whoever deletes the row has it."""
    asked = db.session.get(ResetRequest, number)
    if asked is None:
        return
    email, at = asked.email, asked.at
    result: Any = db.session.execute(delete(ResetRequest).where(ResetRequest.id == number))
    user = queries.by_email(email)
    lasts = timedelta(minutes=RESET_MINUTES)
    in_time = bool(result.rowcount) and now - at < lasts and delivery.is_on()
    if in_time and user is not None and user.active:
        link, token = actions.make_link(user, LinkFor.RESET, by=None, now=now, lasts=lasts)
        address = web.external("accounts.choose_password", token=token)
        delivery.deliver(Letter(LinkFor.RESET, user.email, user.name, address, link.expires_at, link.id), now=now)
    db.session.commit()


@jobs.periodic("failed sign-ins")
def tell_failures(now: datetime) -> None:
    """Tell the audit of tries that failed."""
    if failures.tell_due(now):
        db.session.commit()


@jobs.periodic("tidy sign-ins")
def tidy(now: datetime) -> None:
    """Delete what nobody needs; write nothing when there is nothing."""
    old = or_(DeviceSession.ended_at < now - KEPT, DeviceSession.expires_at < now - KEPT)
    if db.session.scalar(select(DeviceSession.id).where(old).limit(1)):
        db.session.execute(delete(DeviceSession).where(old), execution_options={"synchronize_session": False})
    unconfirmed = SecondFactor.confirmed_at.is_(None), SecondFactor.begun_at < now - timedelta(minutes=SET_UP_MINUTES)
    for table, over in (
        (SignInStep, (SignInStep.expires_at <= now,)),
        (AccountLink, (AccountLink.expires_at < now - KEPT,)),
        (SecondFactor, unconfirmed),
        (UsedChallenge, (UsedChallenge.ends_at <= now,)),
    ):
        db.session.execute(delete(table).where(*over), execution_options={"synchronize_session": False})
    limits.prune(now)
    delays.prune(now)
    db.session.commit()
