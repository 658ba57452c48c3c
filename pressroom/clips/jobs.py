"""What the worker does for clips: it reads sources, and imports files that are too large while a person waits."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from pressroom import jobs, publishing
from pressroom.clips.gathering import importing, polling, queries, running
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.polling import Outcome
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.settings import setting

log = logging.getLogger(__name__)

FORGOTTEN = timedelta(days=2)  # an upload whose columns nobody confirmed


@jobs.periodic("clips: imports")
def work_off(now: datetime) -> None:
    """Import every uploaded file that waits, or whose worker died. It may be killed at any moment."""
    with publishing.as_staff():
        _forget_uploads(now)
        while (import_id := importing.next_waiting(clock.now())) is not None:
            token = importing.claim(import_id, now=clock.now())
            db.session.commit()
            if token is not None:
                _import(import_id, token)


def _import(import_id: int, token: str) -> None:
    job = queries.an_import(import_id)
    assert job is not None
    sha256 = job.sha256
    try:
        reader = running.reader_of(job)
        db.session.rollback()
        running.run(import_id, token, reader)
    except TakenOverError:
        log.warning("import %d was taken over by another process", import_id)
        return
    except (UnreadableError, FileNotFoundError) as error:
        log.warning("import %d: %s", import_id, error)
        importing.finish(import_id, token, now=clock.now(), failure="The uploaded file is gone. Upload it again.")
        db.session.commit()
    running.discard(sha256)


def _forget_uploads(now: datetime) -> None:
    for job in queries.forgotten_uploads(now - FORGOTTEN):
        sha256 = job.sha256
        importing.give_up(job, failure="Nobody confirmed the columns, so the uploaded file was deleted.", now=now)
        db.session.commit()
        running.discard(sha256)


POLLING = 40.0  # seconds of one sweep, so that mail and lifts do not wait for slow sites


@jobs.periodic("clips: sources")
def read_sources(now: datetime) -> None:
    """Read the sources that are due, one after another. It may be killed at any moment."""
    if not setting("fetching"):
        return
    ends = time.monotonic() + POLLING
    with publishing.as_staff():
        while time.monotonic() < ends and (source_id := polling.next_due(clock.now())) is not None:
            token = polling.claim(source_id, now=clock.now())
            if token is None:
                db.session.rollback()
                continue
            db.session.commit()
            outcome = polling.poll(source_id, token)
            if outcome.import_id:
                _import_batch(outcome)
        db.session.rollback()


def _import_batch(outcome: Outcome) -> None:
    try:
        polling.import_now(outcome)
    except TakenOverError:
        log.warning("import %s was taken over by another process", outcome.import_id)
