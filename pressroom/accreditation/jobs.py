"""What the worker does for journalists: answers forgotten passwords, and tidies up sign-ins that ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from pressroom import jobs, publishing
from pressroom.accreditation import entry
from pressroom.accreditation.models import JournalistSession, LinkRequest
from pressroom.kit.db import db

KEPT = timedelta(days=30)


@jobs.periodic("journalists’ forgotten passwords")
def answer_requests(now: datetime) -> None:
    """Send a link to each journalist who forgot the password."""
    with publishing.as_staff():
        waiting = db.session.scalars(select(LinkRequest.id).order_by(LinkRequest.id)).all()
        db.session.rollback()  # each request has a transaction of its own
        for number in waiting:
            entry.answer(number, now=now)
    if waiting:
        jobs.wake()  # letters stand before this work in the table, and are sent now rather than in a minute


@jobs.periodic("tidy journalists’ sign-ins")
def tidy(now: datetime) -> None:
    """Delete what nobody needs; write nothing when there is nothing."""
    old = or_(JournalistSession.ended_at < now - KEPT, JournalistSession.expires_at < now - KEPT)
    with publishing.as_staff():
        if db.session.scalar(select(JournalistSession.id).where(old).limit(1)):
            db.session.execute(delete(JournalistSession).where(old), execution_options={"synchronize_session": False})
        db.session.commit()
