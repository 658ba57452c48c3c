"""What the worker tidies up: ended and half sign-ins, secrets that nobody confirmed, limits whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from pressroom import jobs
from pressroom.accounts.models import DeviceSession, SecondFactor, SignInStep
from pressroom.accounts.rules import SET_UP_MINUTES
from pressroom.kit import delays, limits
from pressroom.kit.db import db

KEPT = timedelta(days=30)


@jobs.periodic("tidy sign-ins")
def tidy(now: datetime) -> None:
    """Delete what nobody needs; write nothing when there is nothing."""
    old = or_(DeviceSession.ended_at < now - KEPT, DeviceSession.expires_at < now - KEPT)
    if db.session.scalar(select(DeviceSession.id).where(old).limit(1)):
        db.session.execute(delete(DeviceSession).where(old), execution_options={"synchronize_session": False})
    unconfirmed = SecondFactor.confirmed_at.is_(None), SecondFactor.begun_at < now - timedelta(minutes=SET_UP_MINUTES)
    for table, over in ((SignInStep, (SignInStep.expires_at <= now,)), (SecondFactor, unconfirmed)):
        db.session.execute(delete(table).where(*over), execution_options={"synchronize_session": False})
    limits.prune(now)
    delays.prune(now)
    db.session.commit()
