"""What the worker tidies up: sign-ins of journalists that ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from pressroom import jobs, publishing
from pressroom.accreditation.models import JournalistSession
from pressroom.kit.db import db

KEPT = timedelta(days=30)


@jobs.periodic("tidy journalists’ sign-ins")
def tidy(now: datetime) -> None:
    """Delete what nobody needs; write nothing when there is nothing."""
    old = or_(JournalistSession.ended_at < now - KEPT, JournalistSession.expires_at < now - KEPT)
    with publishing.as_staff():
        if db.session.scalar(select(JournalistSession.id).where(old).limit(1)):
            db.session.execute(delete(JournalistSession).where(old), execution_options={"synchronize_session": False})
        db.session.commit()
