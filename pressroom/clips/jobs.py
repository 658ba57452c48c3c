"""What the worker does for clips: files too large to import while a person waits; pages that are asked."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from pressroom import jobs, publishing
from pressroom.clips.gathering import asking, importing, queries, running
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.stories import placing, renewing
from pressroom.kit import clock
from pressroom.kit.db import db

log = logging.getLogger(__name__)

FORGOTTEN = timedelta(days=2)  # an upload whose columns nobody confirmed


@jobs.periodic("clips: imports")
def work_off(now: datetime) -> None:
    """Do what imports wait for, also where a worker died. It may be killed at any moment."""
    with publishing.as_staff():
        _forget_uploads(now)
        while (import_id := importing.next_waiting(clock.now())) is not None:
            token = importing.claim(import_id, now=clock.now())
            db.session.commit()
            if token is not None:
                try:
                    running.work(import_id, token)
                except TakenOverError:
                    log.warning("import %d was taken over by another process", import_id)


@jobs.periodic("clips: addresses")
def ask_addresses(_now: datetime) -> None:
    """Read the pages of pasted addresses that are due. It may be killed at any moment."""
    with publishing.as_staff():
        asking.work()


@jobs.periodic("clips: stories")
def find_stories(_now: datetime) -> None:
    """Bring up to date what older versions kept with clips, and look for the stories of those that came in."""
    with publishing.as_staff():
        renew()
        while placing.portion(clock.now()):
            db.session.commit()
        placing.settle(clock.now())
        db.session.commit()


def renew() -> int:
    """Make anew what older versions kept with clips, a portion at a time. Gives the number of portions."""
    after = portions = 0
    while after := renewing.portion(after, clock.now()):
        db.session.commit()
        portions += 1
    db.session.rollback()
    return portions


def _forget_uploads(now: datetime) -> None:
    for job in queries.forgotten_uploads(now - FORGOTTEN):
        sha256 = job.sha256
        importing.give_up(job, failure="Nobody confirmed the columns, so the uploaded file was deleted.", now=now)
        db.session.commit()
        running.discard(sha256)
