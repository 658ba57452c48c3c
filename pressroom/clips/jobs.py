"""What the worker does for clips: sources and pasted addresses are read, large files imported, stories found."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import repeat

from flask import current_app

from pressroom import jobs, publishing
from pressroom.clips import seldom
from pressroom.clips.gathering import asking, importing, polling, queries, running
from pressroom.clips.gathering.importing import TakenOverError
from pressroom.clips.gathering.polling import Outcome
from pressroom.clips.stories import placing, renewing
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.kit.settings import setting

log = logging.getLogger(__name__)

_WHOLE, _SETTLED = "clips_prints_whole", "clips_stories_settled"
SETTLING = timedelta(minutes=10)
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
        turn, kept = jobs.in_turn(), current_app.extensions
        if not renew(turn, whole=_WHOLE not in kept):
            kept[_WHOLE] = True
        for _ in turn:
            if not placing.portion(clock.now()):
                break
            db.session.commit()
        db.session.rollback()
        if seldom.is_due(_SETTLED, SETTLING):
            try:
                placing.settle(clock.now())
                db.session.commit()
            except BaseException:
                seldom.undone(_SETTLED)
                raise


def renew(turn: Iterable[object] | None = None, *, whole: bool = True) -> int:
    """Make anew what older versions kept with clips, a portion at a time. Gives the number of portions.

    Args:
        turn: as long as it goes round; None to the end.
        whole: as for ``renewing.portion``.
    """
    after = portions = 0
    for _ in turn if turn is not None else repeat(None):
        after = renewing.portion(after, clock.now(), whole=whole)
        if not after:
            break
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
