"""What the worker does for meetings: files of abstracts that are too large to import while a person waits."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from pressroom import jobs, publishing
from pressroom.kit.db import db
from pressroom.meetings.importing import running
from pressroom.meetings.models import AbstractImport
from pressroom.meetings.rules import ImportState

FORGOTTEN = timedelta(days=2)  # an upload whose columns nobody confirmed
log = logging.getLogger(__name__)


@jobs.periodic("meetings: abstracts")
def work_off(now: datetime) -> None:
    """Import every file that waits. It may be killed at any moment: an import is in whole, or waits still."""
    with publishing.as_staff():
        waiting = AbstractImport.state == ImportState.WAITING
        for import_id in db.session.scalars(select(AbstractImport.id).where(waiting).order_by(AbstractImport.id)).all():
            db.session.rollback()
            _work_off(import_id, now)
        _forget_uploads(now)


def _work_off(import_id: int, now: datetime) -> None:
    try:
        running.work_off(import_id, now=now)
    except Exception:
        db.session.rollback()
        log.exception("import %d of abstracts could not be done", import_id)
        job = db.session.get_one(AbstractImport, import_id)
        running.fail(job, "Something went wrong; nothing of the file was taken. The log says what.", now=now)
        db.session.commit()


def _forget_uploads(now: datetime) -> None:
    old = AbstractImport.state == ImportState.UPLOADED, AbstractImport.created_at < now - FORGOTTEN
    for job in db.session.scalars(select(AbstractImport).where(*old)).all():
        sha256 = job.sha256
        running.fail(job, "Nobody confirmed the columns, so the uploaded file was deleted.", now=now)
        db.session.commit()
        running.discard(sha256)
    db.session.rollback()
