"""What the worker does for registrations: letters are deleted when they have done their service."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from pressroom import jobs, publishing
from pressroom.kit import lock
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.media.jobs import BACKUP_LOCK
from pressroom.meetings.models import Meeting
from pressroom.meetings.registering import actions, rules
from pressroom.meetings.registering.models import Registration

log = logging.getLogger(__name__)


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


@jobs.periodic("left-over letters")
def sweep(now: datetime) -> None:
    """Once an hour, delete letters that nothing names: replaced ones, and those of forms that were not taken."""
    if now.minute != 30:
        return
    with lock.alone(Path(current_app.instance_path) / BACKUP_LOCK, wait=0) as nothing_is_copied:
        if nothing_is_copied:
            with publishing.as_staff():
                if removed := actions.remove_left_over(now=now):
                    log.info("%d left-over letters were deleted", len(removed))
