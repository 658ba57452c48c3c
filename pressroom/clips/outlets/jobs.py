"""What the worker does for outlets and people: clips of outlets that were merged or renamed, and new by-lines."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app

from pressroom import jobs, publishing
from pressroom.clips import seldom
from pressroom.clips.outlets import working
from pressroom.clips.people import filling
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.publishing.edition import current_edition

PORTIONS = 40  # of by-lines, or of an outlet's clips, at a time: some seconds
_READ, _WHOLE = "clips_bylines_read", "clips_bylines_whole"
WHOLE = timedelta(hours=1)


@jobs.periodic("clips: outlets")
def work_off(now: datetime) -> None:
    """Bring the clips of outlets up to date, portion by portion. It may be killed at any moment."""
    with publishing.as_staff():
        if working.stragglers(now):
            db.session.commit()
        for _ in jobs.in_turn():
            work_id = working.next_waiting(clock.now())
            if work_id is None or not working.run(work_id, portions=PORTIONS):
                break
        db.session.rollback()


@jobs.periodic("clips: by-lines")
def read_bylines(_now: datetime) -> None:
    """Make people of the by-lines that were not read yet; where nothing public was written, there is none.

    Of clips that came before, a by-line that was edited is found by a look at all of them, which is done seldom.
    """
    with publishing.as_staff():
        edition = current_edition()
        last_edition, since = current_app.extensions.get(_READ, (None, 0))
        if last_edition == edition:
            return
        whole = seldom.is_due(_WHOLE, WHOLE)
        reached, last = filling.reached(), ""
        for _ in range(PORTIONS):
            found = filling.portion(last, now=clock.now(), since=0 if whole else since)
            db.session.commit()
            if found is None:
                break
            last = found
        else:  # other work waits; the rest in a minute
            if whole:
                seldom.undone(_WHOLE)
            return
        current_app.extensions[_READ] = edition, reached
