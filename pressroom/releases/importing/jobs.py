"""What the worker does for imports of releases: files that are too large to read or import while a person waits."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from pressroom import jobs, publishing
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.releases.importing import batches, reads, running
from pressroom.releases.importing.batches import TakenOverError
from pressroom.releases.importing.rules import ImportState

log = logging.getLogger(__name__)

FORGOTTEN = timedelta(days=2)  # an upload that was read, and never imported


@jobs.periodic("releases: imports")
def work_off(now: datetime) -> None:
    """Go on with every import that waits, or whose worker died. It may be killed at any moment."""
    with publishing.as_staff():
        _forget(now)
        while (import_id := reads.next_waiting(clock.now())) is not None:
            token = batches.claim(import_id, now=clock.now())
            db.session.commit()
            if token is None:
                continue
            try:
                running.work(import_id, token)
            except TakenOverError:
                log.warning("import %d was taken over by another process", import_id)


def _forget(now: datetime) -> None:
    for job in reads.forgotten(now - FORGOTTEN):
        job.state, job.finished_at = ImportState.FAILED, now
        job.failure = "Nobody imported what was read, so the uploaded file was deleted. Upload it again."
        sha256 = job.sha256
        db.session.commit()
        running.discard(sha256)
