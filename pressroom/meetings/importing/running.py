"""An import from its stored file to its end, in one transaction: it is in whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from pressroom import audit
from pressroom.kit import files
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.tables import Table
from pressroom.meetings import queries
from pressroom.meetings.importing import actions, columns
from pressroom.meetings.models import AbstractImport
from pressroom.meetings.rules import ImportState, MeetingError

SMALL = 500  # rows that are imported while a person waits
GONE = "The uploaded file is gone. Upload it again."


def uploads() -> files.Storage:
    """Where uploaded files wait until they are imported."""
    return files.kept_in("imports")


def table_of(job: AbstractImport) -> Table | None:
    """The uploaded file of an import; None when it is there no more."""
    try:
        return columns.open_table(uploads().path(job.sha256))
    except (UnreadableError, FileNotFoundError):
        return None


def discard(sha256: str) -> None:
    """Delete an uploaded file, unless another import of abstracts still needs it."""
    needs = AbstractImport.sha256 == sha256, AbstractImport.stored.is_(True)
    if db.session.scalar(select(AbstractImport.id).where(*needs).limit(1)) is None:
        uploads().remove(sha256)


def confirm(job: AbstractImport, mapping: Mapping[str, int]) -> bool:
    """Have an import done with these columns; False when somebody else said so, or gave it up, in the meantime."""
    uploaded = AbstractImport.id == job.id, AbstractImport.state == ImportState.UPLOADED
    values = {"mapping": dict(mapping), "state": ImportState.WAITING}
    done: Any = db.session.execute(update(AbstractImport).where(*uploaded).values(values))
    return bool(done.rowcount)


def work_off(import_id: int, *, now: datetime) -> bool:
    """Do an import that waits, and commit it; False when somebody else does it, or did.

    On SQLite there is one writer at a time; on PostgreSQL the row is held meanwhile.
    """
    waits = AbstractImport.id == import_id, AbstractImport.state == ImportState.WAITING
    job = db.session.scalar(select(AbstractImport).where(*waits).with_for_update(skip_locked=True))
    if job is None:
        db.session.rollback()
        return False
    sha256, meeting, table = job.sha256, queries.by_id(job.meeting_id), table_of(job)
    if table is None or meeting is None:
        fail(job, GONE, now=now)
    else:
        try:
            with db.session.begin_nested():  # the row stays held
                actions.run(job, table, meeting, by=_by(job), now=now)
        except MeetingError as error:
            fail(job, str(error), now=now)
    db.session.commit()
    discard(sha256)
    return True


def fail(job: AbstractImport, sentence: str, *, now: datetime) -> None:
    """Give an import up, and say why."""
    job.state, job.finished_at, job.stored = ImportState.FAILED, now, False
    job.problems = [[0, sentence]]


def _by(job: AbstractImport) -> audit.Stranger | None:
    return audit.Stranger(name=job.by_name) if job.by_name else None
