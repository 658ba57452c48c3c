"""What the worker does for outlets and people: clips of outlets that were merged or renamed, and new by-lines."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from pressroom import jobs, publishing
from pressroom.clips.outlets import working
from pressroom.clips.people import filling
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.publishing.edition import current_edition

PORTIONS = 40  # of by-lines at a time: some seconds
_READ = "clips_bylines_read"


@jobs.periodic("clips: outlets")
def work_off(now: datetime) -> None:
    """Bring the clips of outlets up to date, portion by portion. It may be killed at any moment."""
    with publishing.as_staff():
        if working.stragglers(now):
            db.session.commit()
        while (work_id := working.next_waiting(clock.now())) is not None:
            if not working.run(work_id):
                break
        db.session.rollback()


@jobs.periodic("clips: by-lines")
def read_bylines(_now: datetime) -> None:
    """Make people of the by-lines that were not read yet; where nothing public was written, there is none."""
    with publishing.as_staff():
        edition = current_edition()
        if current_app.extensions.get(_READ) == edition:
            return
        last = ""
        for _ in range(PORTIONS):
            found = filling.portion(last, now=clock.now())
            db.session.commit()
            if found is None:
                break
            last = found
        else:
            return  # other work waits; the rest in a minute
        current_app.extensions[_READ] = edition
