"""What the worker does for links: takes new ones up, looks at those that are due, and asks archives for copies."""

from __future__ import annotations

import time
from datetime import datetime

from pressroom import jobs, publishing
from pressroom.clips.links import actions, checking, looking
from pressroom.kit.db import db
from pressroom.kit.settings import setting

TAKING_UP = 5.0  # seconds; a hundred thousand clips that came in at once are taken up within a few minutes


def is_on() -> bool:
    """Whether links are looked at: both settings say so."""
    return bool(setting("link_checks") and setting("fetching"))


@jobs.periodic("clips: links")
def look(now: datetime) -> None:
    """A turn of each. It may be killed at any moment."""
    if not is_on():
        return
    with publishing.as_staff():
        take_up(now)
        checking.work_off(now)
        looking.work_off(now)


def take_up(now: datetime) -> int:
    """Give every clip with an address its row, a portion in each transaction; gives how many."""
    taken, end = 0, time.monotonic() + TAKING_UP
    while time.monotonic() < end:
        some = actions.take_up(now)
        db.session.commit()
        taken += some
        if some < actions.PORTION:
            break
    return taken
