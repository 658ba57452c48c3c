"""What the worker does for mail: it sends what is due, and forgets what is settled."""

from __future__ import annotations

from datetime import datetime

from pressroom import jobs, publishing
from pressroom.kit.db import db
from pressroom.mail import actions, configured, sending
from pressroom.mail.rules import KEPT


@jobs.periodic("mail: outbox")
def send(now: datetime) -> None:
    """Send what is due. It may be killed at any moment."""
    with publishing.as_staff():
        taken = sending.work_off(now) if configured.is_on() else 0
    if taken >= sending.MOST:
        jobs.wake()  # there may be more; it comes after the other work of this turn


@jobs.periodic("mail: old messages")
def tidy(now: datetime) -> None:
    """Once an hour, forget what was settled long ago."""
    if now.minute == 0:
        with publishing.as_staff():
            if actions.sweep(now=now):
                db.session.commit()
            if folder := configured.folder():
                folder.tidy(now - KEPT)
