"""What the worker does for enquiries: it erases who asked, some time after they were closed."""

from __future__ import annotations

from datetime import datetime

from pressroom import jobs, publishing
from pressroom.enquiries import actions, mailing
from pressroom.kit.db import db
from pressroom.kit.settings import setting


@jobs.periodic("enquiries: names of reporters")
def erase(now: datetime) -> None:
    """Erase what says who asked, and the messages about it; write nothing when there is nothing."""
    with publishing.as_staff():
        for enquiry in actions.due_for_erasing(now, setting("enquiry_days")):
            mailing.forget(enquiry)
            actions.erase(enquiry, now=now)
        db.session.commit()
