"""What the worker does for alerts: match what is new, make what is due, tell of corrections, forget what is old."""

from __future__ import annotations

from datetime import datetime

from pressroom import jobs, mail, publishing
from pressroom.alerts import actions, corrections, digests, matching
from pressroom.kit.db import db, reading


@jobs.periodic("alerts: what is new")
def match(now: datetime) -> None:
    """Match everything new, in portions."""
    while matching.work_off(now) is not None:
        pass


@jobs.periodic("alerts: messages")
def make(now: datetime) -> None:
    """Make the messages that are due, as many as the outbox has room for."""
    with publishing.as_staff(), reading():
        is_on = mail.is_on()
    if is_on and (corrections.work_off(now) | bool(digests.make(now))):
        jobs.wake()  # the outbox stands before this work in the table: it sends now, and then there is room for more


@jobs.periodic("alerts: old rows")
def tidy(now: datetime) -> None:
    """Once an hour."""
    if now.minute == 0:
        with publishing.as_staff():
            actions.tidy(now=now)
            db.session.commit()
