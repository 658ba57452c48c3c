"""What the worker does for registrations: letters are deleted when they have done their service."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pressroom import jobs, publishing
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.meetings.models import Meeting
from pressroom.meetings.registering import actions, rules
from pressroom.meetings.registering.models import Registration


@jobs.periodic("delete letters of press registrations")
def delete_letters(now: datetime) -> None:
    """Delete the letters for meetings that ended as many days ago as the setting says; the registrations stay."""
    with publishing.as_staff():
        days = setting("registration_letter_days")
        with_letters = select(Registration.meeting_id).where(Registration.letter_sha256 != "").distinct()
        meetings = db.session.scalars(select(Meeting).where(Meeting.id.in_(with_letters))).all()
        over = [each.id for each in meetings if (end := rules.letters_end(each, days)) is not None and end <= now]
        if not over:
            db.session.rollback()
            return
        which = Registration.meeting_id.in_(over), Registration.letter_sha256 != ""
        names = actions.delete_letters(db.session.scalars(select(Registration).where(*which)).all(), now=now)
        db.session.commit()
        actions.remove_files(names)
